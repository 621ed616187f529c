/**
 * One classic group: a rebalance gathers joins, makes them a generation, and its leader's sync tells each its share.
 *
 *   Empty ─ join ─► PreparingRebalance ─ all joined, or time is up ─► CompletingRebalance ─ the leader syncs ─► Stable
 *     ▲                 │        ▲                                            │                                  │
 *     └── nobody left ──┘        └──────── a member comes, goes, or changes ──┴──────────────────────────────────┘
 *
 * Assignments and metadata are opaque, so cooperative rebalancing (KIP-429) needs nothing of its own. Who joins, and as
 * whom, is decided in join.ts.
 */
import type { Clock, Timer } from '../base/clock.ts'
import type { Logger } from '../base/logger.ts'
import {
  COORDINATOR_NOT_AVAILABLE,
  FENCED_INSTANCE_ID,
  ILLEGAL_GENERATION,
  INCONSISTENT_GROUP_PROTOCOL,
  KafkaError,
  NON_EMPTY_GROUP,
  NONE,
  REBALANCE_IN_PROGRESS,
  UNKNOWN_MEMBER_ID,
} from '../protocol/errors.ts'
import { consumerProtocolType } from '../protocol/consumer-protocol.ts'
import type { AnyGroup, CommitCheck, Committer, ShownMember } from './any-group.ts'
import { acceptCommit, deserted, generationFor, generationRecord } from './generation.ts'
import { InitialDelay } from './initial-delay.ts'
import { Member } from './member.ts'
import { Members } from './members.ts'
import type { GenerationRecord, GroupRecord } from './records.ts'
import {
  type Answer,
  type JoinAnswer,
  type Leaver,
  noBytes,
  refusedSync,
  type Subscription,
  type SyncAnswer,
  type SyncRequest,
} from './requests.ts'
import type { GroupSettings } from './settings.ts'
import { allSubscribedTopics, assignedTopics } from './subscription.ts'

/** As Kafka prints them. A group that is gone is Dead, so no group here is. */
export type GroupState = 'Empty' | 'PreparingRebalance' | 'CompletingRebalance' | 'Stable'

/** What a group is lent by those who keep it. */
export interface GroupHost {
  readonly clock: Clock
  readonly settings: GroupSettings
  readonly logger: Logger
  readonly write: (record: GenerationRecord) => void
}

/** How long a member is kept that does not know its id yet: it cannot say that it is alive, and may not be. */
const newMemberJoinTimeoutMs = 300_000

export class Group implements AnyGroup {
  readonly id: string
  readonly type = 'classic'
  readonly members = new Members()
  state: GroupState = 'Empty'
  /** When the state was entered. */
  sinceMs: number
  generation = 0
  /** What kind of group its first member made it; null in one that only ever had offsets. */
  protocolType: string | null = null
  /** Chosen anew with each generation. */
  protocolName: string | null = null
  /** The topics that a consumer group reads; null where that cannot be told. */
  subscribed: ReadonlySet<string> | null = null
  readonly #host: GroupHost
  /** While the rebalance that ends Empty waits for more members, whoever has joined. */
  #initialDelay: InitialDelay | null = null
  #joinTimer: Timer | null = null
  #syncTimer: Timer | null = null
  /** Of this generation, those who have not asked for their share. */
  readonly #unsynced = new Set<Member>()

  constructor(id: string, host: GroupHost) {
    this.id = id
    this.#host = host
    this.sinceMs = host.clock.now()
  }

  /** A group as it was when the record was written. Members have a whole session timeout to come back. */
  static restore(record: GenerationRecord, host: GroupHost): Group {
    const group = new Group(record.groupId, host)
    for (const saved of record.members) {
      const member = Member.restore(saved, record.protocolName ?? '')
      group.members.add(member)
      group.expectHeartbeat(member)
    }
    group.members.leaderId = record.leaderId
    group.generation = record.generation
    group.protocolType = record.protocolType
    group.protocolName = record.protocolName
    group.subscribed = group.#readSubscriptions()
    group.state = record.members.length === 0 ? 'Empty' : 'Stable'
    group.sinceMs = record.atMs
    return group
  }

  get isEmpty(): boolean {
    return this.state === 'Empty'
  }
  get isConsumerGroup(): boolean {
    return this.protocolType === consumerProtocolType
  }
  /** A consumer group that cannot be read is taken to read everything. */
  isSubscribedTo(topic: string): boolean {
    return this.subscribed?.has(topic) ?? this.isConsumerGroup
  }

  /** Lets a member in; it is answered with the next generation. */
  admit(member: Member, protocolType: string, answer: Answer<JoinAnswer>): void {
    if (this.members.size === 0) this.protocolType = protocolType
    this.#initialDelay?.extend()
    this.members.add(member)
    member.parkJoin(answer)
    this.expectHeartbeat(member, newMemberJoinTimeoutMs)
    this.rebalance()
  }

  /** Hands out a member id, which its owner has to come back with before its session ends (KIP-394). */
  expect(memberId: string, sessionTimeoutMs: number): void {
    const giveUp = () => {
      this.members.forgetPending(memberId)
      this.#completeJoinWhenPossible()
    }
    this.members.pending.set(memberId, this.#host.clock.after(sessionTimeoutMs, giveUp))
  }

  /** A member joins again, perhaps with other protocols; it is answered with the next generation. */
  rejoin(member: Member, subscription: Subscription, answer: Answer<JoinAnswer>): void {
    member.subscription = subscription
    member.parkJoin(answer)
    this.rebalance()
  }

  /** A static member is back under a new id; the one that had its place before is fenced. */
  replace(old: Member, memberId: string, subscription: Subscription): Member {
    old.end(FENCED_INSTANCE_ID, old.id)
    const fresh = old.renamed(memberId, subscription)
    this.members.replace(old, fresh)
    if (this.#unsynced.delete(old)) this.#unsynced.add(fresh)
    this.expectHeartbeat(fresh)
    return fresh
  }

  /** Members changed: begin a rebalance, or see whether the one under way is complete. */
  rebalance(): void {
    if (this.state === 'PreparingRebalance') this.completeJoinUnlessInitial()
    else this.prepareRebalance()
  }

  completeJoinUnlessInitial(): void {
    if (this.#initialDelay === null) this.#completeJoinWhenPossible()
  }

  prepareRebalance(): void {
    if (this.state === 'CompletingRebalance') this.#callBackToJoin()
    this.#unsynced.clear()
    this.#syncTimer?.cancel()
    const isInitial = this.isEmpty
    this.#enter('PreparingRebalance')
    if (isInitial) this.#delayInitial(this.#host.settings.initialRebalanceDelayMs)
    else if (this.members.haveAllJoined) this.#completeJoin()
    else this.#completeJoinAfter(this.members.rebalanceTimeoutMs)
  }

  sync(request: SyncRequest, answer: Answer<SyncAnswer>): void {
    const member = this.#syncing(request)
    if (member instanceof KafkaError) {
      answer(refusedSync(member))
      return
    }
    if (this.#unsynced.delete(member) && this.#unsynced.size === 0) this.#syncTimer?.cancel()
    if (this.state === 'Stable') {
      answer(this.#share(member))
      return
    }
    member.parkSync(answer)
    if (this.members.isLeader(member)) this.#assign(request.assignments)
  }

  heartbeat(memberId: string, instanceId: string | null, generation: number): KafkaError {
    const member = this.members.identify(memberId, instanceId)
    if (member instanceof KafkaError) return member
    if (generation !== this.generation) return ILLEGAL_GENERATION

    this.expectHeartbeat(member)
    return this.state === 'PreparingRebalance' ? REBALANCE_IN_PROGRESS : NONE
  }

  /** For each of them: has it left, or why not. One rebalance serves all. */
  leave(leavers: readonly Leaver[]): readonly KafkaError[] {
    const errors = leavers.map((leaver) => this.#leave(leaver))
    if (!errors.includes(NONE)) return errors
    if (this.state === 'Stable' || this.state === 'CompletingRebalance') this.prepareRebalance()
    else if (this.state === 'PreparingRebalance') this.completeJoinUnlessInitial()
    return errors
  }

  acceptCommit(committer: Committer): CommitCheck | KafkaError {
    return acceptCommit(this, committer)
  }

  acceptFetch(): KafkaError {
    return NONE
  }

  acceptOffsetDeletion(): KafkaError {
    return this.isEmpty || this.isConsumerGroup ? NONE : NON_EMPTY_GROUP
  }

  unusedSinceMs(committedAtMs: number): number | null {
    if (this.protocolType === null) return committedAtMs
    if (this.isEmpty) return this.sinceMs
    return this.state === 'Stable' && this.subscribed !== null ? committedAtMs : null
  }

  *lasting(nowMs: number): Generator<GroupRecord> {
    yield deserted(this, nowMs)
  }

  get memberCount(): number {
    return this.members.size
  }

  /** Only a consumer group's shares can be read. */
  shownMembers(): readonly ShownMember[] {
    return [...this.members].map((member) => ({
      id: member.id,
      instanceId: member.instanceId,
      clientId: member.clientId,
      clientHost: member.clientHost,
      isLeader: this.members.isLeader(member),
      assignment: this.isConsumerGroup ? assignedTopics(member.assignment) : null,
    }))
  }

  expectHeartbeat(member: Member, withinMs = member.subscription.sessionTimeoutMs): void {
    member.expectHeartbeat(this.#host.clock, withinMs, () => this.#miss(member))
  }

  remove(member: Member): void {
    member.end(UNKNOWN_MEMBER_ID)
    this.members.remove(member)
    this.#unsynced.delete(member)
  }

  /** Ends all waiting with this error; the group is not to be used again. */
  close(error = COORDINATOR_NOT_AVAILABLE): void {
    this.#joinTimer?.cancel()
    this.#syncTimer?.cancel()
    this.#initialDelay?.cancel()
    for (const timer of this.members.pending.values()) timer.cancel()
    for (const member of this.members) member.end(error, member.id)
  }

  /** Writes the generation down as it stands. */
  record(): void {
    this.#host.write(generationRecord(this))
  }

  // Rebalancing

  /** Those who wait for their share of the generation that is not to be are to join again. */
  #callBackToJoin(): void {
    for (const member of this.members) member.assignment = noBytes
    this.#answerSyncs(() => refusedSync(REBALANCE_IN_PROGRESS))
  }

  #delayInitial(delayMs: number): void {
    const end = () => this.#completeJoin()
    if (delayMs === 0) end()
    else this.#initialDelay = new InitialDelay(this.#host.clock, delayMs, this.members.rebalanceTimeoutMs, end)
  }

  #completeJoinAfter(delayMs: number): void {
    this.#joinTimer?.cancel()
    this.#joinTimer = this.#host.clock.after(delayMs, () => this.#completeJoin())
  }

  #completeJoinWhenPossible(): void {
    if (this.state === 'PreparingRebalance' && this.members.haveAllJoined) this.#completeJoin()
  }

  /** Whoever has joined makes the next generation; static members are in it even if they have not. */
  #completeJoin(): void {
    this.#joinTimer?.cancel()
    this.#initialDelay?.cancel()
    this.#initialDelay = null
    for (const member of [...this.members]) if (!member.isAwaitingJoin && !member.isStatic) this.remove(member)
    if (this.members.size > 0 && !this.members.electLeader()) {
      // Only static members, none of them back yet: wait on, until one is or their sessions end.
      this.#completeJoinAfter(this.members.rebalanceTimeoutMs)
      return
    }
    this.generation++
    if (this.members.size === 0) this.#becomeEmpty()
    else this.#beginGeneration()
  }

  #becomeEmpty(): void {
    this.protocolName = null
    this.subscribed = this.#readSubscriptions()
    this.#enter('Empty')
    this.record()
  }

  #beginGeneration(): void {
    this.protocolName = this.members.chooseProtocol()
    this.subscribed = this.#readSubscriptions()
    this.#enter('CompletingRebalance')
    for (const member of this.members) {
      member.answerJoin(generationFor(this, member))
      member.isNew = false
      this.expectHeartbeat(member)
      this.#unsynced.add(member)
    }
    this.#syncTimer = this.#host.clock.after(this.members.rebalanceTimeoutMs, () => this.#expireSync())
  }

  /** Who joined, but never asked for its share, will not do its share: out, and again without it. */
  #expireSync(): void {
    if (this.#unsynced.size === 0) return
    for (const member of [...this.#unsynced]) this.remove(member)
    this.prepareRebalance()
  }

  #enter(state: GroupState): void {
    this.state = state
    this.sinceMs = this.#host.clock.now()
    this.#host.logger.debug(`group ${this.id} is ${state}`, { generation: this.generation, members: this.members.size })
  }

  #readSubscriptions(): ReadonlySet<string> | null {
    if (!this.isConsumerGroup) return null
    return allSubscribedTopics([...this.members].map((member) => member.metadata(this.protocolName)))
  }

  // Syncing

  #syncing(request: SyncRequest): Member | KafkaError {
    if (this.isEmpty) return UNKNOWN_MEMBER_ID
    const member = this.members.identify(request.memberId, request.instanceId)
    if (member instanceof KafkaError) return member
    if (request.generation !== this.generation) return ILLEGAL_GENERATION
    if (differs(request.protocolType, this.protocolType) || differs(request.protocolName, this.protocolName)) {
      return INCONSISTENT_GROUP_PROTOCOL
    }
    return this.state === 'PreparingRebalance' ? REBALANCE_IN_PROGRESS : member
  }

  #assign(assignments: ReadonlyMap<string, Buffer>): void {
    for (const member of this.members) member.assignment = Buffer.from(assignments.get(member.id) ?? noBytes)
    this.#enter('Stable')
    this.record()
    this.#answerSyncs((member) => this.#share(member))
  }

  #share({ assignment }: Member): SyncAnswer {
    return { error: NONE, protocolType: this.protocolType, protocolName: this.protocolName, assignment }
  }

  /** Whoever was waiting was excused from heartbeats, and is not any more. */
  #answerSyncs(answerFor: (member: Member) => SyncAnswer): void {
    for (const member of this.members) if (member.answerSync(answerFor(member))) this.expectHeartbeat(member)
  }

  // Leaving

  #leave({ memberId, instanceId }: Leaver): KafkaError {
    if (memberId !== '' && this.members.forgetPending(memberId)) return NONE
    const member =
      memberId === ''
        ? ((instanceId === null ? undefined : this.members.ofInstance(instanceId)) ?? UNKNOWN_MEMBER_ID)
        : this.members.identify(memberId, instanceId)
    if (member instanceof KafkaError) return member
    this.remove(member)
    return NONE
  }

  /** A member has not been heard of for as long as its session may last. */
  #miss(member: Member): void {
    if (member.isExcused) return
    this.remove(member)
    if (this.state === 'PreparingRebalance') this.#completeJoinWhenPossible()
    else this.prepareRebalance()
  }
}

/** Only what both sides have named can differ. */
function differs(asked: string | null, actual: string | null): boolean {
  return asked !== null && actual !== null && asked !== actual
}
