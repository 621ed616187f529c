/**
 * Members that speak the classic protocol within a group of the new one, as while an application is upgraded member by
 * member (KIP-848): a join is a heartbeat that says everything, its generation is the member epoch, and its share is
 * what the broker assigned.
 */
import { consumerProtocolType, encodeAssignment, subscriptionIn } from '../../protocol/consumer-protocol.ts'
import {
  FENCED_INSTANCE_ID,
  ILLEGAL_GENERATION,
  INCONSISTENT_GROUP_PROTOCOL,
  KafkaError,
  MEMBER_ID_REQUIRED,
  NONE,
  REBALANCE_IN_PROGRESS,
  UNKNOWN_MEMBER_ID,
} from '../../protocol/errors.ts'
import {
  type JoinAnswer,
  type JoinRequest,
  type Leaver,
  refusedJoin,
  refusedSync,
  type SyncAnswer,
  type SyncRequest,
} from '../requests.ts'
import { advanced } from './advance.ts'
import type { ConsumerGroup } from './consumer-group.ts'
import type { ConsumerGroups } from './consumer-groups.ts'
import { type ConsumerMember, distinct, newMember } from './consumer-member.ts'
import { allowsAny, mayDowngrade, placesIn } from './migration.ts'
import type { TopicPartitions } from './partitions.ts'
import { Step } from './step.ts'

export class ClassicMembers {
  readonly #groups: ConsumerGroups

  constructor(groups: ConsumerGroups) {
    this.#groups = groups
  }

  join(group: ConsumerGroup, request: JoinRequest): JoinAnswer {
    const answer = this.#join(group, request)
    return answer instanceof KafkaError ? refusedJoin(answer, '') : answer
  }

  sync(group: ConsumerGroup, request: SyncRequest): SyncAnswer {
    const member = this.#member(group, request.memberId, request.instanceId, request.generation)
    if (member instanceof KafkaError) return refusedSync(member)
    const { protocolType, protocolName } = request
    const isOther = (asked: string | null, own: string) => asked !== null && asked !== own
    const [protocol] = member.classic.protocols
    if (isOther(protocolType, consumerProtocolType) || isOther(protocolName, protocol!.name)) {
      return refusedSync(INCONSISTENT_GROUP_PROTOCOL)
    }
    if (group.targetEpoch > member.epoch && member.reconciling !== 'unrevoked') {
      this.#expectJoin(group, member)
      return refusedSync(REBALANCE_IN_PROGRESS)
    }
    group.timers.cancel(member.id, 'sync')
    this.#groups.expectHeartbeat(group, member.id, member.classic.sessionTimeoutMs)
    const places = placesIn(member.assigned, this.#groups.options.topics)
    const assignment = encodeAssignment(places, subscriptionIn(protocol!.metadata)?.version)
    return { error: NONE, protocolType, protocolName, assignment }
  }

  heartbeat(group: ConsumerGroup, memberId: string, instanceId: string | null, generation: number): KafkaError {
    const member = this.#member(group, memberId, instanceId, generation)
    if (member instanceof KafkaError) return member
    this.#groups.expectHeartbeat(group, member.id, member.classic.sessionTimeoutMs)
    if (!mustRejoin(group, member)) return NONE
    this.#expectJoin(group, member)
    return REBALANCE_IN_PROGRESS
  }

  /** For each of them: has it left, or why not. Members of the new protocol may be taken out so, too. */
  leave(group: ConsumerGroup, leavers: readonly Leaver[]): readonly KafkaError[] {
    const members = leavers.map(({ memberId, instanceId }) => {
      const member = instanceId === null ? group.members.get(memberId) : group.ofInstance(instanceId)
      if (member === undefined) return UNKNOWN_MEMBER_ID
      return instanceId !== null && memberId !== '' && member.id !== memberId ? FENCED_INSTANCE_ID : member
    })
    const leaving = members.flatMap((member) => (member instanceof KafkaError ? [] : member))
    this.#groups.remove(group, [...new Set(leaving)])
    return members.map((member) => (member instanceof KafkaError ? member : NONE))
  }

  #join(group: ConsumerGroup, request: JoinRequest): JoinAnswer | KafkaError {
    const { instanceId, protocolType, protocols, sessionTimeoutMs, rebalanceTimeoutMs } = request
    const { configs, topics } = this.#groups.options
    if (!allowsAny(configs)) return INCONSISTENT_GROUP_PROTOCOL
    const isNew = request.memberId === ''
    const memberId = isNew ? this.#groups.newMemberId() : request.memberId
    const refusal = this.#groups.sizeRefusal(group, memberId, instanceId)
    if (refusal !== null) return refusal
    const [protocol] = protocols
    if (protocol === undefined || protocolType !== consumerProtocolType || !agreesOnOneOf(group, request)) {
      return INCONSISTENT_GROUP_PROTOCOL
    }
    if (request.mustKnowItsId && isNew && instanceId === null) return refusedJoin(MEMBER_ID_REQUIRED, memberId)
    const step = new Step(group)
    const inPlace = group.ofInstance(instanceId)
    const before = this.#joining(step, memberId, instanceId, isNew)
    if (before instanceof KafkaError) return before
    const subscription = subscriptionIn(protocol.metadata)
    if (subscription === null) return INCONSISTENT_GROUP_PROTOCOL
    const asked: ConsumerMember = {
      ...before,
      instanceId: instanceId ?? before.instanceId,
      rackId: subscription.rackId || before.rackId,
      rebalanceTimeoutMs: rebalanceTimeoutMs === -1 ? before.rebalanceTimeoutMs : rebalanceTimeoutMs,
      topicNames: distinct(subscription.topics),
      topicPattern: '',
      clientId: request.clientId,
      clientHost: request.clientHost,
      classic: {
        sessionTimeoutMs,
        protocols: protocols.map(({ name, metadata }) => ({ name, metadata: Buffer.from(metadata) })),
      },
    }
    const owned = subscription.owned.flatMap(({ topic, partition }): TopicPartitions[] => {
      const topicId = topics.get(topic)?.id
      return topicId === undefined ? [] : [{ topicId, partitions: [partition] }]
    })
    const after = advanced(step, before, asked, { owned }, this.#groups.around(group.id))
    if (after instanceof KafkaError) return after
    const answer = joined(after, protocol.name)
    if (inPlace !== undefined && inPlace.classic === null && this.#becomesClassic(step, after)) return answer
    this.#groups.commit(step, before, after)
    group.timers.cancel(after.id, 'join')
    this.#groups.expectHeartbeat(group, after.id, sessionTimeoutMs)
    group.timers.set(after.id, 'sync', rebalanceTimeoutMs, () =>
      this.#groups.fence(group, after.id, 'it did not ask for its share within its rebalance timeout'),
    )
    return answer
  }

  #joining(step: Step, memberId: string, instanceId: string | null, isNew: boolean): ConsumerMember | KafkaError {
    const { group } = step
    const known = group.members.get(memberId) ?? newMember(memberId)
    if (instanceId === null) return known
    if (!isNew) return group.identify(memberId, instanceId)
    const before = group.ofInstance(instanceId)
    return before === undefined ? known : this.#groups.replace(step, before, memberId)
  }

  /** A static member came back with the classic protocol, and was the last with the new one. */
  #becomesClassic(step: Step, after: ConsumerMember): boolean {
    const { group, records } = step
    const members = [...step.membersWith(after).values()]
    if (!mayDowngrade(members, this.#groups.options)) return false
    const isStale = records.some(({ type }) => type === 'consumer-group-epoch') || group.targetEpoch < group.epoch
    this.#groups.becomeClassic(group, members, isStale)
    return true
  }

  #member(group: ConsumerGroup, memberId: string, instanceId: string | null, generation: number) {
    const member = group.identify(memberId, instanceId)
    if (member instanceof KafkaError) return member
    const { classic } = member
    if (classic === null) return UNKNOWN_MEMBER_ID
    return generation === member.epoch ? { ...member, classic } : ILLEGAL_GENERATION
  }

  /** It is called to join, and has so long to do it. */
  #expectJoin(group: ConsumerGroup, { id, rebalanceTimeoutMs }: ConsumerMember): void {
    group.timers.setUnlessSet(id, 'join', rebalanceTimeoutMs, () =>
      this.#groups.fence(group, id, 'it did not join again within its rebalance timeout'),
    )
  }
}

/** There is another target for it, something to give up, or something to be had that it waited for. */
function mustRejoin(group: ConsumerGroup, member: ConsumerMember): boolean {
  if (member.epoch < group.targetEpoch || member.reconciling === 'unrevoked') return true
  return member.reconciling === 'unreleased' && !waitsForOthers(group, member)
}

function waitsForOthers(group: ConsumerGroup, { id, assigned }: ConsumerMember): boolean {
  for (const [topicId, partitions] of group.targetOf(id, null)) {
    for (const partition of partitions) {
      if (!assigned.get(topicId)?.has(partition) && group.isOwned(topicId, partition)) return true
    }
  }
  return false
}

/** Whether there is a protocol that all classic members know. */
function agreesOnOneOf(group: ConsumerGroup, { protocols }: JoinRequest): boolean {
  const sides = [...group.members.values()].flatMap(({ classic }) => classic ?? [])
  return protocols.some(({ name }) => sides.every((side) => side.protocols.some((known) => known.name === name)))
}

function joined({ id, epoch }: ConsumerMember, protocolName: string): JoinAnswer {
  return {
    error: NONE,
    memberId: id,
    generation: epoch,
    protocolType: consumerProtocolType,
    protocolName,
    leaderId: '',
    skipAssignment: false,
    members: [],
  }
}
