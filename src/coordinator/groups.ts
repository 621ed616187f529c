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
import { BrokerConfig } from '../configs/broker-config.ts'
import { GroupConfigs } from '../configs/group-config.ts'
import {
  GROUP_ID_NOT_FOUND,
  GROUP_SUBSCRIBED_TO_TOPIC,
  INCONSISTENT_GROUP_PROTOCOL,
  INVALID_SESSION_TIMEOUT,
  KafkaError,
  NON_EMPTY_GROUP,
  NONE,
  UNKNOWN_MEMBER_ID,
} from '../protocol/errors.ts'
import type { AnyGroup } from './any-group.ts'
import { Group, type GroupHost } from './group.ts'
import { GroupRegistry } from './group-registry.ts'
import { ClassicMembers } from './consumer/classic-members.ts'
import { ConsumerGroup } from './consumer/consumer-group.ts'
import { ConsumerGroups } from './consumer/consumer-groups.ts'
import { type LentTopics, noTopics } from './lent.ts'
import { join } from './join.ts'
import type { OffsetCommit, Offsets, TopicPartition } from './offsets.ts'
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
import { StoredOffsets } from './stored-offsets.ts'
import { ShareGroup } from './share/share-group.ts'
import { StreamsGroup } from './streams/streams-group.ts'
import { StreamsGroups } from './streams/streams-groups.ts'

export interface GroupsOptions {
  readonly clock: Clock
  readonly random: Random
  readonly settings: GroupSettings
  readonly logger: Logger
  /** Left out: there are none, as far as groups of the new protocol can see. */
  readonly topics?: LentTopics
  /** Left out: Kafka's own. */
  readonly configs?: GroupConfigs
  /** Is shown each decision before it is acted upon. */
  readonly write?: (record: GroupRecord) => void
}

export interface CommitRequest {
  readonly groupId: string
  readonly memberId: string
  readonly instanceId: string | null
  /** Negative: by no member, but by an administrator or a consumer that assigns its partitions itself. */
  readonly generation: number
  /** Of the request; not told: the newest. */
  readonly version?: number
  readonly retentionMs: number | null
  readonly offsets: readonly OffsetCommit[]
}

/** With the offsets that a producer commits in its transaction. */
export interface TransactionalCommitRequest extends Omit<CommitRequest, 'retentionMs'> {
  readonly producerId: number
}

const newestVersion = Number.POSITIVE_INFINITY

export class Groups {
  readonly #options: GroupsOptions
  readonly #host: GroupHost
  readonly #write: (record: GroupRecord) => void
  readonly registry: GroupRegistry
  /** Those of the new protocol. */
  readonly consumer: ConsumerGroups
  readonly streams: StreamsGroups
  readonly #classicMembers: ClassicMembers
  /** Of groups in the registry only. */
  readonly #offsets = new StoredOffsets()
  readonly #watchers = new Set<() => void>()
  readonly #sweep: Timer
  #isClosed = false

  constructor(options: GroupsOptions) {
    const { clock, random, settings, logger, topics = noTopics, write = () => {} } = options
    const configs = options.configs ?? new GroupConfigs(new BrokerConfig({}))
    this.#options = options
    this.#write = write
    this.#host = { clock, settings, logger, write }
    this.registry = new GroupRegistry(options)
    const { registry } = this
    this.consumer = new ConsumerGroups({
      clock,
      random,
      logger,
      registry,
      topics,
      configs,
      classicHost: this.#host,
      write,
    })
    this.streams = new StreamsGroups({ clock, logger, registry, topics, configs })
    this.#classicMembers = new ClassicMembers(this.consumer)
    this.#sweep = clock.every(settings.offsetsRetentionCheckMs, () => this.#expireOffsets())
  }

  /** False: no request about groups is served. */
  get isActive(): boolean {
    return this.#options.settings.isEnabled && !this.#isClosed
  }

  get(groupId: string): AnyGroup | undefined {
    return this.registry.get(groupId)
  }

  classic(groupId: string): Group | undefined {
    return this.registry.as(Group, groupId)
  }

  /** In the order of their creation. */
  all(): Iterable<AnyGroup> {
    return this.registry.all()
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
    const found = this.get(groupId)
    if (found instanceof ConsumerGroup && !found.isEmpty) {
      answer(this.#classicMembers.join(found, request))
      return
    }
    const group = this.#classicFor(found, request)
    if (group instanceof KafkaError) answer(refusedJoin(group, memberId))
    else if (!(group instanceof Group)) answer(refusedJoin(INCONSISTENT_GROUP_PROTOCOL, ''))
    else join(group, request, random, settings.membersPerGroupMax, answer)
  }

  sync(groupId: string, request: SyncRequest, answer: Answer<SyncAnswer>): void {
    const group = this.get(groupId)
    if (group instanceof ConsumerGroup) answer(this.#classicMembers.sync(group, request))
    else if (!(group instanceof Group)) answer(refusedSync(UNKNOWN_MEMBER_ID))
    else group.sync(request, answer)
  }

  heartbeat(groupId: string, memberId: string, instanceId: string | null, generation: number): KafkaError {
    const group = this.get(groupId)
    if (group instanceof ConsumerGroup) {
      return this.#classicMembers.heartbeat(group, memberId, instanceId, generation)
    }
    return group instanceof Group ? group.heartbeat(memberId, instanceId, generation) : UNKNOWN_MEMBER_ID
  }

  leave(groupId: string, leavers: readonly Leaver[]): readonly KafkaError[] {
    const group = this.get(groupId)
    if (group instanceof ConsumerGroup) return this.#classicMembers.leave(group, leavers)
    return group instanceof Group ? group.leave(leavers) : leavers.map(() => UNKNOWN_MEMBER_ID)
  }

  /** Takes out a member that is not static and whose connection closed, as if it had left. */
  evict(groupId: string, memberId: string): void {
    const group = this.get(groupId)
    if (group instanceof StreamsGroup) this.streams.evict(group, memberId)
    else if (group instanceof ShareGroup) group.leave(memberId)
    else this.leave(groupId, [{ memberId, instanceId: null }])
  }

  delete(groupId: string): KafkaError {
    const group = this.get(groupId)
    if (group === undefined) return GROUP_ID_NOT_FOUND
    if (!group.isEmpty) return NON_EMPTY_GROUP
    this.#decided({ type: 'group-deleted', groupId })
    return NONE
  }

  /** For each of the offsets: was it committed, or why not. */
  commit(request: CommitRequest): readonly KafkaError[] {
    return this.#commit(request, request.retentionMs, null)
  }

  /** As `commit`, but they count once the producer's transaction is committed (KIP-447). */
  commitInTransaction(request: TransactionalCommitRequest): readonly KafkaError[] {
    return this.#commit(request, null, request.producerId)
  }

  /** A producer's transaction has ended, as far as it reached groups that `isMeant` tells. */
  endTransaction(producerId: number, isCommitted: boolean, isMeant: (groupId: string) => boolean): void {
    this.#decided(...this.#offsets.settle(producerId, isCommitted, isMeant))
  }

  /** For each of the partitions: is its offset forgotten, or why not; one error if the group as such forbids it. */
  deleteOffsets(groupId: string, partitions: readonly TopicPartition[]): readonly KafkaError[] | KafkaError {
    const group = this.get(groupId)
    if (group === undefined) return GROUP_ID_NOT_FOUND
    const refusal = group.acceptOffsetDeletion()
    if (refusal !== NONE) return refusal
    return partitions.map((partition) =>
      group.isSubscribedTo(partition.topic)
        ? GROUP_SUBSCRIBED_TO_TOPIC
        : this.#act(this.#offsets.delete(groupId, partition)),
    )
  }

  /** A topic was deleted: nobody has read any of it, should it come again. */
  forgetTopic(topic: string): void {
    this.#decided(...this.#offsets.deleteTopic(topic))
  }

  /** What a record says becomes so. Over all records of a journal, in order, it brings groups and offsets back. */
  apply(record: GroupRecord): void {
    switch (record.type) {
      case 'generation-completed':
        this.registry.put(Group.restore(record, this.#host))
        break
      case 'group-deleted':
        this.registry.remove(record.groupId)
        this.#offsets.forgetGroup(record.groupId)
        break
      case 'consumer-group-epoch':
      case 'consumer-member-changed':
      case 'consumer-member-removed':
      case 'consumer-target':
      case 'consumer-pattern-resolved':
      case 'consumer-pattern-forgotten':
        this.consumer.restore(record)
        break
      case 'streams-group':
        this.streams.restore(record)
        break
      case 'offset-committed':
      case 'offset-deleted':
      case 'offset-pending':
      case 'offsets-settled':
        // A group that never had members is known by its offsets alone.
        if (record.type !== 'offsets-settled' && !this.get(record.groupId)) {
          this.registry.put(new Group(record.groupId, this.#host))
        }
        this.#offsets.apply(record)
        break
      default:
        record satisfies never
    }
  }

  /** What of them can be brought back by `apply`: offsets, and how many generations there were; members cannot. */
  *records(): Generator<GroupRecord> {
    for (const group of this.all()) {
      yield* group.lasting(this.#options.clock.now())
      yield* this.#offsets.get(group.id)?.records() ?? []
    }
  }

  /** Calls `watch` whenever all groups are gone at once. */
  onClear(watch: () => void): void {
    this.#watchers.add(watch)
  }

  /** There is no group any more; its members are told, and may join again. */
  clear(): void {
    this.registry.clear()
    this.#offsets.clear()
    for (const watch of this.#watchers) watch()
  }

  /** Answers everyone who waits; from now on nothing is served. */
  close(): void {
    this.#isClosed = true
    this.#sweep.cancel()
    this.registry.close()
  }

  /** An empty group of consumers, or of streams, becomes classic when a classic member joins it. */
  #classicFor(found: AnyGroup | undefined, { groupId, memberId }: JoinRequest): AnyGroup | KafkaError {
    const mayTurn = found instanceof ConsumerGroup || (found instanceof StreamsGroup && found.isEmpty)
    if (found !== undefined && !mayTurn) return found
    if (memberId !== '') return UNKNOWN_MEMBER_ID
    if (found === undefined) return this.#create(groupId)
    const group = new Group(groupId, this.#host)
    this.registry.put(group)
    return group
  }

  #create(groupId: string): Group | KafkaError {
    return this.registry.add(new Group(groupId, this.#host))
  }

  #commit(
    request: Omit<CommitRequest, 'retentionMs'>,
    retentionMs: number | null,
    producerId: number | null,
  ): readonly KafkaError[] {
    const { groupId, generation, offsets } = request
    const group = this.get(groupId) ?? (generation < 0 ? this.#create(groupId) : GROUP_ID_NOT_FOUND)
    const isTransactional = producerId !== null
    const check =
      group instanceof KafkaError ? group : group.acceptCommit({ version: newestVersion, ...request, isTransactional })
    if (check instanceof KafkaError) return offsets.map(() => check)
    const { clock, settings } = this.#options
    const terms = { nowMs: clock.now(), retentionMs, metadataMax: settings.offsetMetadataMax, producerId }
    const decisions = offsets.map((offset) => this.#offsets.commit(groupId, offset, terms))
    const sound = offsets.filter((_, at) => decisions[at]![1] === NONE)
    const refusal = sound.map(({ topic, partition }) => check(topic, partition)).find((error) => error !== NONE)
    return refusal === undefined ? decisions.map((decision) => this.#act(decision)) : offsets.map(() => refusal)
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

  /** Groups without members and offsets go too. */
  #expireOffsets(): void {
    const { clock, settings } = this.#options
    for (const group of [...this.all()]) {
      const offsets = this.#offsets.get(group.id)
      this.#decided(...(offsets?.expired(group, clock.now(), settings.offsetsRetentionMs) ?? []))
      // How far a share group has read is not among the offsets, and does not expire.
      if (group.type !== 'share' && group.isEmpty && this.#offsets.get(group.id) === undefined) this.delete(group.id)
    }
  }
}
