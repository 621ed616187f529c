/**
 * How a classic group becomes one of the new protocol when a member of that joins it, and is classic again when the
 * last of those leaves (KIP-848): members keep their ids, their partitions and, as epoch, their generation.
 */
import type { GroupConfigs } from '../../configs/group-config.ts'
import {
  assignmentIn,
  consumerProtocolType,
  encodeAssignment,
  subscriptionIn,
  type TopicPartition,
} from '../../protocol/consumer-protocol.ts'
import { GROUP_ID_NOT_FOUND, type KafkaError } from '../../protocol/errors.ts'
import { Group, type GroupHost } from '../group.ts'
import type { LentTopics } from '../lent.ts'
import { Member } from '../member.ts'
import { allSubscribedTopics } from '../subscription.ts'
import { ConsumerGroup } from './consumer-group.ts'
import { type ConsumerMember, distinct, newMember } from './consumer-member.ts'
import type { ConsumerGroupsOptions } from './consumer-groups.ts'
import { heldSince, type Held, type Target } from './partitions.ts'
import { Step, topicsOf } from './step.ts'

type Direction = 'upgrade' | 'downgrade'

/** group.consumer.migration.policy */
export function allows(configs: GroupConfigs, direction: Direction): boolean {
  const policy = configs.broker.get('group.consumer.migration.policy')?.toLowerCase()
  return policy === 'bidirectional' || policy === direction
}

export function allowsAny(configs: GroupConfigs): boolean {
  return allows(configs, 'upgrade') || allows(configs, 'downgrade')
}

/** The group of the new protocol that a classic one becomes, not put into its place yet; or why it cannot. */
export function upgraded(classic: Group, options: ConsumerGroupsOptions): Step | KafkaError {
  const { configs, topics } = options
  const refuse = (why: string) =>
    GROUP_ID_NOT_FOUND.because(`Classic group ${classic.id} cannot become one of the new protocol: ${why}.`)
  if (!allows(configs, 'upgrade')) return refuse('group.consumer.migration.policy does not allow it')
  if (!classic.isConsumerGroup) return refuse('its protocol type is not consumer')
  if (classic.members.size > configs.broker.number('group.consumer.max.size')) {
    return refuse('it has more members than group.consumer.max.size allows')
  }
  const members: ConsumerMember[] = []
  const targets = new Map<string, Target>()
  for (const member of classic.members) {
    const read = upgradedMember(member, classic, topics)
    if (typeof read === 'string') return refuse(read)
    members.push(read.member)
    targets.set(member.id, read.target)
  }
  const group = new ConsumerGroup(classic.id, options)
  const groupId = classic.id
  const epoch = classic.generation
  const conversion = [
    ...members.map((member) => ({ type: 'consumer-member-changed' as const, groupId, member })),
    { type: 'consumer-group-epoch' as const, groupId, epoch, topics: topicsOf(members, group, topics) },
    { type: 'consumer-target' as const, groupId, epoch, atMs: null, targets },
  ]
  for (const record of conversion) group.apply(record)
  return new Step(group, conversion)
}

function upgradedMember(member: Member, { generation, protocolName }: Group, topics: LentTopics) {
  const malformed = 'the subscription or assignment of a member cannot be read'
  const { protocols, sessionTimeoutMs, rebalanceTimeoutMs } = member.subscription
  const subscription = subscriptionIn(member.metadata(protocolName ?? protocols[0]?.name ?? null))
  const assignment = assignmentIn(member.assignment)
  if (subscription === null || assignment === null) return malformed
  if (assignment.hasUserData) {
    return (
      'its assignor adds data of its own to assignments; change to one that does not, such as range, ' + 'and try again'
    )
  }
  const target: Target = new Map(
    assignment.topics.flatMap(({ topic, partitions }) => {
      const id = topics.get(topic)?.id
      return id === undefined ? [] : [[id, new Set(partitions)] as const]
    }),
  )
  const made: ConsumerMember = {
    ...newMember(member.id),
    instanceId: member.instanceId,
    rackId: subscription.rackId || null,
    clientId: member.clientId,
    clientHost: member.clientHost,
    rebalanceTimeoutMs,
    topicNames: distinct(subscription.topics),
    classic: { sessionTimeoutMs, protocols },
    epoch: generation,
    previousEpoch: generation,
    assigned: heldSince(target, generation),
  }
  return { member: made, target }
}

/** Whether those who are left can go on as a classic group. */
export function mayDowngrade(
  left: readonly ConsumerMember[],
  { configs, classicHost }: Pick<ConsumerGroupsOptions, 'configs' | 'classicHost'>,
): boolean {
  return (
    left.every(({ classic }) => classic !== null) &&
    allows(configs, 'downgrade') &&
    left.length <= classicHost.settings.membersPerGroupMax
  )
}

/** The classic group that these members go on as: stable, each with what it was to have. */
export function downgraded(
  group: ConsumerGroup,
  members: readonly ConsumerMember[],
  host: GroupHost,
  topics: LentTopics,
): Group {
  const classic = new Group(group.id, host)
  for (const { classic: side, ...identity } of members) {
    classic.members.add(new Member(identity, { ...side!, rebalanceTimeoutMs: identity.rebalanceTimeoutMs }))
  }
  classic.generation = group.epoch
  classic.protocolType = consumerProtocolType
  classic.protocolName = classic.members.chooseProtocol()
  classic.subscribed = allSubscribedTopics([...classic.members].map((one) => one.metadata(classic.protocolName)))
  classic.state = 'Stable'
  for (const member of classic.members) {
    const metadata = member.metadata(classic.protocolName)
    member.assignment = encodeAssignment(
      placesIn(group.targetOf(member.id, member.instanceId), topics),
      subscriptionIn(metadata)?.version,
    )
    member.isNew = false
  }
  return classic
}

/** By name, as classic members know them; a topic that is gone has none. */
export function placesIn(partitions: Target | Held, topics: LentTopics): TopicPartition[] {
  return [...partitions].flatMap(([topicId, all]) => {
    const topic = topics.byId(topicId)?.name
    return topic === undefined ? [] : [...all.keys()].map((partition) => ({ topic, partition }))
  })
}
