/**
 * All groups of the cluster, and the offsets that they have committed.
 *
 * One state stands behind all brokers: which of them a request has to go to is for the handlers to check. Offsets and
 * completed generations change by records only, which `write` is shown and `apply` replays; the rest of a group lives
 * with its members.
 */
import type { Clock, Timer } from '../base/clock.ts'
import type { Logger } from '../base/logger.ts'
import type { Random } from '../base/random.ts'
import {
  GROUP_ID_NOT_FOUND,
  GROUP_SUBSCRIBED_TO_TOPIC,
  ILLEGAL_GENERATION,
  INVALID_SESSION_TIMEOUT,
  KafkaError,
  NON_EMPTY_GROUP,
  NONE,
  POLICY_VIOLATION,
  UNKNOWN_MEMBER_ID,
} from '../protocol/errors.ts'
import { Group, type GroupHost } from './group.ts'
import { join } from './join.ts'
import { type OffsetCommit, Offsets, type TopicPartition } from './offsets.ts'
import type { Decision, GroupRecord, OffsetRecord } from './records.ts'
import {
  type Answer,
  type JoinAnswer,
  type JoinRequest,
  type Leaver,
  refusedJoin,
  refusedSync,
  type SyncAnswer,
  type SyncRequest,
} from './requests.ts'
import type { GroupSettings } from './settings.ts'

export interface GroupsOptions {
  readonly clock: Clock
  readonly random: Random
  readonly settings: GroupSettings
  readonly logger: Logger
  /** Is shown each decision before it is acted upon. */
  readonly write?: (record: GroupRecord) => void
}

export interface CommitRequest {
  readonly groupId: string
  readonly memberId: string
  readonly instanceId: string | null
  /** Negative: by no member, but by an administrator or a consumer that assigns its partitions itself. */
  readonly generation: number
  readonly retentionMs: number | null
  readonly offsets: readonly OffsetCommit[]
}

/** With the offsets that a producer commits in its transaction. */
export interface TransactionalCommitRequest extends Omit<CommitRequest, 'retentionMs'> {
  readonly producerId: number
}

export class Groups {
  readonly #options: GroupsOptions
  readonly #host: GroupHost
  readonly #write: (record: GroupRecord) => void
  readonly #groups = new Map<string, Group>()
  /** Of groups in #groups only; none is empty. */
  readonly #offsets = new Map<string, Offsets>()
  /** Which groups a producer has pending offsets in, some of which may be gone. */
  readonly #groupsOfProducer = new Map<number, Set<string>>()
  readonly #watchers = new Set<() => void>()
  readonly #sweep: Timer
  #isClosed = false

  constructor(options: GroupsOptions) {
    const { clock, settings, logger, write = () => {} } = options
    this.#options = options
    this.#write = write
    this.#host = { clock, settings, logger, write }
    this.#sweep = clock.every(settings.offsetsRetentionCheckMs, () => this.#expireOffsets())
  }

  /** False: no request about groups is served. */
  get isActive(): boolean {
    return this.#options.settings.isEnabled && !this.#isClosed
  }

  get(groupId: string): Group | undefined {
    return this.#groups.get(groupId)
  }

  /** In the order of their creation. */
  all(): Iterable<Group> {
    return this.#groups.values()
  }

  offsets(groupId: string): Offsets | undefined {
    return this.#offsets.get(groupId)
  }

  join(request: JoinRequest, answer: Answer<JoinAnswer>): void {
    const { groupId, memberId, sessionTimeoutMs } = request
    const { settings, random } = this.#options
    if (sessionTimeoutMs < settings.sessionTimeoutMinMs || sessionTimeoutMs > settings.sessionTimeoutMaxMs) {
      answer(refusedJoin(INVALID_SESSION_TIMEOUT, memberId))
      return
    }
    const group = this.#groups.get(groupId) ?? (memberId === '' ? this.#create(groupId) : UNKNOWN_MEMBER_ID)
    if (group instanceof KafkaError) answer(refusedJoin(group, memberId))
    else join(group, request, random, settings.membersPerGroupMax, answer)
  }

  sync(groupId: string, request: SyncRequest, answer: Answer<SyncAnswer>): void {
    const group = this.#groups.get(groupId)
    if (group === undefined) answer(refusedSync(UNKNOWN_MEMBER_ID))
    else group.sync(request, answer)
  }

  heartbeat(groupId: string, memberId: string, instanceId: string | null, generation: number): KafkaError {
    return this.#groups.get(groupId)?.heartbeat(memberId, instanceId, generation) ?? UNKNOWN_MEMBER_ID
  }

  leave(groupId: string, leavers: readonly Leaver[]): readonly KafkaError[] {
    return this.#groups.get(groupId)?.leave(leavers) ?? leavers.map(() => UNKNOWN_MEMBER_ID)
  }

  delete(groupId: string): KafkaError {
    const group = this.#groups.get(groupId)
    if (group === undefined) return GROUP_ID_NOT_FOUND
    if (!group.isEmpty) return NON_EMPTY_GROUP
    this.#decided({ type: 'group-deleted', groupId })
    return NONE
  }

  /** For each of the offsets: was it committed, or why not. */
  commit(request: CommitRequest): readonly KafkaError[] {
    const { groupId, memberId, instanceId, generation, offsets } = request
    const group = this.#groups.get(groupId) ?? (generation < 0 ? this.#create(groupId) : GROUP_ID_NOT_FOUND)
    const error = group instanceof KafkaError ? group : group.acceptCommit(memberId, instanceId, generation)
    if (error !== NONE) return offsets.map(() => error)
    return this.#commit(groupId, offsets, request.retentionMs, null)
  }

  /** As `commit`, but they count once the producer's transaction is committed (KIP-447). */
  commitInTransaction(request: TransactionalCommitRequest): readonly KafkaError[] {
    const { groupId, memberId, instanceId, generation, offsets, producerId } = request
    const group = this.#groups.get(groupId) ?? (generation < 0 ? this.#create(groupId) : GROUP_ID_NOT_FOUND)
    const error =
      group instanceof KafkaError ? group : transactionalCommitError(group, memberId, instanceId, generation)
    if (error !== NONE) return offsets.map(() => error)
    return this.#commit(groupId, offsets, null, producerId)
  }

  /** A producer's transaction has ended, as far as it reached groups that `isMeant` tells. */
  endTransaction(producerId: number, isCommitted: boolean, isMeant: (groupId: string) => boolean): void {
    for (const groupId of [...(this.#groupsOfProducer.get(producerId) ?? [])].filter(isMeant)) {
      this.#decided({ type: 'offsets-settled', groupId, producerId, isCommitted })
    }
  }

  /** For each of the partitions: is its offset forgotten, or why not; one error if the group as such forbids it. */
  deleteOffsets(groupId: string, partitions: readonly TopicPartition[]): readonly KafkaError[] | KafkaError {
    const group = this.#groups.get(groupId)
    if (group === undefined) return GROUP_ID_NOT_FOUND
    if (!group.isEmpty && !group.isConsumerGroup) return NON_EMPTY_GROUP
    const stored = this.#offsets.get(groupId) ?? new Offsets(groupId)
    return partitions.map((partition) =>
      group.isSubscribedTo(partition.topic) ? GROUP_SUBSCRIBED_TO_TOPIC : this.#act(stored.delete(partition)),
    )
  }

  /** A topic was deleted: nobody has read any of it, should it come again. */
  forgetTopic(topic: string): void {
    for (const offsets of [...this.#offsets.values()]) this.#decided(...offsets.deleteTopic(topic))
  }

  /** What a record says becomes so. Over all records of a journal, in order, it brings groups and offsets back. */
  apply(record: GroupRecord): void {
    switch (record.type) {
      case 'generation-completed':
        this.#groups.get(record.groupId)?.close()
        this.#groups.set(record.groupId, Group.restore(record, this.#host))
        break
      case 'group-deleted':
        this.#groups.get(record.groupId)?.close()
        this.#groups.delete(record.groupId)
        this.#offsets.delete(record.groupId)
        break
      case 'offset-committed':
      case 'offset-deleted':
      case 'offset-pending':
      case 'offsets-settled':
        this.#applyOffset(record)
        break
      default:
        record satisfies never
    }
  }

  /** What of them can be brought back by `apply`: offsets, and how many generations there were; members cannot. */
  *records(): Generator<GroupRecord> {
    for (const { id, generation, protocolType } of this.#groups.values()) {
      const nobody = { protocolName: null, leaderId: null, members: [], atMs: this.#options.clock.now() }
      yield { type: 'generation-completed', groupId: id, generation, protocolType, ...nobody }
      yield* this.#offsets.get(id)?.records() ?? []
    }
  }

  /** Calls `watch` whenever all groups are gone at once. */
  onClear(watch: () => void): void {
    this.#watchers.add(watch)
  }

  /** There is no group any more; its members are told, and may join again. */
  clear(): void {
    for (const group of this.#groups.values()) group.close()
    this.#groups.clear()
    this.#offsets.clear()
    this.#groupsOfProducer.clear()
    for (const watch of this.#watchers) watch()
  }

  /** Answers everyone who waits; from now on nothing is served. */
  close(): void {
    this.#isClosed = true
    this.#sweep.cancel()
    for (const group of this.#groups.values()) group.close()
  }

  #create(groupId: string): Group | KafkaError {
    const { settings, logger } = this.#options
    if (this.#groups.size >= settings.groupsMax) {
      logger.warn(`group ${groupId} refused: there are ${settings.groupsMax} groups, the most that settings allow`)
      return POLICY_VIOLATION
    }
    const group = new Group(groupId, this.#host)
    this.#groups.set(groupId, group)
    return group
  }

  #commit(
    groupId: string,
    offsets: readonly OffsetCommit[],
    retentionMs: number | null,
    producerId: number | null,
  ): readonly KafkaError[] {
    const { clock, settings } = this.#options
    const terms = { nowMs: clock.now(), retentionMs, metadataMax: settings.offsetMetadataMax, producerId }
    return offsets.map((offset) => {
      const stored = this.#offsets.get(groupId) ?? new Offsets(groupId)
      return this.#act(stored.commit(offset, terms))
    })
  }

  #act([records, error]: Decision<OffsetRecord>): KafkaError {
    this.#decided(...records)
    return error
  }

  #decided(...records: readonly GroupRecord[]): void {
    for (const record of records) {
      this.#write(record)
      this.apply(record)
    }
  }

  #applyOffset(record: OffsetRecord): void {
    const { groupId } = record
    this.#noteProducer(record)
    if (record.type === 'offsets-settled' && !this.#offsets.has(groupId)) return
    // A group that never had members is known by its offsets alone.
    if (!this.#groups.has(groupId)) this.#groups.set(groupId, new Group(groupId, this.#host))
    const offsets = this.#offsets.get(groupId) ?? new Offsets(groupId)
    offsets.apply(record)
    if (offsets.isEmpty) this.#offsets.delete(groupId)
    else this.#offsets.set(groupId, offsets)
  }

  #noteProducer(record: OffsetRecord): void {
    if (record.type !== 'offset-pending' && record.type !== 'offsets-settled') return
    const { producerId, groupId } = record
    const groupIds = this.#groupsOfProducer.get(producerId) ?? new Set()
    if (record.type === 'offset-pending') this.#groupsOfProducer.set(producerId, groupIds.add(groupId))
    else if (groupIds.delete(groupId) && groupIds.size === 0) this.#groupsOfProducer.delete(producerId)
  }

  /** Groups without members and offsets go too. */
  #expireOffsets(): void {
    const { clock, settings } = this.#options
    for (const group of [...this.#groups.values()]) {
      const offsets = this.#offsets.get(group.id)
      this.#decided(...(offsets?.expired(group, clock.now(), settings.offsetsRetentionMs) ?? []))
      if (group.isEmpty && !this.#offsets.has(group.id)) this.delete(group.id)
    }
  }
}

/**
 * Older producers name no member, and are believed; nor does it matter to any of them whether a rebalance is complete
 * (KIP-447).
 */
function transactionalCommitError(
  group: Group,
  memberId: string,
  instanceId: string | null,
  generation: number,
): KafkaError {
  if (generation < 0 && (group.isEmpty || (memberId === '' && instanceId === null))) return NONE
  const member = group.members.identify(memberId, instanceId)
  if (member instanceof KafkaError) return member
  return generation === group.generation ? NONE : ILLEGAL_GENERATION
}
