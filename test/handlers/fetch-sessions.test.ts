/** Fetch sessions (KIP-227), request by request. */
import * as assert from 'uvu/assert'
import {
  errorOf,
  FETCH_SESSION_ID_NOT_FOUND,
  INVALID_FETCH_SESSION_EPOCH,
  NONE,
  OFFSET_OUT_OF_RANGE,
  UNKNOWN_TOPIC_ID,
  UNKNOWN_TOPIC_OR_PARTITION,
} from '../../src/protocol/errors.ts'
import { fetch } from '../../src/protocol/messages/fetch.ts'
import { type TestBroker, testBroker } from '../support/broker.ts'
import { batchOf, type FetchRequest, fetchRequest, produceTo, topicOf, valuesOf } from '../support/produced.ts'
import { suite } from '../support/suite.ts'

const test = suite('fetch sessions')
const newest = 18

interface Step {
  /** Partition → offset. */
  readonly at?: Readonly<Record<number, number>>
  readonly forget?: readonly number[]
  readonly sessionId?: number
  readonly topic?: { name: string; id: string }
  readonly maxBytes?: number
}

/** A client in a session; what it is told reads like `0: a,b; 1: error OFFSET_OUT_OF_RANGE`. */
class Session {
  id = 0
  readonly #broker: TestBroker
  readonly #version: number

  constructor(broker: TestBroker, version = newest) {
    this.#broker = broker
    this.#version = version
  }

  async ask(sessionEpoch: number, step: Step = {}): Promise<string> {
    const { at = {}, forget = [], sessionId = this.id, maxBytes = 1 << 20 } = step
    const topic = step.topic ?? this.#broker.cluster.topics.get('a')!
    const partitions = Object.entries(at).map(([index, fetchOffset]) => ({ partition: Number(index), fetchOffset }))
    const forgotten = { topic: topic.name, topicId: topic.id, partitions: [...forget] }
    const rest: FetchRequest = { sessionId, sessionEpoch, maxBytes }
    if (forget.length > 0) rest.forgottenTopicsData = [forgotten]
    const message = partitions.length > 0 ? fetchRequest(topic, partitions, rest) : rest
    const answer = await this.#broker.request(fetch, this.#version, message)
    if (answer.errorCode !== NONE.code) return errorOf(answer.errorCode).name
    this.id = answer.sessionId
    const told = answer.responses.flatMap((one) => one.partitions)
    return told
      .map(({ partitionIndex, errorCode, records }) =>
        errorCode === NONE.code
          ? `${partitionIndex}: ${valuesOf(records)}`
          : `${partitionIndex}: ${errorOf(errorCode).name}`,
      )
      .join('; ')
  }
}

async function begun(version = newest): Promise<{ broker: TestBroker; session: Session }> {
  const broker = testBroker()
  topicOf(broker, 'a', { partitions: 3 })
  await produceTo(broker, 'a', batchOf(['x']))
  await produceTo(broker, 'a', batchOf(['y']), { index: 1 })
  return { broker, session: new Session(broker, version) }
}

test('the first answer tells all, the later ones what is new', async ({ after }) => {
  for (const version of [7, 12, 13, newest]) {
    const { broker, session } = await begun(version)
    after(broker.close)
    assert.is(await session.ask(0, { at: { 0: 0, 1: 0, 2: 0 } }), '0: x; 1: y; 2: ')
    assert.ok(session.id > 0)
    assert.is(await session.ask(1), '0: x; 1: y', 'unread records are sent again')
    assert.is(await session.ask(2, { at: { 0: 1, 1: 1 } }), '')
    assert.is(await session.ask(3), '')
    await produceTo(broker, 'a', batchOf(['z']), { index: 2 })
    assert.is(await session.ask(4), '2: z')
  }
})

test('a new start of the log is news even without records', async ({ after }) => {
  const { broker, session } = await begun()
  after(broker.close)
  await session.ask(0, { at: { 0: 1, 1: 1 } })
  broker.cluster.topics.get('a')?.partitions[1]?.deleteRecordsBefore(1)
  assert.is(await session.ask(1), '1: ')
  assert.is(await session.ask(2), '')
})

test('an error is told again until it is over, and then that it is over', async ({ after }) => {
  const { broker, session } = await begun()
  after(broker.close)
  await session.ask(0, { at: { 0: 1 } })
  const error = `0: ${OFFSET_OUT_OF_RANGE.name}`
  assert.is(await session.ask(1, { at: { 0: 99 } }), error)
  assert.is(await session.ask(2), error)
  assert.is(await session.ask(3, { at: { 0: 1 } }), '0: ')
  assert.is(await session.ask(4), '')
})

test('partitions come and go; one that does both in a request is gone', async ({ after }) => {
  const { broker, session } = await begun()
  after(broker.close)
  await session.ask(0, { at: { 0: 0 } })
  assert.is(await session.ask(1, { at: { 1: 0 }, forget: [0] }), '1: y')
  assert.is(await session.ask(2, { at: { 9: 0 } }), `1: y; 9: ${UNKNOWN_TOPIC_OR_PARTITION.name}`)
  assert.is(await session.ask(3, { forget: [9, 55] }), '1: y')
  assert.is(await session.ask(4, { at: { 0: 0 }, forget: [0] }), '1: y')
})

test('a session without partitions is over', async ({ after }) => {
  const { broker, session } = await begun()
  after(broker.close)
  await session.ask(0, { at: { 0: 0 } })
  const { id } = session
  assert.is(await session.ask(1, { forget: [0] }), '')
  assert.is(session.id, 0)
  assert.is(await session.ask(2, { sessionId: id }), FETCH_SESSION_ID_NOT_FOUND.name)
})

test('but one may begin without', async ({ after }) => {
  const { broker, session } = await begun()
  after(broker.close)
  assert.is(await session.ask(0), '')
  assert.ok(session.id > 0)
  assert.is(await session.ask(1, { at: { 0: 0 } }), '0: x')
})

test('a request that is out of step is refused and changes nothing', async ({ after }) => {
  const { broker, session } = await begun()
  after(broker.close)
  await session.ask(0, { at: { 0: 1 } })
  for (const epoch of [2, 90, -2]) {
    assert.is(await session.ask(epoch, { at: { 1: 0 } }), INVALID_FETCH_SESSION_EPOCH.name)
  }
  assert.is(await session.ask(1), '')
})

test('an unknown session is refused', async ({ after }) => {
  const { broker, session } = await begun()
  after(broker.close)
  for (const sessionId of [0, 77]) {
    assert.is(await session.ask(1, { sessionId }), FETCH_SESSION_ID_NOT_FOUND.name)
  }
})

test('epoch 0 begins anew and −1 ends the session, each with all that it asks for', async ({ after }) => {
  const { broker, session } = await begun()
  after(broker.close)
  await session.ask(0, { at: { 0: 0 } })
  const first = session.id
  assert.is(await session.ask(0, { at: { 1: 0 } }), '1: y')
  assert.is.not(session.id, first)
  assert.is(await session.ask(1, { sessionId: first }), FETCH_SESSION_ID_NOT_FOUND.name)
  const second = session.id
  assert.is(await session.ask(-1, { at: { 0: 0 }, sessionId: second }), '0: x')
  assert.is(session.id, 0)
  assert.is(await session.ask(1, { sessionId: second }), FETCH_SESSION_ID_NOT_FOUND.name)
  assert.is(broker.cluster.fetchSessions.count, 0)
})

test('unknown topics stay in the session until they are known or forgotten', async ({ after }) => {
  const { broker, session } = await begun()
  after(broker.close)
  const topic = { name: '', id: 'AAAAAAAAAAAAAAAAAAAAzA' }
  assert.is(await session.ask(0, { at: { 0: 0 }, topic }), `0: ${UNKNOWN_TOPIC_ID.name}`)
  assert.is(await session.ask(1), `0: ${UNKNOWN_TOPIC_ID.name}`)
  assert.is(await session.ask(2, { forget: [0], topic }), '')
})

test('who had records goes to the end of the queue, so that all get their turn', async ({ after }) => {
  const { broker, session } = await begun()
  after(broker.close)
  const oneBatch = { maxBytes: 1 }
  assert.is(await session.ask(0, { at: { 0: 0, 1: 0 }, ...oneBatch }), '0: x; 1: ')
  // Kafka's queue turns from the second request on.
  assert.is(await session.ask(1, oneBatch), '0: x')
  assert.is(await session.ask(2, oneBatch), '1: y')
  assert.is(await session.ask(3, oneBatch), '0: x')
})

test('where there are too many sessions the one that was used longest ago goes', async ({ after }) => {
  const { broker } = await begun()
  after(broker.close)
  const { fetchSessions, config } = broker.cluster
  const sessionsMax = config.number('max.incremental.fetch.session.cache.slots')
  const [first, second] = [new Session(broker), new Session(broker)]
  for (const session of [first, second]) await session.ask(0, { at: { 0: 1 } })
  for (let count = 2; count < sessionsMax; count++) await new Session(broker).ask(0)
  await first.ask(1)
  await new Session(broker).ask(0)
  assert.is(fetchSessions.count, sessionsMax)
  assert.is(await second.ask(1), FETCH_SESSION_ID_NOT_FOUND.name)
  assert.is(await first.ask(2), '')
})

test.run()
