import * as assert from 'uvu/assert'
import { produceFor } from '../../src/handlers/plugin-records.ts'
import type { PluginRecord } from '../../src/plugins/capabilities/producing.ts'
import { readBatch, recordsIn, recordsSection } from '../../src/protocol/records.ts'
import { startMs, testBroker } from '../support/broker.ts'
import { storedIn, topicOf, valuesOf } from '../support/produced.ts'
import { ScriptedJudge } from '../support/scripted-judge.ts'
import { suite } from '../support/suite.ts'

const test = suite('records that plugins make')
const record: PluginRecord = { topic: 'a', partition: null, key: null, value: Buffer.from('x'), headers: [] }

function started(settings = {}) {
  const judge = new ScriptedJudge()
  const broker = testBroker({ judge, settings })
  topicOf(broker, 'a', { partitions: 3 })
  const stored = (index: number) =>
    storedIn(broker.cluster.topics.get('a')!.partitions[index]!).flatMap((bytes) => {
      const batch = readBatch(bytes)
      return [...recordsIn(recordsSection(batch), batch)]
    })
  return { judge, broker, stored }
}

test('they are stored as those of a client are, and say whose doing they are', async ({ after }) => {
  const { judge, broker, stored } = started()
  after(broker.close)
  const headers = [{ key: 'h', value: null }]
  const why = await produceFor(broker.cluster, { ...record, partition: 2, headers }, ['one', 'two'])
  assert.is(why, null)
  assert.equal(judge.senders, [{ client: { id: 'one', principal: null }, by: ['one', 'two'] }])
  assert.equal(
    stored(2).map(({ value, timestamp, headers: [first] }) => [`${value}`, timestamp, first]),
    [['x', startMs, { key: 'h', value: null }]],
  )
})

test('the same key goes to the same partition', async ({ after }) => {
  const { broker } = started()
  after(broker.close)
  for (let count = 0; count < 5; count++) await produceFor(broker.cluster, { ...record, key: Buffer.from('k') }, [])
  const counts = broker.cluster.topics.get('a')!.partitions.map((one) => valuesOf(storedIn(one)).length)
  assert.equal(counts.sort(), [0, 0, 5])
})

test('why one is not stored is told', async ({ after }) => {
  const { broker } = started({ createsTopics: false })
  after(broker.close)
  topicOf(broker, '__consumer_offsets')
  const table: [Partial<PluginRecord>, RegExp][] = [
    [{ topic: 'none' }, /^UNKNOWN_TOPIC_OR_PARTITION/],
    [{ topic: '__consumer_offsets' }, /^topic __consumer_offsets is the broker's own$/],
    [{ partition: 3 }, /^topic a has no partition 3; use 0 to 2$/],
    [{ value: Buffer.from('refuse') }, /^refused by plugin 'p': no$/],
  ]
  for (const [changes, why] of table) {
    assert.match((await produceFor(broker.cluster, { ...record, ...changes }, [])) ?? 'stored', why)
  }
})

test.run()
