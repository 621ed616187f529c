/** Fetches that wait: for how many bytes, for how long, and what ends it before. */
import * as assert from 'uvu/assert'
import { FETCH_SESSION_ID_NOT_FOUND, NONE, UNKNOWN_TOPIC_OR_PARTITION } from '../../src/protocol/errors.ts'
import { fetch } from '../../src/protocol/messages/fetch.ts'
import { anonymous } from '../../src/protocol/principal.ts'
import type { Value } from '../../src/protocol/schema.ts'
import { encodeRequest, type TestBroker, testBroker } from '../support/broker.ts'
import {
  batchOf,
  type FetchedPartition,
  type FetchRequest,
  fetchRequest,
  produceTo,
  topicOf,
  valuesOf,
} from '../support/produced.ts'
import { suite } from '../support/suite.ts'

const test = suite('a fetch that waits')
const newest = 18
const batchBytes = batchOf(['x']).length
type Response = Value<typeof fetch.response>

/** A fetch, and what it was answered so far. */
class Fetching {
  readonly #done: Promise<unknown>
  #answer: Response | null = null

  constructor(broker: TestBroker, partitions: FetchedPartition[], rest: FetchRequest = {}) {
    const topic = broker.cluster.topics.get('a')!
    const message = fetchRequest(topic, partitions, { minBytes: 1, maxWaitMs: 500, ...rest })
    this.#done = broker.request(fetch, newest, message).then((answer) => {
      this.#answer = answer
    })
  }

  /** `waits`, or the values of each partition that is answered. */
  async told(): Promise<string> {
    for (let turn = 0; turn < 10; turn++) await Promise.resolve()
    if (this.#answer === null) return 'waits'
    await this.#done
    return this.#answer.responses
      .flatMap((topic) =>
        topic.partitions.map((one) => `${one.partitionIndex}:${one.errorCode || valuesOf(one.records)}`),
      )
      .join(' ')
  }
}

function brokerWithTopic(): TestBroker {
  const broker = testBroker()
  topicOf(broker, 'a', { partitions: 2 })
  return broker
}

test('ends with the first record', async ({ after }) => {
  const broker = brokerWithTopic()
  after(broker.close)
  const fetching = new Fetching(broker, [{}, { partition: 1 }])
  assert.is(await fetching.told(), 'waits')
  await produceTo(broker, 'a', batchOf(['x']), { index: 1 })
  assert.is(await fetching.told(), '0: 1:x')
  assert.is(broker.cluster.parking.count, 0)
})

test('ends when the time is up, with what there is', async ({ after }) => {
  const broker = brokerWithTopic()
  after(broker.close)
  const fetching = new Fetching(broker, [{}], { minBytes: 1000 })
  await produceTo(broker, 'a', batchOf(['x']))
  broker.clock.advance(499)
  assert.is(await fetching.told(), 'waits')
  broker.clock.advance(1)
  assert.is(await fetching.told(), '0:x')
})

test('waits for so many bytes in all partitions together', async ({ after }) => {
  const broker = brokerWithTopic()
  after(broker.close)
  const fetching = new Fetching(broker, [{}, { partition: 1 }], { minBytes: 2 * batchBytes })
  await produceTo(broker, 'a', batchOf(['x']))
  assert.is(await fetching.told(), 'waits')
  await produceTo(broker, 'a', batchOf(['y']), { index: 1 })
  assert.is(await fetching.told(), '0:x 1:y')
})

test('counts no more of a partition than would be read of it', async ({ after }) => {
  const broker = brokerWithTopic()
  after(broker.close)
  const fetching = new Fetching(broker, [{ partitionMaxBytes: batchBytes }], { minBytes: 2 * batchBytes })
  for (const value of ['x', 'y', 'z']) await produceTo(broker, 'a', batchOf([value]))
  assert.is(await fetching.told(), 'waits')
})

test('is answered at once where there is enough, no time, or nothing to wait for', async ({ after }) => {
  const broker = brokerWithTopic()
  after(broker.close)
  for (const rest of [{ minBytes: 0 }, { maxWaitMs: 0 }, { maxWaitMs: -1 }]) {
    assert.is(await new Fetching(broker, [{}], rest).told(), '0:')
  }
  await produceTo(broker, 'a', batchOf(['x']))
  assert.is(await new Fetching(broker, [{}]).told(), '0:x')
})

test('an error is told at once', async ({ after }) => {
  const broker = brokerWithTopic()
  after(broker.close)
  assert.is(await new Fetching(broker, [{ fetchOffset: 9 }, { partition: 1 }]).told(), '0:1 1:')
})

test('a partition that is not there is told at once only where nothing else is asked for', async ({ after }) => {
  const broker = brokerWithTopic()
  after(broker.close)
  const unknown = UNKNOWN_TOPIC_OR_PARTITION.code
  assert.is(await new Fetching(broker, [{ partition: 9 }]).told(), `9:${unknown}`)
  const fetching = new Fetching(broker, [{ partition: 9 }, {}])
  assert.is(await fetching.told(), 'waits')
  broker.clock.advance(500)
  assert.is(await fetching.told(), `9:${unknown} 0:`)
})

test('a topic that is deleted ends the wait for it', async ({ after }) => {
  const broker = brokerWithTopic()
  after(broker.close)
  const fetching = new Fetching(broker, [{}, { partition: 1 }])
  broker.cluster.topics.delete(broker.cluster.topics.get('a')!)
  assert.match(await fetching.told(), /^0:100 1:100$/)
})

test('a broker that closes sends everyone on their way', async () => {
  const broker = brokerWithTopic()
  const fetching = new Fetching(broker, [{}])
  assert.is(broker.cluster.parking.count, 1)
  broker.close()
  assert.is(await fetching.told(), '0:')
  assert.is(await new Fetching(broker, [{}]).told(), '0:')
})

test('nobody waits whose client is gone', async ({ after }) => {
  const broker = brokerWithTopic()
  after(broker.close)
  const client = { nodeId: 1, localAddress: '', remoteAddress: '', principal: anonymous }
  const message = fetchRequest(broker.cluster.topics.get('a')!, [{}], { minBytes: 1, maxWaitMs: 0x7fff_ffff })
  const answer = broker.dispatcher.serve(encodeRequest(fetch, newest, message, 'c'), client)
  assert.is(broker.cluster.parking.count, 1)
  broker.dispatcher.disconnected(client)
  assert.is(broker.cluster.parking.count, 0)
  await answer
})

test('in a session that had nothing new the answer names no partition', async ({ after }) => {
  const broker = brokerWithTopic()
  after(broker.close)
  const topic = broker.cluster.topics.get('a')!
  const { sessionId } = await broker.request(fetch, newest, fetchRequest(topic, [{}], { sessionEpoch: 0 }))
  const message = { sessionId, sessionEpoch: 1, minBytes: 1, maxWaitMs: 500, maxBytes: 1 << 20 }
  const pending = broker.request(fetch, newest, message)
  assert.is(broker.cluster.parking.count, 1)
  broker.clock.advance(500)
  const { errorCode, responses } = await pending
  assert.equal([errorCode, responses], [NONE.code, []])
  const { errorCode: lost } = await broker.request(fetch, newest, { ...message, sessionId: sessionId + 1 })
  assert.is(lost, FETCH_SESSION_ID_NOT_FOUND.code)
})

test.run()
