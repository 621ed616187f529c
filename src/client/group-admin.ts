/** Looks at consumer groups and deletes them. */
import { consumerProtocolType, decodeAssignment, placesOf } from '../protocol/consumer-protocol.ts'
import { errorOf, GROUP_ID_NOT_FOUND, NONE } from '../protocol/errors.ts'
import { consumerGroupDescribe } from '../protocol/messages/consumer-group-describe.ts'
import { deleteGroups } from '../protocol/messages/delete-groups.ts'
import { describeGroups } from '../protocol/messages/describe-groups.ts'
import { listGroups } from '../protocol/messages/list-groups.ts'
import { shareGroupDescribe } from '../protocol/messages/share-group-describe.ts'
import { streamsGroupDescribe } from '../protocol/messages/streams-group-describe.ts'
import { notThere, refusal } from './client-error.ts'
import type { Connection } from './connection.ts'
import type { Value } from '../protocol/schema.ts'
import type { KafkaClient, TopicPartition } from './kafka-client.ts'

export interface GroupListed {
  readonly group: string
  readonly state: string
  /** classic, consumer, share …; empty where the broker is too old to say. */
  readonly type: string
  readonly protocolType: string
}

export interface MemberShown {
  readonly id: string
  readonly instanceId: string | null
  readonly clientId: string
  readonly host: string
  readonly assignment: readonly TopicPartition[]
}

export interface GroupShown {
  readonly group: string
  readonly state: string
  readonly protocolType: string
  readonly assignor: string
  readonly coordinator: string
  readonly members: readonly MemberShown[]
}

export const shareProtocolType = 'share'
const streamsProtocolType = 'streams'
const dead = 'Dead'

/** Of all brokers: each knows those that it coordinates. */
export async function allGroups(client: KafkaClient): Promise<GroupListed[]> {
  const { brokers } = await client.cluster()
  const lists = await Promise.all(
    brokers.map(({ id, address }) =>
      client.retrying(async () => {
        const answer = await (await client.broker(id)).request(listGroups, {})
        const error = errorOf(answer.errorCode)
        if (!error.is(NONE)) throw refusal(address, error)
        return answer.groups
      }),
    ),
  )
  return lists
    .flat()
    .map(({ groupId, groupState, groupType, protocolType }) => {
      return { group: groupId, state: groupState, type: groupType, protocolType }
    })
    .sort((a, b) => (a.group < b.group ? -1 : 1))
}

/** Null: there is none of the name. */
export function describeGroup(client: KafkaClient, group: string): Promise<GroupShown | null> {
  return client.retrying(async () => {
    const coordinator = await client.coordinator(group)
    const answer = await coordinator.request(describeGroups, { groups: [group] })
    const { errorCode, errorMessage, groupState, protocolType, protocolData, members } = answer.groups[0]!
    const error = errorOf(errorCode)
    if (error.is(GROUP_ID_NOT_FOUND) || (error.is(NONE) && groupState === dead)) {
      const newer = (await describeConsumerGroup(coordinator, group)) ?? (await describeShareGroup(coordinator, group))
      return newer ?? (await describeStreamsGroup(client, coordinator, group))
    }
    if (!error.is(NONE)) throw refusal(`group ${group}`, error, errorMessage)
    return {
      group,
      state: groupState,
      protocolType,
      assignor: protocolData,
      coordinator: coordinator.address,
      members: members.map(({ memberId, groupInstanceId, clientId, clientHost, memberAssignment }) => ({
        id: memberId,
        instanceId: groupInstanceId,
        clientId,
        host: clientHost,
        assignment: protocolType === consumerProtocolType ? placesOf(decodeAssignment(memberAssignment).topics) : [],
      })),
    }
  })
}

/** One of the new protocol (KIP-848), which brokers tell of in another answer. */
async function describeConsumerGroup(coordinator: Connection, group: string): Promise<GroupShown | null> {
  if (coordinator.versionOf(consumerGroupDescribe) === null) return null
  const { groups } = await coordinator.request(consumerGroupDescribe, { groupIds: [group] })
  return newerGroup(groups[0]!, consumerProtocolType, coordinator)
}

/** A share group (KIP-932): likewise. */
async function describeShareGroup(coordinator: Connection, group: string): Promise<GroupShown | null> {
  if (coordinator.versionOf(shareGroupDescribe) === null) return null
  const { groups } = await coordinator.request(shareGroupDescribe, { groupIds: [group] })
  return newerGroup(groups[0]!, shareProtocolType, coordinator)
}

/** A streams group (KIP-1071): its members' tasks are shown as the partitions that they read. */
async function describeStreamsGroup(client: KafkaClient, coordinator: Connection, group: string) {
  if (coordinator.versionOf(streamsGroupDescribe) === null) return null
  const { groups } = await coordinator.request(streamsGroupDescribe, { groupIds: [group] })
  const { topology, members, ...told } = groups[0]!
  const counts = new Map((await client.topics()).map(({ name, partitions }) => [name, partitions.length]))
  const read = (subtopologyId: string, partitions: readonly number[]) => {
    const subtopology = topology?.subtopologies?.find((each) => each.subtopologyId === subtopologyId)
    const { sourceTopics = [], repartitionSourceTopics = [] } = subtopology ?? {}
    return [...sourceTopics, ...repartitionSourceTopics.map(({ name }) => name)].map((topicName) => ({
      topicName,
      partitions: partitions.filter((partition) => partition < (counts.get(topicName) ?? 0)),
    }))
  }
  const readers = members.map(({ assignment, ...member }) => ({
    ...member,
    assignment: {
      topicPartitions: assignment.activeTasks.flatMap((task) => read(task.subtopologyId, task.partitions)),
    },
  }))
  return newerGroup({ ...told, members: readers }, streamsProtocolType, coordinator)
}

interface NewerGroup
  extends Omit<Value<typeof consumerGroupDescribe.response>['groups'][number], 'assignorName' | 'members'> {
  readonly assignorName: string | null
  readonly members: readonly NewerMember[]
}

interface NewerMember {
  readonly memberId: string
  readonly instanceId?: string | null
  readonly clientId: string
  readonly clientHost: string
  readonly assignment: { readonly topicPartitions: readonly { topicName: string; partitions: readonly number[] }[] }
}

function newerGroup(told: NewerGroup, protocolType: string, coordinator: Connection): GroupShown | null {
  const { groupId: group, errorCode, errorMessage, groupState, assignorName, members } = told
  const error = errorOf(errorCode)
  if (error.is(GROUP_ID_NOT_FOUND)) return null
  if (!error.is(NONE)) throw refusal(`group ${group}`, error, errorMessage)
  return {
    group,
    state: groupState,
    protocolType,
    assignor: assignorName ?? '',
    coordinator: coordinator.address,
    members: members.map((member) => ({
      id: member.memberId,
      instanceId: member.instanceId ?? null,
      clientId: member.clientId,
      host: member.clientHost,
      assignment: placesOf(
        member.assignment.topicPartitions.map(({ topicName: topic, partitions }) => ({ topic, partitions })),
      ),
    })),
  }
}

export function deleteGroup(client: KafkaClient, group: string): Promise<void> {
  return client.retrying(async () => {
    const coordinator = await client.coordinator(group)
    const { results } = await coordinator.request(deleteGroups, { groupsNames: [group] })
    const { errorCode, errorMessage } = results[0]!
    const error = errorOf(errorCode)
    if (error.is(GROUP_ID_NOT_FOUND)) throw notThere(`group ${group}`, error)
    if (!error.is(NONE)) throw refusal(`group ${group}`, error, errorMessage)
  })
}
