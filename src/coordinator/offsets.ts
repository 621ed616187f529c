/**
 * How far one group has read: its committed offsets.
 *
 * Methods that decide return records and change nothing; `apply` changes and decides nothing, and is all that a
 * journal needs.
 */
import { NONE, OFFSET_METADATA_TOO_LARGE } from '../protocol/errors.ts'
import type { AnyGroup } from './any-group.ts'
import { PendingOffsets } from './pending-offsets.ts'
import type { CommittedOffset, Decision, OffsetDeleted, OffsetRecord } from './records.ts'

export interface TopicPartition {
  readonly topic: string
  readonly partition: number
}

export interface OffsetCommit extends TopicPartition {
  readonly offset: number
  readonly leaderEpoch: number
  /** Null counts as empty. */
  readonly metadata: string | null
}

export interface CommitTerms {
  readonly nowMs: number
  /** How long the client wants it kept, whatever the group does (versions 2–4); null: as long as the group's are. */
  readonly retentionMs: number | null
  readonly metadataMax: number
  /** In whose transaction; null: in none. */
  readonly producerId: number | null
}

export class Offsets {
  readonly groupId: string
  /** Without empty maps. */
  readonly #byTopic = new Map<string, Map<number, CommittedOffset>>()
  readonly pending = new PendingOffsets()

  constructor(groupId: string) {
    this.groupId = groupId
  }

  get isEmpty(): boolean {
    return this.#byTopic.size === 0 && this.pending.isEmpty
  }

  get(topic: string, partition: number): CommittedOffset | undefined {
    return this.#byTopic.get(topic)?.get(partition)
  }

  topics(): Iterable<readonly [topic: string, byPartition: ReadonlyMap<number, CommittedOffset>]> {
    return this.#byTopic
  }

  *records(): Generator<OffsetRecord> {
    for (const [topic, byPartition] of this.#byTopic) {
      for (const [partition, committed] of byPartition) {
        yield { ...committed, type: 'offset-committed', groupId: this.groupId, topic, partition }
      }
    }
    yield* this.pending.records()
  }

  commit(
    { topic, partition, offset, leaderEpoch, metadata }: OffsetCommit,
    terms: CommitTerms,
  ): Decision<OffsetRecord> {
    if (metadata !== null && metadata.length > terms.metadataMax) return [[], OFFSET_METADATA_TOO_LARGE]
    const { producerId } = terms
    const kind =
      producerId === null ? { type: 'offset-committed' as const } : { type: 'offset-pending' as const, producerId }
    const record: OffsetRecord = {
      ...kind,
      groupId: this.groupId,
      topic,
      partition,
      offset,
      leaderEpoch,
      metadata: metadata ?? '',
      committedAtMs: terms.nowMs,
      expiresAtMs: terms.retentionMs === null ? null : terms.nowMs + terms.retentionMs,
    }
    return [[record], NONE]
  }

  delete({ topic, partition }: TopicPartition): Decision<OffsetRecord> {
    const isThere = this.get(topic, partition) !== undefined || this.pending.has(topic, partition)
    return [isThere ? [this.#deleted(topic, partition)] : [], NONE]
  }

  deleteTopic(topic: string): readonly OffsetDeleted[] {
    const partitions = new Set([...(this.#byTopic.get(topic)?.keys() ?? []), ...this.pending.partitionsOf(topic)])
    return [...partitions].map((partition) => this.#deleted(topic, partition))
  }

  /** Those that nobody has used for the retention time. What a consumer group subscribes to is in use. */
  expired(group: AnyGroup, nowMs: number, retentionMs: number): readonly OffsetDeleted[] {
    const expired: OffsetDeleted[] = []
    for (const [topic, byPartition] of this.#byTopic) {
      if (group.isSubscribedTo(topic)) continue
      for (const [partition, committed] of byPartition) {
        if (this.pending.has(topic, partition)) continue
        if (isExpired(committed, group, nowMs, retentionMs)) expired.push(this.#deleted(topic, partition))
      }
    }
    return expired
  }

  apply(record: OffsetRecord): void {
    switch (record.type) {
      case 'offset-committed':
        this.pending.overrule(record.topic, record.partition)
        this.#set(record.topic, record.partition, record)
        break
      case 'offset-pending':
        this.pending.add(record)
        break
      case 'offsets-settled':
        for (const one of this.pending.settle(record)) this.#set(one.topic, one.partition, one)
        break
      case 'offset-deleted':
        this.pending.delete(record.topic, record.partition)
        this.#remove(record.topic, record.partition)
        break
      default:
        record satisfies never
    }
  }

  #set(topic: string, partition: number, committed: CommittedOffset): void {
    const byPartition = this.#byTopic.get(topic)
    if (byPartition === undefined) this.#byTopic.set(topic, new Map([[partition, committed]]))
    else byPartition.set(partition, committed)
  }

  #remove(topic: string, partition: number): void {
    const byPartition = this.#byTopic.get(topic)
    byPartition?.delete(partition)
    if (byPartition?.size === 0) this.#byTopic.delete(topic)
  }

  #deleted(topic: string, partition: number): OffsetDeleted {
    return { type: 'offset-deleted', groupId: this.groupId, topic, partition }
  }
}

function isExpired(committed: CommittedOffset, group: AnyGroup, nowMs: number, retentionMs: number): boolean {
  const sinceMs = group.unusedSinceMs(committed.committedAtMs)
  if (sinceMs === null) return false
  return nowMs >= (committed.expiresAtMs ?? sinceMs + retentionMs)
}
