/**
 * What is stored of share partitions (KIP-932): where each begins, and what became of records behind that.
 *
 * It outlives the share partitions that write it. An administrator may set it anew, upon which the state epoch is
 * a later one, and who still writes under an older one is refused.
 */
import { FENCED_LEADER_EPOCH, FENCED_STATE_EPOCH, INVALID_REQUEST, type KafkaError } from '../protocol/errors.ts'
import { combined, type StateBatch } from './state-batches.ts'

export interface ShareKey {
  readonly groupId: string
  readonly topicId: string
  readonly partition: number
}

export interface ShareState {
  readonly stateEpoch: number
  readonly leaderEpoch: number
  /** -1: the group's reset strategy says where it begins. */
  readonly startOffset: number
  /** -1: not known. */
  readonly deliveryCompleteCount: number
  readonly batches: readonly StateBatch[]
}

const untold = -1

export class ShareStates {
  /** By group, then by topic, then by partition; no empty maps. */
  readonly #groups = new Map<string, Map<string, Map<number, ShareState>>>()

  get({ groupId, topicId, partition }: ShareKey): ShareState | undefined {
    return this.#groups.get(groupId)?.get(topicId)?.get(partition)
  }

  /** What is there of a group: its topics, by id, and their partitions. */
  ofGroup(groupId: string): ReadonlyMap<string, ReadonlyMap<number, ShareState>> {
    return this.#groups.get(groupId) ?? new Map()
  }

  /** There is nothing known of it, but from where on it is read; -1: from wherever the group's strategy says. */
  initialize(key: ShareKey, stateEpoch: number, startOffset: number): KafkaError | null {
    const stored = this.get(key)
    if (stored !== undefined && stored.stateEpoch > stateEpoch) return FENCED_STATE_EPOCH
    const deliveryCompleteCount = startOffset === untold ? untold : 0
    this.set(key, { stateEpoch, leaderEpoch: 0, startOffset, deliveryCompleteCount, batches: [] })
    return null
  }

  /** For the leader of its partition: from here on only this one, or a later one, may write. */
  read(key: ShareKey, leaderEpoch: number): ShareState | KafkaError {
    const stored = this.get(key)
    if (stored === undefined) return readUninitialized
    if (stored.leaderEpoch > leaderEpoch) return FENCED_LEADER_EPOCH
    this.set(key, { ...stored, leaderEpoch })
    return stored
  }

  /** `news.batches` speaks of what changed; the rest stays as it is. */
  write(key: ShareKey, news: ShareState): KafkaError | null {
    const stored = this.get(key)
    if (stored === undefined) return writeUninitialized
    if (stored.leaderEpoch > news.leaderEpoch) return FENCED_LEADER_EPOCH
    if (stored.stateEpoch > news.stateEpoch) return FENCED_STATE_EPOCH
    const startOffset = Math.max(stored.startOffset, news.startOffset)
    this.set(key, {
      ...stored,
      startOffset,
      deliveryCompleteCount: completeCount(stored, news),
      batches: combined(stored.batches, news.batches, startOffset),
    })
    return null
  }

  set({ groupId, topicId, partition }: ShareKey, state: ShareState): void {
    const topics = this.#groups.get(groupId) ?? new Map<string, Map<number, ShareState>>()
    const partitions = topics.get(topicId) ?? new Map<number, ShareState>()
    this.#groups.set(groupId, topics.set(topicId, partitions.set(partition, state)))
  }

  delete(groupId: string, topicId: string): boolean {
    const topics = this.#groups.get(groupId)
    const isThere = topics?.delete(topicId) ?? false
    if (topics?.size === 0) this.#groups.delete(groupId)
    return isThere
  }

  deleteGroup(groupId: string): void {
    this.#groups.delete(groupId)
  }

  deleteTopic(topicId: string): void {
    for (const groupId of [...this.#groups.keys()]) this.delete(groupId, topicId)
  }

  clear(): void {
    this.#groups.clear()
  }
}

function completeCount(stored: ShareState, news: ShareState): number {
  if (news.startOffset > stored.startOffset) return news.deliveryCompleteCount
  if (news.startOffset < stored.startOffset) return stored.deliveryCompleteCount
  return Math.max(news.deliveryCompleteCount, stored.deliveryCompleteCount)
}

const readUninitialized = INVALID_REQUEST.because('Nothing to read: this share partition is not initialized.')
const writeUninitialized = INVALID_REQUEST.because('Nowhere to write: this share partition is not initialized.')
