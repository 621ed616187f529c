/**
 * One share group (KIP-932): its members, and which partitions each of them is to fetch from. Several may fetch from
 * the same one: who gets which records is decided elsewhere.
 *
 * A member needs not give up what it has before others get it, so it is up to date as soon as it is told.
 */
import type { Clock, Timer } from '../../base/clock.ts'
import type { Logger } from '../../base/logger.ts'
import {
  FENCED_MEMBER_EPOCH,
  GROUP_ID_NOT_FOUND,
  GROUP_MAX_SIZE_REACHED,
  type KafkaError,
  NONE,
  UNKNOWN_MEMBER_ID,
} from '../../protocol/errors.ts'
import type { AssignedTopic } from '../../protocol/consumer-protocol.ts'
import type { AnyGroup } from '../any-group.ts'
import { EpochGroup } from '../epoch-group.ts'
import { type Assignment, assign } from './simple-assignor.ts'

export interface TopicShape {
  readonly id: string
  readonly name: string
  readonly partitionCount: number
}

/** Where a group's progress is stored, by topic id and partition: what is there can be assigned. */
export interface ProgressStore {
  ofGroup(groupId: string): ReadonlyMap<string, ReadonlyMap<number, unknown>>
  /** `startOffset`: −1 where the group's reset strategy decides. */
  initialize(
    key: { readonly groupId: string; readonly topicId: string; readonly partition: number },
    stateEpoch: number,
    startOffset: number,
  ): KafkaError | null
}

export interface ShareGroupHost {
  readonly clock: Clock
  readonly logger: Logger
  readonly topic: (name: string) => TopicShape | undefined
  /** A config of the group by its name, or of the brokers, read anew at each use. */
  readonly config: (groupId: string, name: ShareConfig) => number
  readonly progress: ProgressStore
}

export type ShareConfig =
  | 'share.session.timeout.ms'
  | 'share.heartbeat.interval.ms'
  | 'share.assignment.interval.ms'
  | 'group.share.max.size'

export interface Beat {
  readonly memberId: string
  /** 0: it joins. */
  readonly memberEpoch: number
  /** Null: as before. */
  readonly rackId: string | null
  /** Null: as before. */
  readonly subscribedTopicNames: readonly string[] | null
  readonly clientId: string
  readonly clientHost: string
}

export interface BeatAnswer {
  readonly memberEpoch: number
  readonly heartbeatIntervalMs: number
  /** Null: as before. */
  readonly assignment: Assignment | null
}

export interface ShareMember {
  readonly id: string
  epoch: number
  previousEpoch: number
  rackId: string | null
  clientId: string
  clientHost: string
  topicNames: ReadonlySet<string>
  assigned: Assignment
  session: Timer
}

/** Epoch with which a member leaves. */
export const leavingEpoch = -1
/** As Kafka names it. */
export const assignorName = 'simple'
const joiningEpoch = 0
const nothing: Assignment = new Map()
const noTimer: Timer = { cancel: () => {} }

export class ShareGroup extends EpochGroup<ShareMember> implements AnyGroup {
  readonly type = 'share'
  readonly protocolType = 'share'
  readonly protocolName = assignorName
  /** The epoch for which was assigned last. */
  assignmentEpoch = 1
  readonly #host: ShareGroupHost
  #assignedAtMs = Number.NEGATIVE_INFINITY
  #target: ReadonlyMap<string, Assignment> = new Map()
  /** What there was of the topics when it was looked at last. */
  #topicsSeen = ''

  constructor(id: string, host: ShareGroupHost) {
    super(id)
    this.#host = host
  }

  get state(): 'Empty' | 'Stable' {
    return this.isEmpty ? 'Empty' : 'Stable'
  }

  /** A sign of life, with what the member has to say; answers what it is to do. */
  beat(beat: Beat): BeatAnswer | KafkaError {
    const refusal = this.#refusal(beat)
    if (refusal !== null) return refusal
    const { memberId, memberEpoch, subscribedTopicNames } = beat
    const member = this.members.get(memberId) ?? newMember(memberId)
    this.members.set(memberId, member)
    const before = member.assigned
    const isChanged = this.#update(member, beat)
    const mustRaise = this.#mustRaise(isChanged)
    if (mustRaise) this.epoch++
    this.#assign()
    this.#reconcile(member, mustRaise)
    this.#expect(member)
    this.#initialize()
    const mustTell = memberEpoch === joiningEpoch || subscribedTopicNames !== null || !isSame(before, member.assigned)
    return {
      memberEpoch: member.epoch,
      heartbeatIntervalMs: this.#config('share.heartbeat.interval.ms'),
      assignment: mustTell ? member.assigned : null,
    }
  }

  leave(memberId: string): KafkaError | null {
    const member = this.members.get(memberId)
    if (member === undefined) return this.#unknown(memberId)
    this.#remove(member)
    return null
  }

  protected topicsOf({ assigned }: ShareMember): AssignedTopic[] {
    return this.named(assigned).map(({ name, partitions }) => ({ topic: name, partitions }))
  }

  /** With the topics' names, as far as members subscribe to them. */
  named(assignment: Assignment): { id: string; name: string; partitions: number[] }[] {
    return [...assignment].flatMap(([id, partitions]) => {
      const name = [...this.#topicNames()].find((each) => this.#host.topic(each)?.id === id)
      return name === undefined ? [] : [{ id, name, partitions: [...partitions] }]
    })
  }

  isSubscribedTo(topic: string): boolean {
    return this.#topicNames().has(topic)
  }
  acceptCommit(): KafkaError {
    return this.#noConsumerGroup()
  }
  /** As Kafka, which answers as of a group that has committed nothing. */
  acceptFetch(): KafkaError {
    return NONE
  }
  acceptOffsetDeletion(): KafkaError {
    return this.#noConsumerGroup()
  }
  unusedSinceMs(): null {
    return null
  }
  lasting(): [] {
    return []
  }
  close(): void {
    for (const { session } of this.members.values()) session.cancel()
  }

  #refusal({ memberId, memberEpoch }: Beat): KafkaError | null {
    const member = this.members.get(memberId)
    const membersMax = this.#config('group.share.max.size')
    if (member === undefined && this.members.size >= membersMax) {
      const why = `The group is full: group.share.max.size allows ${membersMax} members.`
      return GROUP_MAX_SIZE_REACHED.because(why)
    }
    if (memberEpoch === joiningEpoch) return null
    if (member === undefined) return this.#unknown(memberId)
    const { epoch, previousEpoch } = member
    if (memberEpoch === epoch || (memberEpoch < epoch && memberEpoch === previousEpoch)) return null
    return FENCED_MEMBER_EPOCH.because(
      `The member says epoch ${memberEpoch}, the group knows ${epoch} and ${previousEpoch} before it: ` +
        'give up all partitions and join again.',
    )
  }

  /** Answers whether it subscribes to other topics than before. */
  #update(member: ShareMember, { rackId, subscribedTopicNames, clientId, clientHost }: Beat): boolean {
    const before = member.topicNames
    member.rackId = rackId ?? member.rackId
    member.topicNames = subscribedTopicNames === null ? before : new Set(subscribedTopicNames)
    Object.assign(member, { clientId, clientHost })
    return before.size !== member.topicNames.size || [...before].some((name) => !member.topicNames.has(name))
  }

  #mustRaise(isChanged: boolean): boolean {
    const seen = this.#describeTopics()
    const isNews = seen !== this.#topicsSeen
    this.#topicsSeen = seen
    return isChanged || isNews || (this.assignmentEpoch >= this.epoch && this.#hasUnassigned())
  }

  /** Whether something can be assigned that is not, or the other way round. */
  #hasUnassigned(): boolean {
    const ready = this.#host.progress.ofGroup(this.id)
    for (const name of this.#topicNames()) {
      const partitions = ready.get(this.#host.topic(name)?.id ?? '')
      if (partitions === undefined) continue
      const { id } = this.#host.topic(name)!
      const assigned = new Set([...this.#target.values()].flatMap((each) => [...(each.get(id) ?? [])]))
      if (assigned.size !== partitions.size || [...partitions.keys()].some((each) => !assigned.has(each))) return true
    }
    return false
  }

  #assign(): void {
    const nowMs = this.#host.clock.now()
    if (this.assignmentEpoch >= this.epoch) return
    if (nowMs - this.#assignedAtMs < this.#config('share.assignment.interval.ms')) return
    const ready = this.#host.progress.ofGroup(this.id)
    const assignable = new Map([...ready].map(([topicId, partitions]) => [topicId, new Set(partitions.keys())]))
    const subscribers = [...this.members.values()].map(({ id, topicNames }) => ({
      id,
      topicIds: new Set([...topicNames].flatMap((name) => this.#host.topic(name)?.id ?? [])),
      assigned: this.#target.get(id) ?? nothing,
    }))
    this.#target = assign(subscribers, assignable)
    this.assignmentEpoch = this.epoch
    this.#assignedAtMs = nowMs
  }

  #reconcile(member: ShareMember, isChanged: boolean): void {
    if (!isChanged && member.epoch === this.assignmentEpoch) return
    const wanted = [...member.topicNames].map((name) => this.#host.topic(name)?.id)
    const target = this.#target.get(member.id) ?? nothing
    member.assigned = new Map([...target].filter(([topicId]) => wanted.includes(topicId)))
    if (member.epoch === this.assignmentEpoch) return
    member.previousEpoch = member.epoch
    member.epoch = this.assignmentEpoch
  }

  /** Makes what is new of the topics ready to be assigned: at the next heartbeat, as in Kafka. */
  #initialize(): void {
    const ready = this.#host.progress.ofGroup(this.id)
    for (const name of this.#topicNames()) {
      const topic = this.#host.topic(name)
      if (topic === undefined) continue
      const known = ready.get(topic.id)
      for (let partition = 0; partition < topic.partitionCount; partition++) {
        if (known?.has(partition) === true) continue
        const key = { groupId: this.id, topicId: topic.id, partition }
        // A partition that was added to a topic is read from its beginning, so that nothing is missed.
        this.#host.progress.initialize(key, this.epoch, known === undefined ? -1 : 0)
      }
    }
  }

  #expect(member: ShareMember): void {
    member.session.cancel()
    member.session = this.#host.clock.after(this.#config('share.session.timeout.ms'), () => {
      this.#host.logger.info(`member ${member.id} of share group ${this.id} is gone: its session expired`)
      this.#remove(member)
    })
  }

  #remove(member: ShareMember): void {
    member.session.cancel()
    this.members.delete(member.id)
    this.#target = new Map([...this.#target].filter(([id]) => id !== member.id))
    this.#topicsSeen = this.#describeTopics()
    this.epoch++
    if (!this.isEmpty) return
    this.assignmentEpoch = this.epoch
    this.#assignedAtMs = Number.NEGATIVE_INFINITY
  }

  #topicNames(): ReadonlySet<string> {
    return new Set([...this.members.values()].flatMap(({ topicNames }) => [...topicNames]))
  }

  #describeTopics(): string {
    const topics = [...this.#topicNames()].sort().map((name) => this.#host.topic(name))
    return topics.flatMap((topic) => (topic === undefined ? [] : `${topic.id} ${topic.partitionCount}`)).join()
  }

  #config(name: ShareConfig): number {
    return this.#host.config(this.id, name)
  }
  #unknown(memberId: string): KafkaError {
    return UNKNOWN_MEMBER_ID.because(`Group ${this.id} has no member ${memberId}.`)
  }
  #noConsumerGroup(): KafkaError {
    return GROUP_ID_NOT_FOUND.because(`Group ${this.id} is a share group, none of consumers.`)
  }
}

function newMember(id: string): ShareMember {
  return {
    id,
    epoch: joiningEpoch,
    previousEpoch: -1,
    rackId: null,
    clientId: '',
    clientHost: '',
    topicNames: new Set(),
    assigned: nothing,
    session: noTimer,
  }
}

function isSame(one: Assignment, other: Assignment): boolean {
  if (one.size !== other.size) return false
  return [...one].every(([topicId, partitions]) => {
    const others = other.get(topicId)
    return others?.size === partitions.size && [...partitions].every((each) => others.has(each))
  })
}
