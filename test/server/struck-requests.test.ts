/** What becomes of a request that a fault strikes, as far as it can be seen without a socket. */
import * as assert from 'uvu/assert'
import { hangUp } from '../../src/handlers/handler.ts'
import {
  COORDINATOR_LOAD_IN_PROGRESS,
  NONE,
  NOT_COORDINATOR,
  NOT_LEADER_OR_FOLLOWER,
} from '../../src/protocol/errors.ts'
import { apiVersions } from '../../src/protocol/messages/api-versions.ts'
import { fetch } from '../../src/protocol/messages/fetch.ts'
import { findCoordinator } from '../../src/protocol/messages/find-coordinator.ts'
import { heartbeat } from '../../src/protocol/messages/heartbeat.ts'
import { metadata } from '../../src/protocol/messages/metadata.ts'
import { produce } from '../../src/protocol/messages/produce.ts'
import { validate } from '../../src/protocol/records.ts'
import { fallSilent, LastWords } from '../../src/server/answer.ts'
import type { FaultSpec } from '../../src/testing-faults.ts'
import { type TestBroker, testBroker } from '../support/broker.ts'
import { faultOf } from '../support/faults.ts'
import { batchOf, fetchRequest, produceRequest, produceTo, topicOf } from '../support/produced.ts'
import { type Cleanup, suite } from '../support/suite.ts'

const test = suite('struck requests')

function broker({ after }: Cleanup, fault: FaultSpec, nodeCount = 1): TestBroker {
  const made = testBroker({ nodeCount })
  after(made.close)
  made.faults.add(faultOf(fault))
  return made
}

const produceA = (made: TestBroker, acks = -1) => made.serve(produce, 12, produceRequest('a', batchOf(['x']), { acks }))

for (const [spec, end] of [
  [{ disconnect: 'before' }, hangUp],
  [{ disconnect: 'after' }, hangUp],
  [{ silence: 'before' }, fallSilent],
  [{ silence: 'after' }, fallSilent],
] as const) {
  const [[what, moment]] = Object.entries(spec) as [[string, string]]
  const stored = moment === 'after' ? 'stored' : 'not stored'
  test(`${what} ${moment} a produce is carried out: it is ${stored}`, async (cleanup) => {
    const made = broker(cleanup, { api: 'Produce', ...spec })
    const { partitions } = topicOf(made, 'a')
    assert.is(await produceA(made), end)
    assert.is(partitions[0]!.logEndOffset, moment === 'after' ? 1 : 0)
  })
}

test('a delayed answer comes when its time is up, and not before', async (cleanup) => {
  const made = broker(cleanup, { api: 'ApiVersions', delay: '2s' })
  let answered = false
  const answer = made.request(apiVersions, 3, {}).then(() => (answered = true))
  await settled()
  made.clock.advance(1999)
  await settled()
  assert.is(answered, false)
  made.clock.advance(1)
  await answer
})

test('the answer that is cut short has its first bytes, and its whole length before them', async (cleanup) => {
  const made = broker(cleanup, { api: 'ApiVersions', truncate: 6 })
  const answer = await made.serve(apiVersions, 3, {})
  assert.instance(answer, LastWords)
  const { bytes } = answer as LastWords
  assert.is(bytes.length, 6)
  assert.ok(bytes.readInt32BE(0) > 6)
})

test('a client that is throttled is told so, and heard no more until then', async (cleanup) => {
  const made = broker(cleanup, { throttle: 300 })
  const { throttleTimeMs } = await made.request(metadata, 12, { topics: [] })
  assert.is(throttleTimeMs, 300)
})

test('a fetched batch is corrupt, what is stored is not', async (cleanup) => {
  const made = broker(cleanup, { corrupt: true, topic: 'a', times: 1 })
  const topic = topicOf(made, 'a')
  await produceTo(made, 'a', batchOf(['x']))
  const fetched = async () => {
    const { responses } = await made.request(fetch, 12, fetchRequest(topic, [{ partition: 0 }]))
    return validate(Buffer.concat(responses[0]!.partitions[0]!.records!), { uncompressedBytesMax: 1000 })
  }
  assert.match(JSON.stringify(await fetched()), 'CORRUPT_MESSAGE')
  assert.not.match(JSON.stringify(await fetched()), 'CORRUPT_MESSAGE')
})

test('a leader moves to the next broker, and who asked the last one is told where to', async (cleanup) => {
  const made = broker(cleanup, { api: 'Produce', topic: 'a', move: 'leader', times: 1 }, 3)
  const topic = topicOf(made, 'a')
  const refused = await produceTo(made, 'a', batchOf(['x']))
  assert.is(refused.errorCode, NOT_LEADER_OR_FOLLOWER.code)
  assert.equal(refused.currentLeader, { leaderId: 2, leaderEpoch: 1 })
  assert.equal(topic.assignment, [[2]])
  assert.is((await produceTo(made, 'a', batchOf(['x']), { nodeId: 1 })).errorCode, NOT_LEADER_OR_FOLLOWER.code)
  assert.is((await produceTo(made, 'a', batchOf(['x']), { nodeId: 2 })).errorCode, NONE.code)
})

test('a leader with nowhere to go is elected anew', async (cleanup) => {
  const made = broker(cleanup, { api: 'Produce', move: 'leader', times: 1 })
  topicOf(made, 'a')
  const refused = await produceTo(made, 'a', batchOf(['x']))
  assert.equal(refused.currentLeader, { leaderId: 1, leaderEpoch: 1 })
  assert.is((await produceTo(made, 'a', batchOf(['x']))).errorCode, NONE.code)
})

test('a leader that has followers is followed by one of them', async (cleanup) => {
  const made = broker(cleanup, { api: 'Produce', move: 'leader', times: 1 }, 3)
  const topic = topicOf(made, 'a', { replicationFactor: 2 })
  await produceTo(made, 'a', batchOf(['x']))
  assert.equal(topic.replicas[0], { ...topic.replicas[0], replicas: [1, 2], leader: 2, isr: [1, 2] })
})

test('a coordinator moves to the next broker, where it is found from then on', async (cleanup) => {
  const made = broker(cleanup, { api: 'Heartbeat', group: 'g', move: 'coordinator', times: 1 }, 3)
  const whereIs = async (key: string) =>
    (await made.request(findCoordinator, 4, { coordinatorKeys: [key] })).coordinators[0]!.nodeId
  const before = await whereIs('g')
  const { errorCode } = await made.request(heartbeat, 4, { groupId: 'g' }, { nodeId: before })
  assert.is(errorCode, NOT_COORDINATOR.code)
  assert.is(await whereIs('g'), (before % 3) + 1)
})

test('who wants no answer to a produce is hung up on when it is refused', async (cleanup) => {
  const made = broker(cleanup, { api: 'Produce', error: 'NOT_LEADER_OR_FOLLOWER' })
  topicOf(made, 'a')
  assert.is(await produceA(made, 0), hangUp)
})

test('requests that are not meant pass by', async (cleanup) => {
  const made = broker(cleanup, { api: 'Heartbeat', client: 'other', error: 14 })
  const { errorCode } = await made.request(heartbeat, 4, { groupId: 'g' })
  assert.is.not(errorCode, COORDINATOR_LOAD_IN_PROGRESS.code)
  const { errorCode: theirs } = await made.request(heartbeat, 4, { groupId: 'g' }, { clientId: 'other' })
  assert.is(theirs, COORDINATOR_LOAD_IN_PROGRESS.code)
})

function settled(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 5))
}

test.run()
