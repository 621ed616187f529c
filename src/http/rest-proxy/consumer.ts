/**
 * A consumer of records, as the REST Proxy keeps one for each consumer instance: what it reads, how far it has come,
 * what it has committed.
 *
 * It joins its group when it is first read from, as Kafka's Java consumer does at its first poll. Its position moves
 * with the records that were handed out, and only these are committed.
 */
import type { Cluster } from '../../handlers/handler.ts'
import type { Partition } from '../../log/partition.ts'
import { type KafkaError, NONE, UNKNOWN_TOPIC_OR_PARTITION } from '../../protocol/errors.ts'
import { fromKafka, illegalState, ProxyError } from './errors.ts'
import { Membership } from './membership.ts'
import type { TopicPartition } from '../../protocol/consumer-protocol.ts'
import { isPublic } from './v2-topics.ts'

export type Reset = 'earliest' | 'latest' | 'none'

export interface ConsumerOptions {
  readonly cluster: Cluster
  readonly groupId: string
  /** As Kafka's Java consumer calls itself: `consumer-group-1`. */
  readonly clientId: string
  readonly reset: Reset
  readonly commitsByItself: boolean
}

export interface OffsetToCommit extends TopicPartition {
  readonly offset: number
  readonly metadata: string | null
}

/** A partition that this consumer reads. */
export interface Assigned extends TopicPartition {
  /** The next offset to be handed out; null until it is asked for. */
  position: number | null
}

/** Whether a topic of this name is read. */
export type Matches = (name: string) => boolean

/** What it reads: topics by name or by pattern, as a member of the group; or partitions that it chose itself. */
type Reads = { readonly topics: readonly string[] } | { readonly matches: Matches } | { readonly chosen: true }

const autoCommitMs = 5_000
const byNobody = { memberId: '', generation: -1 } as const

export class Consumer {
  readonly #options: ConsumerOptions
  #reads: Reads | null = null
  #membership: Membership | null = null
  #failure: KafkaError | null = null
  #assigned = new Map<string, Assigned>()
  #committedAtMs: number
  readonly #watchers = new Set<() => void>()
  /** How often its partitions or positions were changed by others than whoever reads. */
  changes = 0

  constructor(options: ConsumerOptions) {
    this.#options = options
    this.#committedAtMs = options.cluster.clock.now()
  }

  get assignment(): readonly Assigned[] {
    return [...this.#assigned.values()]
  }

  /** Whether there are records that were not handed out. */
  get hasMore(): boolean {
    return this.assignment.some((assigned) => {
      const partition = this.partitionOf(assigned)
      return partition !== undefined && assigned.position !== partition.highWatermark
    })
  }

  get subscription(): readonly string[] {
    const reads = this.#reads
    if (reads === null || 'chosen' in reads) return []
    if ('topics' in reads) return reads.topics
    const public_ = [...this.#options.cluster.topics.all()].filter(isPublic)
    return public_.map(({ name }) => name).filter((name) => reads.matches(name))
  }

  subscribe(reads: { topics: readonly string[] } | { matches: Matches }): void {
    const isOther = this.#reads !== null && Object.keys(this.#reads)[0] !== Object.keys(reads)[0]
    if (isOther) throw mutuallyExclusive()
    this.#reads = reads
    this.#membership?.join()
  }

  unsubscribe(): void {
    this.#leave()
    this.#reads = null
    this.#assign([])
  }

  assign(partitions: readonly TopicPartition[]): void {
    if (this.#reads !== null && !('chosen' in this.#reads)) throw mutuallyExclusive()
    if (this.#options.commitsByItself) this.#commitQuietly()
    this.#reads = partitions.length === 0 ? null : { chosen: true }
    this.#assign(partitions)
  }

  /** To be called before anything is read: joins the group if that is still to be done, or says why it cannot. */
  poll(): void {
    const { cluster, commitsByItself } = this.#options
    if (this.#failure !== null) {
      const failure = this.#failure
      this.#failure = null
      this.#membership = null
      throw fromKafka(failure)
    }
    if (this.#reads === null)
      throw illegalState('the consumer is not subscribed to any topics or assigned any partitions')
    if (!('chosen' in this.#reads)) this.#becomeMember()
    const now = cluster.clock.now()
    if (commitsByItself && now - this.#committedAtMs >= autoCommitMs) this.#commitQuietly()
  }

  /** Where a partition is to be read on, or null where it is not there. Throws where nothing says where to begin. */
  positionIn(assigned: Assigned): number | null {
    const { cluster, groupId } = this.#options
    const partition = this.partitionOf(assigned)
    if (partition === undefined) return null
    const { topic, partition: index } = assigned
    assigned.position ??= cluster.groups.offsets(groupId)?.get(topic, index)?.offset ?? this.resetIn(partition)
    return assigned.position
  }

  resetIn({ topic, index, logStartOffset, highWatermark }: Partition): number {
    const { reset } = this.#options
    if (reset !== 'none') return reset === 'earliest' ? logStartOffset : highWatermark
    throw new ProxyError(500, 50002, `Undefined offset with no reset policy for partitions: [${topic}-${index}]`)
  }

  partitionOf({ topic, partition }: TopicPartition): Partition | undefined {
    return this.#options.cluster.topics.get(topic)?.partitions[partition]
  }

  isAssigned(assigned: Assigned): boolean {
    return this.#assigned.get(keyOf(assigned)) === assigned
  }

  seek(to: TopicPartition, where: number | 'beginning' | 'end'): void {
    const assigned = this.#assigned.get(keyOf(to))
    if (assigned === undefined) throw illegalState(`No current assignment for partition ${to.topic}-${to.partition}`)
    const partition = this.partitionOf(assigned)
    if (typeof where === 'number') assigned.position = where
    else if (partition !== undefined) {
      assigned.position = where === 'beginning' ? partition.logStartOffset : partition.highWatermark
    }
    this.#tell()
  }

  /** All that was handed out. */
  commitAll(): void {
    const positions = this.assignment.flatMap(({ topic, partition, position }) =>
      position === null ? [] : [{ topic, partition, offset: position, metadata: null }],
    )
    this.commit(positions)
  }

  commit(offsets: readonly OffsetToCommit[]): void {
    const { cluster, groupId } = this.#options
    this.#committedAtMs = cluster.clock.now()
    if (offsets.length === 0) return
    const missing = offsets.find((one) => this.partitionOf(one) === undefined)
    if (missing !== undefined) throw fromKafka(UNKNOWN_TOPIC_OR_PARTITION)
    const { memberId, generation } = this.#membership ?? byNobody
    const errors = cluster.groups.commit({
      groupId,
      memberId,
      instanceId: null,
      generation,
      retentionMs: null,
      offsets: offsets.map((one) => ({ ...one, leaderEpoch: -1 })),
    })
    const error = errors.find((one) => !one.is(NONE))
    if (error !== undefined)
      throw fromKafka(error, `the offsets could not be committed: ${error.message ?? error.name}`)
  }

  committed({ topic, partition }: TopicPartition): { offset: number; metadata: string } | null {
    return this.#options.cluster.groups.offsets(this.#options.groupId)?.get(topic, partition) ?? null
  }

  /** Calls `wake` when there may be something to read that was not there. */
  onChange(wake: () => void): () => void {
    this.#watchers.add(wake)
    const partitions = this.assignment.flatMap((assigned) => this.partitionOf(assigned) ?? [])
    const unsubscribes = partitions.map((partition) => partition.onAppend(wake))
    return () => {
      this.#watchers.delete(wake)
      for (const unsubscribe of unsubscribes) unsubscribe()
    }
  }

  close(): void {
    if (this.#membership === null && this.#options.commitsByItself) this.#commitQuietly()
    this.#leave()
    this.#assign([])
  }

  /** As `close`, when its group and all that was committed are gone: nothing of it comes back. */
  abandon(): void {
    this.#membership?.abandon()
    this.#membership = null
    this.#assign([])
  }

  #becomeMember(): void {
    if (this.#membership !== null) return
    const { cluster, groupId, clientId } = this.#options
    const membership = new Membership({
      cluster,
      groupId,
      clientId,
      topics: () => this.subscription,
      onRevoke: () => {
        if (this.#options.commitsByItself) this.#commitQuietly()
        this.#assign([])
      },
      onAssign: (partitions) => this.#assign(partitions),
      onFailure: (error) => {
        this.#failure = error
        this.#tell()
      },
    })
    this.#membership = membership
    membership.join()
  }

  #leave(): void {
    this.#membership?.leave()
    this.#membership = null
  }

  #assign(partitions: readonly TopicPartition[]): void {
    this.#assigned = new Map(partitions.map((one) => [keyOf(one), { ...one, position: null }]))
    this.#tell()
  }

  /** A commit that nobody asked for, and that another generation may have overtaken, fails in silence as in Kafka. */
  #commitQuietly(): void {
    try {
      this.commitAll()
    } catch (error) {
      if (!(error instanceof ProxyError)) throw error
    }
  }

  #tell(): void {
    this.changes++
    for (const wake of [...this.#watchers]) wake()
  }
}

function keyOf({ topic, partition }: TopicPartition): string {
  return `${partition} ${topic}`
}

function mutuallyExclusive(): ProxyError {
  return illegalState('Subscription to topics, partitions and pattern are mutually exclusive')
}
