/**
 * What one request does to a consumer group: decided in full before anything changes, so that a refusal leaves no
 * trace.
 */
import type { ConsumerGroup } from './consumer-group.ts'
import type { ConsumerMember } from './consumer-member.ts'
import { hasPattern, sameNames } from './consumer-member.ts'
import { sameHeld } from './partitions.ts'
import type { ConsumerGroupRecord } from './records.ts'
import type { LentTopics } from '../lent.ts'

export class Step {
  readonly group: ConsumerGroup
  /** That have made the group what it is: it was classic before, and takes its place with this step. */
  readonly conversion: readonly ConsumerGroupRecord[]
  readonly records: ConsumerGroupRecord[] = []
  /** Regular expressions are to be held against the topics once this is done. */
  resolvesPatterns = false
  /** The version of all topics at which those subscribed to were compared. */
  checkedVersion: number | null = null
  /** Whom a static member that came back takes the place of. */
  replaced: ConsumerMember | null = null

  constructor(group: ConsumerGroup, conversion: readonly ConsumerGroupRecord[] = []) {
    this.group = group
    this.conversion = conversion
  }

  /** The members as they will be. */
  membersWith(updated: ConsumerMember): ReadonlyMap<string, ConsumerMember> {
    const members = new Map(this.group.members)
    if (this.replaced !== null) members.delete(this.replaced.id)
    return members.set(updated.id, updated)
  }
}

/** What members subscribe to, of topics that are there: what assignments depend on, in a form to be compared. */
export function topicsOf(
  members: Iterable<ConsumerMember>,
  group: Pick<ConsumerGroup, 'subscribedNames'>,
  topics: LentTopics,
): string {
  const names = new Set<string>()
  for (const member of members) for (const name of group.subscribedNames(member)) names.add(name)
  const lines = [...names].sort().flatMap((name) => {
    const topic = topics.get(name)
    return topic === undefined ? [] : `${topic.id} ${name} ${topic.partitionCount} ${topic.racks}`
  })
  return lines.join('\n')
}

/** Whether all read the same: what one names all name, or all go by the same regular expression alone. */
export function isHomogeneous(members: ReadonlyMap<string, ConsumerMember>): boolean {
  const [first, ...others] = members.values()
  if (first === undefined) return true
  const all = [first, ...others]
  if (!all.some(hasPattern)) return others.every(({ topicNames }) => sameNames(topicNames, first.topicNames))
  return all.every(({ topicNames, topicPattern }) => topicPattern === first.topicPattern && topicNames.length === 0)
}

export function isUnchanged(before: ConsumerMember, after: ConsumerMember): boolean {
  return (
    before.id === after.id &&
    before.instanceId === after.instanceId &&
    before.rackId === after.rackId &&
    before.clientId === after.clientId &&
    before.clientHost === after.clientHost &&
    before.rebalanceTimeoutMs === after.rebalanceTimeoutMs &&
    before.topicPattern === after.topicPattern &&
    before.assignor === after.assignor &&
    before.classic === after.classic &&
    before.epoch === after.epoch &&
    before.previousEpoch === after.previousEpoch &&
    before.reconciling === after.reconciling &&
    sameNames(before.topicNames, after.topicNames) &&
    sameHeld(before.assigned, after.assigned) &&
    sameHeld(before.revoking, after.revoking)
  )
}
