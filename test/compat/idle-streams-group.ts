/** A streams group as one that Kafka Streams leaves behind: it has read a topic, keeps state, and has no members. */
import { setTimeout } from 'node:timers/promises'
import { ZERO_UUID } from '../../src/base/bytes.ts'
import { createTopics } from '../../src/protocol/messages/create-topics.ts'
import { findCoordinator } from '../../src/protocol/messages/find-coordinator.ts'
import { offsetCommit } from '../../src/protocol/messages/offset-commit.ts'
import { streamsGroupHeartbeat } from '../../src/protocol/messages/streams-group-heartbeat.ts'
import type { Api } from '../../src/protocol/schema.ts'
import { complete } from '../support/broker.ts'
import { beating, internalTopic, joining, subtopology } from '../support/streams-requests.ts'
import { type Message, Side } from './differential/side.ts'

export const idleGroup = { groupId: 'app', topic: 'lines' } as const
const { groupId, topic } = idleGroup
const pollMs = 100
const readyMs = 30_000
const unsaid = { committedLeaderEpoch: -1, committedMetadata: '' }

/** A Kafka that has just started makes its own topics first. */
async function until(side: Side, api: Api, version: number, message: Message, isDone: (answer: Message) => boolean) {
  const deadlineMs = performance.now() + readyMs
  for (;;) {
    const outcome = await side.ask(api, version, complete(api.request, message))
    if (outcome.kind === 'answer' && isDone(outcome.message)) return
    if (performance.now() > deadlineMs) throw new Error(`${api.name} does not come about: ${JSON.stringify(outcome)}`)
    await setTimeout(pollMs)
  }
}

export async function makeIdleGroup(address: string): Promise<void> {
  const side = new Side('broker', address)
  const made = { name: topic, numPartitions: 2, replicationFactor: 1, assignments: [], configs: [] }
  await until(side, createTopics, 7, { topics: [made], timeoutMs: 5_000 }, ({ topics }) => topics[0].errorCode === 0)
  const keys = { keyType: 0, coordinatorKeys: [groupId] }
  await until(side, findCoordinator, 4, keys, ({ coordinators }) => coordinators[0].errorCode === 0)
  const stateChangelogTopics = [internalTopic(`${groupId}-store-changelog`)]
  const member = joining(groupId, 'm', [subtopology('0', [topic], { stateChangelogTopics })])
  await until(side, streamsGroupHeartbeat, 0, member, ({ activeTasks }) => activeTasks?.length > 0)
  await until(side, streamsGroupHeartbeat, 0, beating(groupId, 'm', -1), ({ errorCode }) => errorCode === 0)
  const partitions = [0, 1].map((partitionIndex) => ({ partitionIndex, committedOffset: 0, ...unsaid }))
  const topics = [{ name: topic, topicId: ZERO_UUID, partitions }]
  const commit = { groupId, generationIdOrMemberEpoch: -1, memberId: '', topics }
  await until(side, offsetCommit, 9, commit, (answer) => answer.topics[0].partitions[0].errorCode === 0)
  side.close()
}
