/**
 * JoinGroup: who it is that joins a group, and what becomes of it.
 *
 * A member that parks a join is answered when the generation is complete. Everything that can be told at once is:
 * refusals, and the current generation where joining again changes nothing.
 */
import { hexUuid, type Random } from '../base/random.ts'
import {
  GROUP_MAX_SIZE_REACHED,
  INCONSISTENT_GROUP_PROTOCOL,
  KafkaError,
  MEMBER_ID_REQUIRED,
  UNKNOWN_MEMBER_ID,
  UNKNOWN_SERVER_ERROR,
} from '../protocol/errors.ts'
import { generationFor } from './generation.ts'
import type { Group } from './group.ts'
import { Member } from './member.ts'
import { type Answer, type JoinAnswer, type JoinRequest, refusedJoin, type Subscription } from './requests.ts'

type Joining = Answer<JoinAnswer>

export function join(group: Group, request: JoinRequest, random: Random, membersMax: number, answer: Joining): void {
  const { memberId } = request
  const isNew = memberId === ''
  if (!hasRoom(group, memberId, membersMax)) {
    const surplus = group.members.get(memberId)
    if (surplus !== undefined) group.remove(surplus)
    group.members.forgetPending(memberId)
    answer(refusedJoin(GROUP_MAX_SIZE_REACHED, ''))
  } else if (!speaksWith(group, request)) {
    answer(refusedJoin(INCONSISTENT_GROUP_PROTOCOL, memberId))
  } else if (isNew) {
    joinAnew(group, request, `${request.instanceId ?? request.clientId}-${hexUuid(random)}`, answer)
  } else if (group.members.pending.has(memberId)) {
    // Kafka answers so, for want of a better idea: only dynamic members are ever pending.
    if (request.instanceId !== null) answer(refusedJoin(UNKNOWN_SERVER_ERROR, ''))
    else admit(group, request, memberId, answer)
  } else {
    joinAgain(group, request, answer)
  }
}

/** During a rebalance only those who have joined count, so that the last to join again find the group full. */
function hasRoom({ state, members }: Group, memberId: string, membersMax: number): boolean {
  const member = members.get(memberId)
  switch (state) {
    case 'Empty':
      return true
    case 'PreparingRebalance':
      return member?.isAwaitingJoin === true || members.awaitingJoinCount < membersMax
    default:
      return member !== undefined || members.size < membersMax
  }
}

/** Whether the member is of the group's kind, and knows a protocol that all others know. */
function speaksWith(group: Group, { protocolType, protocols }: JoinRequest): boolean {
  if (group.isEmpty) return protocolType !== '' && protocols.length > 0
  return protocolType === group.protocolType && group.members.agreeOnOneOf(protocols)
}

function joinAnew(group: Group, request: JoinRequest, memberId: string, answer: Joining): void {
  const { instanceId } = request
  const before = instanceId === null ? undefined : group.members.ofInstance(instanceId)
  if (before !== undefined) {
    comeBack(group, request, before, memberId, answer)
  } else if (instanceId === null && request.mustKnowItsId) {
    group.expect(memberId, request.sessionTimeoutMs)
    answer(refusedJoin(MEMBER_ID_REQUIRED, memberId))
  } else {
    admit(group, request, memberId, answer)
  }
}

function admit(group: Group, request: JoinRequest, memberId: string, answer: Joining): void {
  group.admit(new Member({ ...request, id: memberId }, subscriptionOf(request)), request.protocolType, answer)
}

/** Views of the request are copied: kept, they would keep all of it. */
function subscriptionOf({ sessionTimeoutMs, rebalanceTimeoutMs, protocols }: JoinRequest): Subscription {
  return {
    sessionTimeoutMs,
    rebalanceTimeoutMs,
    protocols: protocols.map(({ name, metadata }) => ({ name, metadata: Buffer.from(metadata) })),
  }
}

function joinAgain(group: Group, request: JoinRequest, answer: Joining): void {
  const member = group.members.identify(request.memberId, request.instanceId)
  if (member instanceof KafkaError) {
    answer(refusedJoin(member, request.memberId))
  } else if (group.isEmpty) {
    answer(refusedJoin(UNKNOWN_MEMBER_ID, request.memberId))
  } else if (changesSomething(group, member, request)) {
    group.rejoin(member, subscriptionOf(request), answer)
  } else {
    answer(generationFor(group, member))
  }
}

function changesSomething(group: Group, member: Member, { protocols }: JoinRequest): boolean {
  if (group.state === 'PreparingRebalance') return true
  // A stable group's leader that joins again wants to assign anew: there may be more partitions.
  if (group.state === 'Stable' && group.members.isLeader(member)) return true
  // Otherwise it has merely missed the answer.
  return !member.matches(protocols)
}

/** A static member lost its id, and with it nothing else: a stable group need not even notice (KIP-345). */
function comeBack(group: Group, request: JoinRequest, before: Member, memberId: string, answer: Joining): void {
  const leaderBefore = group.members.leaderId ?? ''
  const member = group.replace(before, memberId, subscriptionOf(request))
  if (group.state === 'Stable' && group.members.chooseProtocol() === group.protocolName) {
    group.record()
    answer(request.maySkipAssignment ? afterReturn(group, member) : beforeReturn(group, member, leaderBefore))
    return
  }
  member.parkJoin(answer)
  if (group.state === 'PreparingRebalance') group.completeJoinUnlessInitial()
  else group.prepareRebalance()
}

function afterReturn(group: Group, member: Member): JoinAnswer {
  return { ...generationFor(group, member), skipAssignment: group.members.isLeader(member) }
}

/** Told that it still leads, a member of the old kind would assign anew; so the leader's former id is named. */
function beforeReturn(group: Group, member: Member, leaderBefore: string): JoinAnswer {
  return { ...generationFor(group, member), leaderId: leaderBefore, members: [] }
}
