/** Partitions made and deleted, and records fetched, while there are quotas. */
import * as assert from 'uvu/assert'
import { NONE, THROTTLING_QUOTA_EXCEEDED } from '../../src/protocol/errors.ts'
import { createPartitions } from '../../src/protocol/messages/create-partitions.ts'
import { createTopics } from '../../src/protocol/messages/create-topics.ts'
import { deleteTopics } from '../../src/protocol/messages/delete-topics.ts'
import { fetch } from '../../src/protocol/messages/fetch.ts'
import { testBroker, type TestBroker } from '../support/broker.ts'
import { batchOf, produceTo, topicOf } from '../support/produced.ts'
import { questions } from '../support/questions.ts'
import { suite } from '../support/suite.ts'

const test = suite('use of quotas')

function limited(key: string, limit: number): TestBroker {
  const broker = testBroker()
  broker.cluster.quotas.set(new Map([['client-id', 'test']]), new Map([[key, limit]]))
  return broker
}

const topic = (name: string, numPartitions: number) => ({
  ...{ name, numPartitions, replicationFactor: 1, assignments: [], configs: [] },
})

test('who has made too many partitions makes no more for a while, and is told for how long', async ({ after }) => {
  const broker = limited('controller_mutation_rate', 2)
  after(broker.close)
  const topics = [topic('a', 22), topic('b', 10), topic('c', 1)]
  const made = await broker.request(createTopics, 7, { topics, timeoutMs: 1000 })
  assert.equal(
    made.topics.map(({ errorCode }) => errorCode),
    [NONE.code, NONE.code, THROTTLING_QUOTA_EXCEEDED.code],
  )
  assert.is(made.throttleTimeMs, 5_000)
  const grown = await broker.request(createPartitions, 3, {
    topics: [{ name: 'a', count: 23, assignments: null }],
    timeoutMs: 1000,
  })
  assert.equal([grown.results[0]?.errorCode, grown.throttleTimeMs], [THROTTLING_QUOTA_EXCEEDED.code, 5_000])
  const names = { topics: [{ name: 'b', topicId: 'AAAAAAAAAAAAAAAAAAAAAA' }], topicNames: ['b'], timeoutMs: 1000 }
  const kept = await broker.request(deleteTopics, 6, names)
  assert.equal([kept.responses[0]?.errorCode, kept.throttleTimeMs], [THROTTLING_QUOTA_EXCEEDED.code, 5_000])
  broker.clock.advance(5_000)
  const gone = await broker.request(deleteTopics, 6, names)
  assert.equal([gone.responses[0]?.errorCode, gone.throttleTimeMs], [NONE.code, 0])
})

test('clients too old for the error are only made to wait', async ({ after }) => {
  const broker = limited('controller_mutation_rate', 1)
  after(broker.close)
  const made = await broker.request(createTopics, 5, { topics: [topic('a', 21)], timeoutMs: 1000 })
  assert.equal([made.topics[0]?.errorCode, made.throttleTimeMs], [NONE.code, 10_000])
})

test('what could not be made anyway is not counted', async ({ after }) => {
  const broker = limited('controller_mutation_rate', 1)
  after(broker.close)
  for (let count = 0; count < 5; count++) {
    const made = await broker.request(createTopics, 7, { topics: [topic('not a name', 100)], timeoutMs: 1000 })
    assert.is(made.throttleTimeMs, 0)
  }
})

test('a consumer beyond its quota is sent nothing, and its session stays as it was', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  const { id } = topicOf(broker, 't')
  const batch = batchOf(['x'.repeat(400)])
  await produceTo(broker, 't', batch)
  const named = { topic: 't', topicId: id, group: '', transactionalId: '', fresh: '' }
  const asked = { ...questions['Fetch']![0]!(named), maxBytes: 100_000, sessionId: 0, sessionEpoch: 0 }
  const opened = await broker.request(fetch, 17, asked)
  assert.is(opened.throttleTimeMs, 0)
  broker.cluster.quotas.set(
    new Map([['client-id', 'test']]),
    new Map([['consumer_byte_rate', (batch.length + 66) / 10]]),
  )
  const goOn = (sessionEpoch: number) =>
    broker.request(fetch, 17, { ...asked, sessionId: opened.sessionId, sessionEpoch, topics: [] })
  const bytes = ({ responses }: Awaited<ReturnType<typeof goOn>>) =>
    responses.flatMap(({ partitions }) => partitions.flatMap(({ records }) => records ?? []))
  assert.ok(bytes(await goOn(1)).length > 0)
  const throttled = await goOn(2)
  assert.equal([bytes(throttled), throttled.errorCode, throttled.sessionId], [[], NONE.code, opened.sessionId])
  assert.is(throttled.throttleTimeMs, 10_000)
  broker.clock.advance(11_000)
  const later = await goOn(3)
  assert.is(later.throttleTimeMs, 0)
  assert.ok(bytes(later).length > 0)
})

test.run()
