/**
 * One streams group (KIP-1071): who is in it, what it computes, which tasks each is to have and has. What a heartbeat
 * does to it is decided in streams-groups.ts.
 *
 *   Empty ─ a member joins ─► NotReady ─ all topics are there ─► Assigning ─► Reconciling ─ all have theirs ─► Stable
 */
import type { Clock, Timer } from '../../base/clock.ts'
import type { AssignedTopic } from '../../protocol/consumer-protocol.ts'
import {
  type KafkaError,
  NONE,
  STALE_MEMBER_EPOCH,
  UNKNOWN_MEMBER_ID,
  UNSUPPORTED_VERSION,
} from '../../protocol/errors.ts'
import { type AnyGroup, allOffsets, type CommitCheck, type Committer } from '../any-group.ts'
import { isReconciledTo } from '../consumer/consumer-member.ts'
import { memberEpochsSince } from '../consumer/consumer-group.ts'
import { EpochGroup } from '../epoch-group.ts'
import { identified } from '../identified.ts'
import { MemberTimers } from '../consumer/member-timers.ts'
import { epochIn, mergedHeld } from '../consumer/partitions.ts'
import type { ConfiguredTopology } from './configured-topology.ts'
import { type PartitionsOfTopic, partitionsOf } from './endpoints.ts'
import type { StreamsGroupRecord } from './records.ts'
import { stickyAssignor } from './sticky-assignor.ts'
import type { StreamsMember } from './streams-member.ts'
import { noTasks, type TargetTasks } from './tasks.ts'
import { inputsOf, type Topology } from './topology.ts'

/** As Kafka prints them. */
export type StreamsGroupState = 'Empty' | 'NotReady' | 'Assigning' | 'Reconciling' | 'Stable'

export class StreamsGroup extends EpochGroup<StreamsMember> implements AnyGroup {
  readonly type = 'streams'
  readonly protocolType = 'streams'
  readonly protocolName = stickyAssignor
  readonly timers: MemberTimers
  targetEpoch = 1
  /** Null: targets were never worked out since there were members. */
  targetAtMs: number | null = null
  targets: ReadonlyMap<string, TargetTasks> = new Map()
  /** Null until the first member joins. */
  topology: Topology | null = null
  configured: ConfiguredTopology | null = null
  /** What there was of its topics, and which configs of assignments, when the epoch was raised last. */
  seen = ''
  /** Grows whenever who answers queries about which partitions changes. */
  endpointEpoch = 0
  /** The member that wants all to stop. */
  shutdownBy: string | null = null
  /** Runs while the first assignment waits for more members. */
  initialDelay: Timer | null = null
  readonly #partitionCount: (topic: string) => number

  constructor(id: string, clock: Clock, partitionCount: (topic: string) => number) {
    super(id)
    this.timers = new MemberTimers(clock)
    this.#partitionCount = partitionCount
  }

  get state(): StreamsGroupState {
    if (this.isEmpty) return 'Empty'
    if ((this.configured?.subtopologies ?? null) === null) return 'NotReady'
    if (this.epoch > this.targetEpoch) return 'Assigning'
    for (const member of this.members.values()) if (!isReconciledTo(member, this.targetEpoch)) return 'Reconciling'
    return 'Stable'
  }

  ofInstance(instanceId: string | null): StreamsMember | undefined {
    if (instanceId === null) return undefined
    return [...this.members.values()].find((member) => member.instanceId === instanceId)
  }

  /** Who sends a request in a member's name, or why that is nobody. */
  identify(memberId: string, instanceId: string | null): StreamsMember | KafkaError {
    return identified(this, memberId, instanceId)
  }

  targetOf(memberId: string): TargetTasks {
    return this.targets.get(memberId) ?? noTasks
  }

  /** The partitions that a member's tasks read: as active ones, and only to keep its state warm. */
  partitionsOf({ assigned }: StreamsMember): Readonly<Record<'active' | 'warm', readonly PartitionsOfTopic[]>> {
    const { active, standby, warmup } = assigned
    const of = (tasks: typeof active) => partitionsOf(tasks, this.configured?.subtopologies ?? [], this.#partitionCount)
    return { active: of(active), warm: of(mergedHeld(standby, warmup)) }
  }

  protected topicsOf(member: StreamsMember): AssignedTopic[] {
    return this.partitionsOf(member).active.map(({ topic, partitions }) => ({ topic, partitions }))
  }

  isSubscribedTo(topic: string): boolean {
    return !this.isEmpty && this.#readers(topic).length > 0
  }

  acceptCommit({ memberId, instanceId, generation, isTransactional, version }: Committer): CommitCheck | KafkaError {
    if (generation < 0 && this.isEmpty) return allOffsets
    if (isTransactional && generation === -1 && memberId === '' && instanceId === null) return allOffsets
    const member = this.members.get(memberId)
    if (member === undefined) return UNKNOWN_MEMBER_ID
    if (!isTransactional && version < memberEpochsSince) return UNSUPPORTED_VERSION
    if (generation === member.epoch) return allOffsets
    if (generation > member.epoch) return STALE_MEMBER_EPOCH
    const held = [member.assigned.active, member.revoking.active]
    // What it had in an earlier epoch, and has since, it may still commit (KIP-1251).
    return (topic, partition) => {
      const since = this.#readers(topic).flatMap((id) => held.flatMap((tasks) => epochIn(tasks, id, partition) ?? []))
      return since.some((epoch) => generation >= epoch) ? NONE : STALE_MEMBER_EPOCH
    }
  }

  acceptFetch(memberId: string | null, memberEpoch: number): KafkaError {
    if (memberId === null && memberEpoch < 0) return NONE
    const member = this.members.get(memberId ?? '')
    if (member === undefined) return UNKNOWN_MEMBER_ID
    return memberEpoch === member.epoch ? NONE : STALE_MEMBER_EPOCH
  }

  acceptOffsetDeletion(): KafkaError {
    return NONE
  }

  unusedSinceMs(committedAtMs: number): number | null {
    return committedAtMs
  }

  *lasting(): Generator<StreamsGroupRecord> {
    yield { type: 'streams-group', groupId: this.id, epoch: this.epoch, topology: this.topology }
  }

  close(): void {
    this.initialDelay?.cancel()
    this.timers.close()
  }

  #readers(topic: string): readonly string[] {
    const readers = this.topology?.subtopologies.filter((each) => inputsOf(each).includes(topic)) ?? []
    return readers.map(({ subtopologyId }) => subtopologyId)
  }
}
