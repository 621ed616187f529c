/** A Kafka that has just started makes its own topics when they are first needed; until then it answers otherwise. */
import { setTimeout } from 'node:timers/promises'
import { createTopics } from '../../../src/protocol/messages/create-topics.ts'
import { describeShareGroupOffsets } from '../../../src/protocol/messages/describe-share-group-offsets.ts'
import { findCoordinator } from '../../../src/protocol/messages/find-coordinator.ts'
import { incrementalAlterConfigs } from '../../../src/protocol/messages/incremental-alter-configs.ts'
import { initProducerId } from '../../../src/protocol/messages/init-producer-id.ts'
import { listGroups } from '../../../src/protocol/messages/list-groups.ts'
import { offsetFetch } from '../../../src/protocol/messages/offset-fetch.ts'
import { shareGroupHeartbeat } from '../../../src/protocol/messages/share-group-heartbeat.ts'
import { complete } from '../../support/broker.ts'
import { newName } from './names.ts'
import type { Message, Side } from './side.ts'
import type { Api } from '../../../src/protocol/schema.ts'

const noTransaction = { transactionalId: null, transactionTimeoutMs: 60_000 }
/** So many that no partition of __transaction_state is left out, most likely. */
const transactionalIds = 200
const metricsType = 16
const pollMs = 100
const warmMs = 30_000

export async function warmUp(side: Side): Promise<void> {
  await warmUpCoordinators(side)
  await warmUpSharing(side)
  await wantMetrics(side)
}

/** In versions that releases before 4.0 served, too. */
export async function warmUpCoordinators(side: Side): Promise<void> {
  for (const keyType of [0, 1]) {
    await untilOk(
      side,
      findCoordinator,
      4,
      { keyType, coordinatorKeys: ['warm'] },
      ({ coordinators }) => coordinators[0].errorCode,
    )
  }
  await untilOk(side, initProducerId, 4, noTransaction, ({ errorCode }) => errorCode)
  // Coordinators load what they keep, partition by partition.
  for (let index = 0; index < transactionalIds; index++) {
    const asked = { transactionalId: `warm-${index}`, transactionTimeoutMs: 1_000 }
    await untilOk(side, initProducerId, 4, asked, ({ errorCode }) => errorCode)
  }
  await untilOk(side, listGroups, 4, {}, ({ errorCode }) => errorCode)
  const groups = [{ groupId: 'warm', memberId: null, memberEpoch: -1, topics: null }]
  await untilOk(side, offsetFetch, 8, { groups }, (answer) => answer.groups[0].errorCode)
}

/** Only once the state of a share partition can be stored is it assigned to a member. */
async function warmUpSharing(side: Side): Promise<void> {
  const name = newName('warm')
  const topic = { name, numPartitions: 1, replicationFactor: 1, assignments: [], configs: [] }
  await untilOk(side, createTopics, 7, { topics: [topic], timeoutMs: 5_000 }, ({ topics }) => topics[0].errorCode)
  const [groupId, memberId] = [newName('warm'), 'm']
  const join = { groupId, memberId, memberEpoch: 0, rackId: null, subscribedTopicNames: [name] }
  await untilOk(side, shareGroupHeartbeat, 1, join, ({ assignment }) => (assignment?.topicPartitions.length ? 0 : -1))
  const topics = [{ topicName: name, partitions: [0] }]
  const read = { groups: [{ groupId, topics }] }
  await untilOk(side, describeShareGroupOffsets, 1, read, ({ groups }) => groups[0].errorCode)
  const leave = { ...join, memberEpoch: -1 }
  await untilOk(side, shareGroupHeartbeat, 1, leave, ({ errorCode }) => errorCode)
}

async function untilOk(side: Side, api: Api, version: number, asked: Message, errorOf: (answer: Message) => number) {
  const deadlineMs = performance.now() + warmMs
  for (;;) {
    const outcome = await side.ask(api, version, complete(api.request, asked))
    if (outcome.kind === 'answer' && errorOf(outcome.message) === 0) return
    if (performance.now() > deadlineMs) throw new Error(`${side.name} does not get ready: ${api.name}`)
    await setTimeout(pollMs)
  }
}

/** Of whom nothing is wanted Blink does not speak of telemetry. */
async function wantMetrics(side: Side): Promise<void> {
  const wanted = { metrics: 'org.apache.kafka.', 'interval.ms': '60000' }
  const configs = Object.entries(wanted).map(([name, value]) => ({ name, configOperation: 0, value }))
  const resource = { resourceType: metricsType, resourceName: newName('warm'), configs }
  const asked = { resources: [resource], validateOnly: false }
  await untilOk(side, incrementalAlterConfigs, 1, asked, ({ responses }) => responses[0].errorCode)
}
