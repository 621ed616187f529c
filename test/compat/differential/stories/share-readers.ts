/** What stories of share groups begin with: a group that reads, and how it fetches and acknowledges. */
import { incrementalAlterConfigs } from '../../../../src/protocol/messages/incremental-alter-configs.ts'
import { shareGroupHeartbeat } from '../../../../src/protocol/messages/share-group-heartbeat.ts'
import { encodeBatch } from '../../../../src/protocol/records.ts'
import type { SideIndex, Telling } from '../telling.ts'
import { produced } from './produced.ts'

type TopicIds = readonly [string, string]

export interface Reader {
  readonly groupId: string
  readonly memberId: string
  readonly name: string
  readonly ids: TopicIds
}

const groupResource = 32
/** What the quick broker has lent is not back before the slow one has lent it, too. */
const patient = { 'share.record.lock.duration.ms': '60000', 'share.session.timeout.ms': '60000' }
export const [accept, release, reject, renew] = [1, 2, 3, 4] as const

function batchOf(count: number, compression: 'none' | 'gzip' = 'none'): Buffer {
  const records = Array.from({ length: count }, (_, index) => ({
    timestamp: 1_700_000_000_000 + index,
    key: null,
    value: Buffer.from(`r${index}`),
  }))
  return encodeBatch(records, { compression })
}

export function beat(groupId: string, memberId: string, memberEpoch: number, subscribedTopicNames: string[] | null) {
  return { groupId, memberId, memberEpoch, rackId: null, subscribedTopicNames }
}

/** A group that reads from the beginning, with a member whose topic can be read: ten records in two batches. */
export async function reader(told: Telling, batches: readonly number[] = [4, 6], configs: Record<string, string> = {}) {
  const [groupId, name, memberId] = [told.name('s'), told.name('t'), told.name('m')]
  const ids = await told.topic(name)
  for (const count of batches) await produced(told, name, batchOf(count))
  await configured(told, groupId, { ...patient, 'share.auto.offset.reset': 'earliest', ...configs })
  await joined(told, groupId, memberId, name)
  return { groupId, memberId, name, ids }
}

export async function configured(told: Telling, groupId: string, configs: Record<string, string>): Promise<void> {
  const all = Object.entries(configs).map(([name, value]) => ({ name, configOperation: 0, value }))
  const resource = { resourceType: groupResource, resourceName: groupId, configs: all }
  const isDone = ({ responses }: { responses: { errorCode: number }[] }) => responses[0]!.errorCode === 0
  await told.prepare(incrementalAlterConfigs, 1, { resources: [resource], validateOnly: false }, isDone)
}

/** Its topic's partitions are assigned to it: only then can they be read. */
export async function joined(told: Telling, groupId: string, memberId: string, topic: string): Promise<void> {
  const isAssigned = (answer: { assignment: { topicPartitions: unknown[] } | null }) =>
    (answer.assignment?.topicPartitions.length ?? 0) > 0
  await told.prepare(shareGroupHeartbeat, 1, beat(groupId, memberId, 0, [topic]), isAssigned)
}

export function fetching({ groupId, memberId, ids }: Reader, shareSessionEpoch: number, more: object = {}) {
  return (side: SideIndex) => ({
    groupId,
    memberId,
    shareSessionEpoch,
    // Kafka reads the state of a share partition before it gives anything.
    maxWaitMs: 1_000,
    minBytes: 1,
    maxBytes: 1_000_000,
    maxRecords: 500,
    batchSize: 500,
    shareAcquireMode: 0,
    isRenewAck: false,
    topics: [{ topicId: ids[side], partitions: [{ partitionIndex: 0, acknowledgementBatches: [] }] }],
    forgottenTopicsData: [],
    ...more,
  })
}

export function partitionAt(partitionIndex: number) {
  return { partitionIndex, acknowledgementBatches: [] }
}

export type Batches = ReturnType<typeof batches>

/** First and last offset, then the types. */
export type Said = readonly [number, number, ...number[]]

export function batches(...all: readonly Said[]) {
  return all.map(([firstOffset, lastOffset, ...acknowledgeTypes]) => ({ firstOffset, lastOffset, acknowledgeTypes }))
}

export function acknowledging(
  { groupId, memberId, ids }: Reader,
  shareSessionEpoch: number,
  acknowledgementBatches: Batches,
  isRenewAck = false,
) {
  return (side: SideIndex) => ({
    groupId,
    memberId,
    shareSessionEpoch,
    isRenewAck,
    topics: [{ topicId: ids[side], partitions: [{ partitionIndex: 0, acknowledgementBatches }] }],
  })
}

/** What makes a group a classic one. */
export function classicJoining(groupId: string) {
  return {
    groupId,
    sessionTimeoutMs: 30_000,
    rebalanceTimeoutMs: 1_000,
    memberId: '',
    protocolType: 'consumer',
    protocols: [{ name: 'range', metadata: Buffer.alloc(0) }],
  }
}
