/**
 * Consumer groups of the new protocol (KIP-848): what a heartbeat does, who is fenced and when. Each request is decided
 * in full, then written down and applied (step.ts).
 */
import type { Clock } from '../../base/clock.ts'
import type { Logger } from '../../base/logger.ts'
import { kafkaUuid, type Random } from '../../base/random.ts'
import type { GroupConfigs } from '../../configs/group-config.ts'
import {
  GROUP_ID_NOT_FOUND,
  GROUP_MAX_SIZE_REACHED,
  KafkaError,
  REBALANCE_IN_PROGRESS,
  UNKNOWN_MEMBER_ID,
  UNRELEASED_INSTANCE_ID,
} from '../../protocol/errors.ts'
import { Group, type GroupHost } from '../group.ts'
import type { GroupRegistry } from '../group-registry.ts'
import type { LentTopics } from '../lent.ts'
import type { GroupRecord } from '../records.ts'
import { advanced, patternsOf, type Surroundings } from './advance.ts'
import { ConsumerGroup } from './consumer-group.ts'
import { awayEpoch, type ConsumerMember, distinct, leaveEpoch, newMember } from './consumer-member.ts'
import { downgraded, mayDowngrade, upgraded } from './migration.ts'
import { sameHeld, topicPartitions, type TopicPartitions } from './partitions.ts'
import { loadPatterns, type Patterns } from './patterns.ts'
import { away, epochRefusal } from './reconcile.ts'
import type { ConsumerGroupRecord } from './records.ts'
import { isUnchanged, Step, topicsOf } from './step.ts'

export interface ConsumerGroupsOptions {
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  readonly registry: GroupRegistry
  readonly topics: LentTopics
  readonly configs: GroupConfigs
  /** What classic groups are lent, which a consumer group may become. */
  readonly classicHost: GroupHost
  readonly write: (record: GroupRecord) => void
}

/** Null, and −1 for the rebalance timeout: as it said before. */
export interface HeartbeatRequest {
  readonly groupId: string
  readonly memberId: string
  /** 0: it joins; −1: it leaves; −2: a static member leaves, and will be back. */
  readonly memberEpoch: number
  readonly instanceId: string | null
  readonly rackId: string | null
  readonly rebalanceTimeoutMs: number
  readonly topicNames: readonly string[] | null
  readonly topicPattern: string | null
  readonly assignor: string | null
  readonly owned: readonly TopicPartitions[] | null
  readonly clientId: string
  readonly clientHost: string
  /** Of topics that a regular expression names, those that it may know of. */
  readonly mayDescribe: (topic: string) => boolean
}

export interface HeartbeatAnswer {
  readonly memberId: string
  readonly memberEpoch: number
  readonly intervalMs: number
  /** Null: as it was told before. */
  readonly assignment: readonly TopicPartitions[] | null
}

export class ConsumerGroups {
  readonly options: ConsumerGroupsOptions
  #patterns: Patterns | null = null

  constructor(options: ConsumerGroupsOptions) {
    this.options = options
  }

  /** To be awaited before a heartbeat that names a regular expression. */
  async loadPatterns(): Promise<void> {
    this.#patterns ??= await loadPatterns()
  }

  heartbeat(request: HeartbeatRequest): HeartbeatAnswer | KafkaError {
    const { groupId, memberId, memberEpoch } = request
    if (memberEpoch !== 0 && this.options.registry.hasLost(groupId, memberId)) return UNKNOWN_MEMBER_ID
    return memberEpoch === leaveEpoch || memberEpoch === awayEpoch ? this.#leave(request) : this.#beat(request)
  }

  around(groupId: string): Surroundings {
    const { topics, clock, configs } = this.options
    return {
      topics,
      nowMs: clock.now(),
      assignmentIntervalMs: configs.number(groupId, 'consumer.assignment.interval.ms'),
      patternRefreshMs: configs.broker.number('group.consumer.regex.refresh.interval.ms'),
      patterns: this.#patterns,
    }
  }

  /** Writes down and applies what was decided, and sets the member's deadlines. */
  commit(step: Step, before: ConsumerMember, after: ConsumerMember): void {
    const { group, conversion, records } = step
    if (this.options.registry.get(group.id) !== group) this.#take(group, conversion)
    if (step.replaced !== null || group.members.get(after.id) === undefined || !isUnchanged(before, after)) {
      records.push({ type: 'consumer-member-changed', groupId: group.id, member: after })
    }
    this.apply(group, records)
    if (step.checkedVersion !== null) group.checkedVersion = step.checkedVersion
    this.#awaitRevocation(group, before, after)
  }

  apply(group: ConsumerGroup, records: readonly ConsumerGroupRecord[]): void {
    for (const record of records) {
      this.options.write(record)
      group.apply(record)
    }
  }

  /** A record of the journal, as it was written. Members have a whole session timeout to come back. */
  restore(record: ConsumerGroupRecord): void {
    const { registry, configs } = this.options
    const { groupId } = record
    const group = registry.as(ConsumerGroup, groupId) ?? new ConsumerGroup(groupId, this.options)
    registry.put(group)
    group.apply(record)
    if (record.type !== 'consumer-member-changed') return
    const { id, classic } = record.member
    const standard = configs.number(groupId, 'consumer.session.timeout.ms')
    this.expectHeartbeat(group, id, classic?.sessionTimeoutMs ?? standard)
  }

  /** The member's session begins anew. */
  expectHeartbeat(group: ConsumerGroup, memberId: string, withinMs: number): void {
    group.timers.set(memberId, 'session', withinMs, () => this.fence(group, memberId, 'its session timed out'))
  }

  fence(group: ConsumerGroup, memberId: string, why: string): void {
    const member = group.members.get(memberId)
    if (member === undefined) return
    this.options.logger.debug(`group ${group.id}: member ${memberId} is out`, { why })
    this.remove(group, [member])
  }

  /** Takes members out. Where only classic ones are left, the group becomes classic. */
  remove(group: ConsumerGroup, leaving: readonly ConsumerMember[]): void {
    if (leaving.length === 0) return
    const ids = new Set(leaving.map(({ id }) => id))
    const left = [...group.members.values()].filter(({ id }) => !ids.has(id))
    if (left.length > 0 && mayDowngrade(left, this.options)) {
      this.becomeClassic(group, left, true)
      return
    }
    const groupId = group.id
    const forgotten = [...group.patterns.keys()].filter((pattern) => !patternsOf(left).has(pattern))
    const epoch = group.epoch + 1
    this.apply(group, [
      ...leaving.map(({ id: memberId }) => ({ type: 'consumer-member-removed' as const, groupId, memberId })),
      ...forgotten.map((pattern) => ({ type: 'consumer-pattern-forgotten' as const, groupId, pattern })),
      { type: 'consumer-group-epoch', groupId, epoch, topics: topicsOf(left, group, this.options.topics) },
    ])
    if (left.length === 0) {
      this.apply(group, [{ type: 'consumer-target', groupId, epoch, atMs: null, targets: new Map() }])
    }
  }

  becomeClassic(group: ConsumerGroup, members: readonly ConsumerMember[], rebalances: boolean): void {
    const { registry, classicHost, topics } = this.options
    const classic = downgraded(group, members, classicHost, topics)
    registry.put(classic)
    classic.record()
    for (const member of classic.members) classic.expectHeartbeat(member)
    if (rebalances) classic.prepareRebalance()
  }

  /** Why a member may not be added, or null. */
  sizeRefusal(group: ConsumerGroup, memberId: string, instanceId: string | null): KafkaError | null {
    const most = this.options.configs.broker.number('group.consumer.max.size')
    if (group.ofInstance(instanceId) !== undefined || group.members.size < most) return null
    if (memberId !== '' && group.members.has(memberId)) return null
    return GROUP_MAX_SIZE_REACHED.because(`The group is full: group.consumer.max.size allows ${most} members.`)
  }

  /** A static member under a new id takes the place, the partitions and the target of the one before. */
  replace(step: Step, before: ConsumerMember, memberId: string): ConsumerMember {
    const { group, records } = step
    step.replaced = before
    records.push({ type: 'consumer-member-removed', groupId: group.id, memberId: before.id })
    const targets = new Map([[memberId, group.targetOf(before.id, null)]])
    const { targetEpoch: epoch, targetAtMs: atMs } = group
    records.push({ type: 'consumer-target', groupId: group.id, epoch, atMs, targets })
    return { ...before, id: memberId, epoch: 0, previousEpoch: 0 }
  }

  newMemberId(): string {
    return kafkaUuid(this.options.random)
  }

  #beat(request: HeartbeatRequest): HeartbeatAnswer | KafkaError {
    const { groupId, memberEpoch, instanceId, owned } = request
    const isJoining = memberEpoch === 0
    const step = this.#stepFor(groupId, isJoining)
    if (step instanceof KafkaError) return step
    const { group } = step
    const refusal = this.sizeRefusal(group, request.memberId, instanceId)
    if (refusal !== null) return refusal
    const memberId = request.memberId === '' ? this.newMemberId() : request.memberId
    const before = this.#member(step, { ...request, memberId })
    if (before instanceof KafkaError) return before
    const after = advanced(step, before, withWhatItSays(before, request), { owned }, this.around(groupId))
    if (after instanceof KafkaError) return after
    this.commit(step, before, after)
    this.expectHeartbeat(group, memberId, this.options.configs.number(groupId, 'consumer.session.timeout.ms'))
    if (step.resolvesPatterns) this.#resolveSoon(group, request.mayDescribe)
    const isTold = isJoining || isFull(request) || !sameHeld(before.assigned, after.assigned)
    return {
      memberId: after.id,
      memberEpoch: after.epoch,
      intervalMs: this.options.configs.number(groupId, 'consumer.heartbeat.interval.ms'),
      assignment: isTold ? topicPartitions(after.assigned) : null,
    }
  }

  /** The group that the request is for; a newcomer's may be new, or become one of the new protocol. */
  #stepFor(groupId: string, isJoining: boolean): Step | KafkaError {
    const { registry } = this.options
    const found = registry.get(groupId)
    if (found instanceof ConsumerGroup) return new Step(found)
    if (found === undefined && !isJoining) {
      return GROUP_ID_NOT_FOUND.because(`Consumer group ${groupId} not found.`)
    }
    if (found === undefined || (isJoining && found instanceof Group && found.isEmpty)) {
      const refusal = found === undefined ? registry.refusal(groupId) : null
      return refusal ?? new Step(new ConsumerGroup(groupId, this.options))
    }
    if (isJoining && found instanceof Group) return upgraded(found, this.options)
    return GROUP_ID_NOT_FOUND.because(`Group ${groupId} is none of consumers.`)
  }

  /** Who sends the heartbeat; a newcomer has nothing yet. */
  #member(step: Step, request: HeartbeatRequest): ConsumerMember | KafkaError {
    const { group } = step
    const { memberId, memberEpoch, instanceId, owned } = request
    if (memberEpoch === 0 && instanceId !== null) {
      const before = group.ofInstance(instanceId)
      if (before === undefined) return group.members.get(memberId) ?? newMember(memberId)
      if (before.classic !== null || before.epoch === awayEpoch) return this.replace(step, before, memberId)
      return UNRELEASED_INSTANCE_ID.because(
        `Instance ${instanceId} is member ${before.id} still; ${memberId} can join when that has left.`,
      )
    }
    if (memberEpoch === 0) return group.members.get(memberId) ?? newMember(memberId)
    const member = group.identify(memberId, instanceId)
    return member instanceof KafkaError ? member : (epochRefusal(member, memberEpoch, owned) ?? member)
  }

  #leave({ groupId, memberId, instanceId, memberEpoch }: HeartbeatRequest): HeartbeatAnswer | KafkaError {
    const group = this.options.registry.find(ConsumerGroup, 'consumer', groupId)
    if (group instanceof KafkaError) return group
    const member = group.identify(memberId, instanceId)
    if (member instanceof KafkaError) return member
    const answer = { memberId: member.id, memberEpoch, intervalMs: 0, assignment: null }
    if (instanceId !== null && memberEpoch === awayEpoch) {
      this.apply(group, [{ type: 'consumer-member-changed', groupId, member: away(member) }])
    } else this.remove(group, [member])
    return answer
  }

  /** Puts the group in the place of what had its name. */
  #take(group: ConsumerGroup, conversion: readonly ConsumerGroupRecord[]): void {
    const { registry, write } = this.options
    for (const record of conversion) write(record)
    const before = registry.get(group.id)
    if (before instanceof Group) before.close(REBALANCE_IN_PROGRESS)
    registry.put(group)
    for (const { id, classic } of group.members.values()) {
      if (classic !== null) this.expectHeartbeat(group, id, classic.sessionTimeoutMs)
    }
  }

  #awaitRevocation(group: ConsumerGroup, before: ConsumerMember, after: ConsumerMember): void {
    if (after.classic !== null || (before.revoking === after.revoking && before.epoch === after.epoch)) return
    if (after.reconciling !== 'unrevoked') {
      group.timers.cancel(after.id, 'rebalance')
      return
    }
    group.timers.set(after.id, 'rebalance', after.rebalanceTimeoutMs, () => {
      if (group.members.get(after.id)?.epoch !== after.epoch) return
      this.fence(group, after.id, 'it did not give up partitions within its rebalance timeout')
    })
  }

  #resolveSoon(group: ConsumerGroup, mayDescribe: (topic: string) => boolean): void {
    group.isResolving = true
    this.options.clock.after(0, async () => {
      await this.loadPatterns()
      group.isResolving = false
      if (this.options.registry.get(group.id) === group) this.#resolve(group, mayDescribe)
    })
  }

  #resolve(group: ConsumerGroup, mayDescribe: (topic: string) => boolean): void {
    const { topics, clock } = this.options
    const groupId = group.id
    const names = [...topics.names()].sort()
    let isNew = false
    for (const pattern of patternsOf(group.members.values())) {
      const matches = this.#patterns!(pattern)
      const found = matches instanceof KafkaError ? [] : names.filter((name) => matches(name) && mayDescribe(name))
      isNew ||= (group.patterns.get(pattern)?.topics ?? []).join(' ') !== found.join(' ')
      const seen = { topics: found, version: topics.version, atMs: clock.now() }
      this.apply(group, [{ type: 'consumer-pattern-resolved', groupId, pattern, ...seen }])
    }
    const seen = topicsOf(group.members.values(), group, topics)
    group.checkedVersion = topics.version
    if (!isNew && seen === group.topicsSeen) return
    this.apply(group, [{ type: 'consumer-group-epoch', groupId, epoch: group.epoch + 1, topics: seen }])
  }
}

function withWhatItSays(member: ConsumerMember, request: HeartbeatRequest): ConsumerMember {
  const { instanceId, rackId, rebalanceTimeoutMs, topicNames, topicPattern, assignor, clientId, clientHost } = request
  return {
    ...member,
    instanceId: instanceId ?? member.instanceId,
    rackId: rackId ?? member.rackId,
    rebalanceTimeoutMs: rebalanceTimeoutMs === -1 ? member.rebalanceTimeoutMs : rebalanceTimeoutMs,
    topicNames: topicNames === null ? member.topicNames : distinct(topicNames),
    topicPattern: topicPattern ?? member.topicPattern,
    assignor: assignor ?? member.assignor,
    clientId,
    clientHost,
    classic: null,
  }
}

/** It says all there is to say, so it is told all. */
function isFull({ rebalanceTimeoutMs, topicNames, topicPattern, owned }: HeartbeatRequest): boolean {
  return rebalanceTimeoutMs !== -1 && (topicNames !== null || topicPattern !== null) && owned !== null
}
