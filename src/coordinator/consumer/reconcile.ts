/**
 * A member's next step towards its target: it gives up what it shall not have, and gets what it shall have and nobody
 * else has any more (KIP-848).
 */
import { FENCED_MEMBER_EPOCH, type KafkaError } from '../../protocol/errors.ts'
import { awayEpoch, type ConsumerMember } from './consumer-member.ts'
import {
  epochIn,
  type Held,
  holdsAll,
  holdsAny,
  mergedHeld,
  nothingHeld,
  type Target,
  type TopicPartitions,
} from './partitions.ts'

export interface Aim {
  readonly epoch: number
  readonly target: Target
  /** The topics that are there of those that it subscribes to: what it unsubscribed from it loses at once. */
  readonly subscribedTopicIds: ReadonlySet<string>
  readonly hasSubscriptionChanged: boolean
  /** What the member says it has; null: it did not say. */
  readonly owned: readonly TopicPartitions[] | null
  /** Whether anyone has the partition. */
  readonly isOwned: (topicId: string, partition: number) => boolean
}

export function reconciled(member: ConsumerMember, aim: Aim): ConsumerMember {
  switch (member.reconciling) {
    case 'stable':
      if (member.epoch !== aim.epoch) return nextStep(member, aim)
      return aim.hasSubscriptionChanged ? withoutUnsubscribed(member, aim) : member
    case 'unrevoked':
      if (!stillOwns(member.revoking, aim)) return nextStep(member, aim)
      return aim.hasSubscriptionChanged ? withoutUnsubscribed(member, aim) : member
    case 'unreleased':
      return nextStep(member, aim)
  }
}

/** Who does not say what it owns, owns it still. */
function stillOwns(revoking: Held, { owned }: Aim): boolean {
  return owned === null || holdsAny(revoking, owned)
}

function moved(member: ConsumerMember, epoch: number, change: Partial<ConsumerMember>): ConsumerMember {
  return { ...member, ...change, epoch, previousEpoch: member.epoch }
}

function withoutUnsubscribed(member: ConsumerMember, aim: Aim): ConsumerMember {
  const lost = [...member.assigned].filter(([topicId]) => !aim.subscribedTopicIds.has(topicId))
  if (lost.length === 0) return member
  const assigned: Held = new Map([...member.assigned].filter(([topicId]) => aim.subscribedTopicIds.has(topicId)))
  const revoking = mergedHeld(member.revoking, new Map(lost))
  if (stillOwns(revoking, aim)) return moved(member, member.epoch, { reconciling: 'unrevoked', assigned, revoking })
  return moved(member, member.epoch, { assigned })
}

interface Shares {
  readonly kept: Map<string, Map<number, number>>
  readonly revoked: Map<string, Map<number, number>>
  readonly gained: readonly (readonly [topicId: string, partition: number])[]
  /** Some of its target is someone else's still. */
  readonly mustWait: boolean
}

function sharesOf(member: ConsumerMember, aim: Aim): Shares {
  const kept = new Map<string, Map<number, number>>()
  const revoked = new Map<string, Map<number, number>>()
  const gained: (readonly [string, number])[] = []
  let mustWait = false
  const isTarget = (topicId: string, partition: number) =>
    aim.subscribedTopicIds.has(topicId) && aim.target.get(topicId)?.has(partition) === true
  for (const [topicId, partitions] of member.assigned) {
    for (const [partition, epoch] of partitions) {
      note(isTarget(topicId, partition) ? kept : revoked, topicId, partition, epoch)
    }
  }
  for (const [topicId, partitions] of aim.target) {
    if (!aim.subscribedTopicIds.has(topicId)) continue
    for (const partition of partitions) {
      if (epochIn(member.assigned, topicId, partition) !== undefined) continue
      const isOthers = aim.isOwned(topicId, partition) && epochIn(member.revoking, topicId, partition) === undefined
      if (isOthers) mustWait = true
      else gained.push([topicId, partition])
    }
  }
  return { kept, revoked, gained, mustWait }
}

function note(held: Map<string, Map<number, number>>, topicId: string, partition: number, epoch: number): void {
  const partitions = held.get(topicId) ?? new Map<number, number>()
  held.set(topicId, partitions.set(partition, epoch))
}

function nextStep(member: ConsumerMember, aim: Aim): ConsumerMember {
  const { kept, revoked, gained, mustWait } = sharesOf(member, aim)
  if (revoked.size > 0 && stillOwns(revoked, aim)) {
    return moved(member, member.epoch, { reconciling: 'unrevoked', assigned: kept, revoking: revoked })
  }
  for (const [topicId, partition] of gained) note(kept, topicId, partition, aim.epoch)
  const reconciling = mustWait ? 'unreleased' : 'stable'
  return moved(member, aim.epoch, { reconciling, assigned: kept, revoking: nothingHeld })
}

/** Why a member may not go on in this epoch, or null: it is to give up everything, and join again. */
export function epochRefusal(
  member: ConsumerMember,
  epoch: number,
  owned: readonly TopicPartitions[] | null,
): KafkaError | null {
  if (epoch === 0 || epoch === member.epoch) return null
  const isGreater = epoch > member.epoch
  // It has missed the answer that took it further, and has no more than it was given.
  const hasMissedAnswer = epoch === member.previousEpoch && owned !== null && holdsAll(member.assigned, owned)
  if (!isGreater && hasMissedAnswer) return null
  return FENCED_MEMBER_EPOCH.because(
    `The member says epoch ${epoch}, the group knows ${member.epoch}: give up all partitions and join again.`,
  )
}

/** A static member that will be back: it keeps what it has, for as long as its session lasts. */
export function away(member: ConsumerMember): ConsumerMember {
  const sinceZero: Held = new Map(
    [...member.assigned].map(([topicId, all]) => [topicId, new Map([...all.keys()].map((one) => [one, 0]))]),
  )
  return { ...member, epoch: awayEpoch, assigned: sinceZero, revoking: nothingHeld }
}
