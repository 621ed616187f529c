/**
 * What a request is about, whatever its API: topics, partitions and groups, found by the names that Kafka's messages
 * give them.
 */
import { ZERO_UUID } from '../base/bytes.ts'
import type { Spot } from '../faults/fault.ts'
import type { Cluster } from '../handlers/handler.ts'
import type { Api } from '../protocol/schema.ts'

type Message = Readonly<Record<string, unknown>>

const groupKey = 0
const topicResource = 2
const topicLists = ['topicData', 'topics', 'topicNames', 'v3AndBelowTopics'] as const
const partitionLists = ['partitionData', 'partitions', 'partitionIndexes'] as const
const indexNames = ['index', 'partition', 'partitionIndex'] as const

/** The topics and partitions that it names; null: it asks for all there are. */
export function spotsOf({ name }: Api, message: Message, cluster: Cluster): readonly Spot[] | null {
  if (message.topics === null) return null
  const inGroups = [...list(message.groups), ...list(message.transactions)].filter(isMessage)
  const spots = [message, ...inGroups].flatMap((part) => topicLists.flatMap((field) => spotsIn(part[field], cluster)))
  const resources = list(message.resources).filter(isMessage)
  const named = resources.filter(({ resourceType }) => resourceType === topicResource)
  return [
    ...spots,
    ...named.map(({ resourceName }) => ({ topic: `${resourceName}`, partition: null })),
    ...(name === 'Fetch' ? cluster.fetchSessions.partitionsOf(Number(message.sessionId)).map(spotIn(cluster)) : []),
  ]
}

export function groupsOf(message: Message): readonly string[] {
  const { groupId, groups, groupsNames, keyType, key, coordinatorKeys } = message
  if (keyType === groupKey) return [`${key}`, ...list(coordinatorKeys).map(String)].filter((one) => one !== '')
  const listed = [...list(groups), ...list(groupsNames)]
  const ids = listed.map((one) => (isMessage(one) ? one.groupId : one))
  return [groupId, ...ids].filter((one): one is string => typeof one === 'string' && one !== '')
}

/** The name of the topic that part of a message is about. */
export function topicOf(part: Message, cluster: Pick<Cluster, 'topics'>): string | undefined {
  const name = part.name ?? part.topic
  if (typeof name === 'string' && name !== '') return name
  const id = part.topicId
  return typeof id === 'string' && id !== ZERO_UUID ? cluster.topics.byId(id)?.name : undefined
}

export function partitionOf(part: Message): number | null {
  const index = indexNames.map((name) => part[name]).find((one) => typeof one === 'number')
  return index === undefined ? null : Number(index)
}

function spotsIn(topics: unknown, cluster: Cluster): Spot[] {
  return list(topics).flatMap((one) => {
    const topic = isMessage(one) ? topicOf(one, cluster) : `${one}`
    if (topic === undefined) return []
    const partitions = isMessage(one) ? partitionLists.flatMap((field) => list(one[field])) : []
    if (partitions.length === 0) return [{ topic, partition: null }]
    return partitions.map((part) => ({ topic, partition: isMessage(part) ? partitionOf(part) : Number(part) }))
  })
}

function spotIn(cluster: Cluster) {
  return ({ name, topicId, index }: { name: string; topicId: string; index: number }): Spot => ({
    topic: topicOf({ name, topicId }, cluster) ?? name,
    partition: index,
  })
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

function isMessage(value: unknown): value is Message {
  return typeof value === 'object' && value !== null
}
