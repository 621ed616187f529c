/** What becomes of records that share groups give up; each line was seen of Apache Kafka 4.4, too. */
import * as assert from 'uvu/assert'
import { updateFeatures } from '../../src/protocol/messages/update-features.ts'
import { readBatch, recordsIn, recordsSection } from '../../src/protocol/records.ts'
import { testBroker, type TestBroker, type TestBrokerOptions } from '../support/broker.ts'
import { storedBatches } from '../support/partitions.ts'
import { batchOf, produceTo, topicOf } from '../support/produced.ts'
import { Sharer } from '../support/sharing.ts'
import { suite } from '../support/suite.ts'

const test = suite('dead letters of share groups')
const [release, reject] = [2, 3]
const forLetters = { 'errors.deadletterqueue.group.enable': 'true' }

interface Scene {
  readonly broker: TestBroker
  readonly sharer: Sharer
}

/** A member that has acquired records a to d, of a group with these configs. */
async function scene(configs: Record<string, string>, options: TestBrokerOptions = {}): Promise<Scene> {
  const broker = testBroker(options)
  topicOf(broker, 'a')
  await produceTo(broker, 'a', batchOf(['a', 'b', 'c', 'd']))
  const sharer = new Sharer(broker, 'm')
  const all = { 'share.auto.offset.reset': 'earliest', 'errors.deadletterqueue.topic.name': 'dlq.a', ...configs }
  broker.cluster.groupConfigs.replace('g', new Map(Object.entries(all)))
  await sharer.join()
  await sharer.fetch()
  return { broker, sharer }
}

/** Of each letter in partition 0: what it says of its origin, and the record. */
function letters({ cluster }: TestBroker, topic = 'dlq.a'): string[] | undefined {
  const partition = cluster.topics.get(topic)?.partitions[0]
  return (
    partition &&
    storedBatches(partition).flatMap(({ bytes }) => {
      const batch = readBatch(bytes)
      return [...recordsIn(recordsSection(batch), batch)].map(({ key, value, headers }) =>
        [...headers.map(({ value }) => value), key, value].join(' ').trim(),
      )
    })
  )
}

test('what is rejected goes to the topic of the group, and what was delivered too often', async () => {
  const { broker, sharer } = await scene({ 'share.delivery.count.limit': '2' })
  topicOf(broker, 'dlq.a', { configs: forLetters })
  await sharer.acknowledge([`0-0=${reject}`])
  await sharer.acknowledge([`1-3=1${release}0`])
  assert.equal(letters(broker), ['a 0 0 g 1 Offset rejected by client.'])
  await sharer.fetch()
  await sharer.acknowledge([`2-2=${release}`])
  assert.equal(letters(broker)?.slice(1), ['a 0 2 g 2 Offset delivery count exceeded the threshold.'])
})

test('copies are of the very records, in however many batches they were', async () => {
  const { broker, sharer } = await scene({ 'errors.deadletterqueue.copy.record.enable': 'true' })
  for (const value of ['e', 'f', 'g']) await produceTo(broker, 'a', batchOf([value]))
  await sharer.fetch()
  topicOf(broker, 'dlq.a', { configs: forLetters })
  await sharer.acknowledge([`4-6=${reject}`])
  const values = letters(broker)?.map((letter) => letter.split(' ').at(-1))
  assert.equal(values, ['e', 'f', 'g'])
})

test('a lock that runs out after the last delivery makes a dead letter, too', async () => {
  const { broker, sharer } = await scene({ 'share.delivery.count.limit': '2' })
  topicOf(broker, 'dlq.a', { configs: forLetters })
  broker.clock.advance(30_000)
  await sharer.fetch()
  broker.clock.advance(30_000)
  assert.is(letters(broker)?.length, 4)
})

test('letters have names, and key and value where the group copies them, but for those too large', async () => {
  const { broker, sharer } = await scene({ 'errors.deadletterqueue.copy.record.enable': 'true' })
  topicOf(broker, 'dlq.a', { configs: { ...forLetters, 'max.message.bytes': '320' } })
  await produceTo(broker, 'a', batchOf(['x'.repeat(300)]))
  await sharer.fetch()
  await sharer.acknowledge([`0-0=${reject}`, `4-4=${reject}`])
  const said = letters(broker)
  assert.equal(said, ['a 0 0 g 1 Offset rejected by client.  a', 'a 0 4 g 1 Offset rejected by client.'])
  const [stored] = storedBatches(broker.cluster.topics.get('dlq.a')!.partitions[0]!)
  const batch = readBatch(stored!.bytes)
  const [first] = recordsIn(recordsSection(batch), batch)
  assert.equal(
    first!.headers.map(({ key }) => key),
    ['topic', 'partition', 'offset', 'group', 'delivery.count', 'message'].map((name) => `__dlq.errors.${name}`),
  )
})

test('a topic takes letters only where it says so', async () => {
  const { broker, sharer } = await scene({})
  topicOf(broker, 'dlq.a')
  await sharer.acknowledge([`0-3=${reject}`])
  assert.equal(letters(broker), [])
})

test('the topic is made where the brokers allow it, and its name begins as they want', async () => {
  const made = async (name: string, isAllowed: boolean) => {
    const { broker, sharer } = await scene({ 'errors.deadletterqueue.topic.name': name })
    const configs = new Map([
      ['min.insync.replicas', '1'],
      ['errors.deadletterqueue.auto.create.topics.enable', `${isAllowed}`],
    ])
    broker.cluster.config.replace(configs)
    await sharer.acknowledge([`0-3=${reject}`])
    return letters(broker, name)?.length
  }
  assert.is(await made('dlq.new', false), undefined)
  assert.is(await made('other.new', true), undefined)
  assert.is(await made('dlq.new', true), 4)
})

test('at level 1 of share.version there are no dead letters', async () => {
  const { broker, sharer } = await scene({})
  topicOf(broker, 'dlq.a', { configs: forLetters })
  const feature = { feature: 'share.version', maxVersionLevel: 1, allowDowngrade: false, upgradeType: 2 }
  await broker.request(updateFeatures, 2, { featureUpdates: [feature] })
  await sharer.acknowledge([`0-3=${reject}`])
  assert.equal(letters(broker), [])
})

test.run()
