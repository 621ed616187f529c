/**
 * One consumer group of the new protocol (KIP-848): who is in it, what each is to have, what each has. Records alone
 * change it; what is to change is decided in consumer-groups.ts.
 *
 *   Empty ─ a member joins ─► Assigning ─ targets are settled ─► Reconciling ─ all have theirs ─► Stable
 *
 * The group epoch grows with whatever bears on assignments; targets are of the epoch in which they were made, and a
 * member's epoch follows as it reaches its target.
 */
import { assert } from '../../base/assert.ts'
import { type AssignedTopic, consumerProtocolType } from '../../protocol/consumer-protocol.ts'
import {
  ILLEGAL_GENERATION,
  type KafkaError,
  NONE,
  STALE_MEMBER_EPOCH,
  UNKNOWN_MEMBER_ID,
  UNSUPPORTED_VERSION,
} from '../../protocol/errors.ts'
import type { GroupConfigs } from '../../configs/group-config.ts'
import { type AnyGroup, allOffsets, type CommitCheck, type Committer } from '../any-group.ts'
import { EpochGroup } from '../epoch-group.ts'
import { identified } from '../identified.ts'
import type { LentTopics } from '../lent.ts'
import { assignorsOn, preferredAssignor } from './assignors.ts'
import type { ConsumerGroupsOptions } from './consumer-groups.ts'
import { type ConsumerMember, hasPattern, isReconciledTo } from './consumer-member.ts'
import { MemberTimers } from './member-timers.ts'
import { epochIn, type Held, mergedHeld, noTarget, type Target } from './partitions.ts'
import type { ConsumerGroupRecord } from './records.ts'

/** As Kafka prints them. */
export type ConsumerGroupState = 'Empty' | 'Assigning' | 'Reconciling' | 'Stable'

/** What a regular expression names. */
export interface ResolvedPattern {
  readonly topics: readonly string[]
  readonly version: number
  readonly atMs: number
}

/** OffsetCommit from this version on knows of member epochs. */
export const memberEpochsSince = 9

export class ConsumerGroup extends EpochGroup<ConsumerMember> implements AnyGroup {
  readonly type = 'consumer'
  readonly protocolType = consumerProtocolType
  readonly timers: MemberTimers
  /** Ids, partitions and racks of what members subscribe to, when the epoch was told. */
  topicsSeen = ''
  targetEpoch = 1
  /** Null: targets were never worked out since there were members. */
  targetAtMs: number | null = null
  readonly targets = new Map<string, Target>()
  readonly patterns = new Map<string, ResolvedPattern>()
  /** The version of all topics at which those subscribed to were last compared; −1: they never were. */
  checkedVersion = -1
  /** Whether regular expressions are about to be held against the topics. */
  isResolving = false
  readonly #topics: LentTopics
  readonly #configs: GroupConfigs
  readonly #memberIds = new Map<string, string>()
  /** By topic id and partition: the epoch of the member that has it. */
  readonly #ownerEpochs = new Map<string, Map<number, number>>()

  constructor(id: string, { clock, topics, configs }: Pick<ConsumerGroupsOptions, 'clock' | 'topics' | 'configs'>) {
    super(id)
    this.#topics = topics
    this.#configs = configs
    this.timers = new MemberTimers(clock)
  }

  get state(): ConsumerGroupState {
    if (this.members.size === 0) return 'Empty'
    if (this.epoch > this.targetEpoch) return 'Assigning'
    for (const member of this.members.values()) if (!isReconciledTo(member, this.targetEpoch)) return 'Reconciling'
    return 'Stable'
  }
  get protocolName(): string {
    return this.assignorFor(this.members.values())
  }
  /** Whether members of both protocols are in it. */
  get isMixed(): boolean {
    const [first, ...others] = this.members.values()
    return others.some(({ classic }) => (classic === null) !== (first!.classic === null))
  }

  /** What these members would have assign partitions. */
  assignorFor(members: Iterable<ConsumerMember>): string {
    return preferredAssignor(members, assignorsOn(this.#configs.broker)[0]!)
  }

  ofInstance(instanceId: string | null): ConsumerMember | undefined {
    const memberId = instanceId === null ? undefined : this.#memberIds.get(instanceId)
    return memberId === undefined ? undefined : this.members.get(memberId)
  }

  /** Who sends a request in a member's name, or why that is nobody. */
  identify(memberId: string, instanceId: string | null): ConsumerMember | KafkaError {
    return identified(this, memberId, instanceId)
  }

  isOwned(topicId: string, partition: number): boolean {
    return this.#ownerEpochs.get(topicId)?.has(partition) === true
  }

  /** Of a member that is about to be: the target of whom it replaces. */
  targetOf(memberId: string, instanceId: string | null): Target {
    return this.targets.get(this.ofInstance(instanceId)?.id ?? memberId) ?? noTarget
  }

  subscribedNames(member: ConsumerMember): readonly string[] {
    if (!hasPattern(member)) return member.topicNames
    return [...member.topicNames, ...(this.patterns.get(member.topicPattern)?.topics ?? [])]
  }

  /** How many members subscribe by this regular expression. */
  subscriberCount(pattern: string): number {
    let count = 0
    for (const { topicPattern } of this.members.values()) if (topicPattern === pattern) count++
    return count
  }

  isSubscribedTo(topic: string): boolean {
    for (const member of this.members.values()) if (this.subscribedNames(member).includes(topic)) return true
    return false
  }

  acceptCommit({ memberId, instanceId, generation, isTransactional, version }: Committer): CommitCheck | KafkaError {
    if (generation < 0 && this.isEmpty) return allOffsets
    if (isTransactional && generation === -1 && memberId === '' && instanceId === null) return allOffsets
    const member = this.members.get(memberId)
    if (member === undefined) return UNKNOWN_MEMBER_ID
    if (!isTransactional && member.classic === null && version < memberEpochsSince) return UNSUPPORTED_VERSION
    const stale = member.classic === null ? STALE_MEMBER_EPOCH : ILLEGAL_GENERATION
    if (generation === member.epoch) return allOffsets
    if (generation > member.epoch) return stale
    // What it had in an earlier epoch, and has since, it may still commit (KIP-1251).
    return (topic, partition) => {
      const topicId = this.#topics.get(topic)?.id ?? ''
      const since = epochIn(member.assigned, topicId, partition) ?? epochIn(member.revoking, topicId, partition)
      return since === undefined || generation < since ? stale : NONE
    }
  }

  acceptFetch(memberId: string | null, memberEpoch: number): KafkaError {
    if (memberId === null && memberEpoch < 0) return NONE
    const member = this.members.get(memberId ?? '')
    if (member === undefined) return UNKNOWN_MEMBER_ID
    if (memberEpoch === member.epoch) return NONE
    return member.classic === null ? STALE_MEMBER_EPOCH : ILLEGAL_GENERATION
  }

  acceptOffsetDeletion(): KafkaError {
    return NONE
  }

  unusedSinceMs(committedAtMs: number): number | null {
    return committedAtMs
  }

  *lasting(): Generator<ConsumerGroupRecord> {
    yield { type: 'consumer-group-epoch', groupId: this.id, epoch: this.epoch, topics: '' }
    yield { type: 'consumer-target', groupId: this.id, epoch: this.epoch, atMs: null, targets: new Map() }
  }

  close(): void {
    this.timers.close()
  }

  apply(record: ConsumerGroupRecord): void {
    switch (record.type) {
      case 'consumer-group-epoch':
        this.epoch = record.epoch
        this.topicsSeen = record.topics
        break
      case 'consumer-member-changed':
        this.#put(record.member)
        break
      case 'consumer-member-removed':
        this.#remove(record.memberId)
        break
      case 'consumer-target':
        this.targetEpoch = record.epoch
        this.targetAtMs = record.atMs
        for (const [memberId, target] of record.targets) this.targets.set(memberId, target)
        break
      case 'consumer-pattern-resolved':
        this.patterns.set(record.pattern, record)
        break
      case 'consumer-pattern-forgotten':
        this.patterns.delete(record.pattern)
        break
      default:
        record satisfies never
    }
  }

  #put(member: ConsumerMember): void {
    const before = this.members.get(member.id)
    if (before !== undefined) this.#disown(before)
    this.members.set(member.id, member)
    if (member.instanceId !== null) this.#memberIds.set(member.instanceId, member.id)
    for (const held of [member.assigned, member.revoking]) this.#own(held, member.epoch)
  }

  #remove(memberId: string): void {
    const member = this.members.get(memberId)
    if (member === undefined) return
    this.members.delete(memberId)
    this.targets.delete(memberId)
    if (member.instanceId !== null) this.#memberIds.delete(member.instanceId)
    this.#disown(member)
    this.timers.forget(memberId)
  }

  #own(held: Held, epoch: number): void {
    for (const [topicId, partitions] of held) {
      const epochs = this.#ownerEpochs.get(topicId) ?? new Map<number, number>()
      this.#ownerEpochs.set(topicId, epochs)
      for (const partition of partitions.keys()) {
        assert((epochs.get(partition) ?? -Infinity) < epoch, `${topicId}-${partition} has an owner already`)
        epochs.set(partition, epoch)
      }
    }
  }

  /** What it gave up and another has by now stays the other's. */
  #disown({ assigned, revoking, epoch }: ConsumerMember): void {
    for (const held of [assigned, revoking]) {
      for (const [topicId, partitions] of held) {
        const epochs = this.#ownerEpochs.get(topicId)
        for (const partition of partitions.keys()) if (epochs?.get(partition) === epoch) epochs.delete(partition)
        if (epochs?.size === 0) this.#ownerEpochs.delete(topicId)
      }
    }
  }

  protected topicsOf({ assigned, revoking }: ConsumerMember): AssignedTopic[] {
    return [...mergedHeld(assigned, revoking)].flatMap(([topicId, partitions]) => {
      const topic = this.#topics.byId(topicId)?.name
      return topic === undefined ? [] : [{ topic, partitions: [...partitions.keys()].sort((a, b) => a - b) }]
    })
  }
}
