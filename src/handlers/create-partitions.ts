import { groupBy } from '../base/group-by.ts'
import {
  INVALID_PARTITIONS,
  INVALID_REPLICA_ASSIGNMENT,
  INVALID_REQUEST,
  type KafkaError,
  NONE,
  POLICY_VIOLATION,
  UNKNOWN_TOPIC_OR_PARTITION,
} from '../protocol/errors.ts'
import { createPartitions } from '../protocol/messages/create-partitions.ts'
import type { Value } from '../protocol/schema.ts'
import { partitionsPerRequestMax } from '../topics/topics.ts'
import { type Assignment, assignmentRefusal } from './assignments.ts'
import { accessRefusal } from './authorization.ts'
import { type Cluster, handler } from './handler.ts'
import { Mutations } from './quota-use.ts'

type Asked = Value<typeof createPartitions.request>['topics'][number]

/** Clients of this and newer versions know THROTTLING_QUOTA_EXCEEDED (KIP-599). */
const strictSince = 3

/**
 * Adds partitions to topics, each on its own: one refusal leaves the others standing.
 *
 * - A topic named twice is refused in one answer.
 * - More than 10,000 new partitions in one request are too many: then none is made.
 */
export default handler(createPartitions, (request, context) => {
  const { cluster } = context
  const mutations = new Mutations(context, strictSince)
  const isTooMuch = addedCount(request.topics, cluster) > partitionsPerRequestMax
  const results = [...groupBy(request.topics, ({ name }) => name)].map(([name, [asked, ...more]]) => {
    const { code, message } = isTooMuch
      ? POLICY_VIOLATION.because('Too many new partitions in one request.')
      : more.length > 0
        ? INVALID_REQUEST.because('The request names the topic twice.')
        : (accessRefusal('ALTER', 'TOPIC', name, context) ?? grow(asked!, request.validateOnly, mutations, cluster))
    return { name, errorCode: code, errorMessage: message }
  })
  return { throttleTimeMs: mutations.throttleTimeMs, results }
})

function addedCount(asked: readonly Asked[], { topics }: Cluster): number {
  return asked.reduce(
    (sum, { name, count }) => sum + Math.max(0, count - (topics.get(name)?.partitions.length ?? count)),
    0,
  )
}

function grow(
  { name, count, assignments }: Asked,
  isTrial: boolean,
  mutations: Mutations,
  { topics, nodes }: Cluster,
): KafkaError {
  const topic = topics.get(name)
  if (topic === undefined) return UNKNOWN_TOPIC_OR_PARTITION
  const added = assignments?.map(({ brokerIds }) => brokerIds)
  const refusal =
    countRefusal(topic.partitions.length, count) ??
    (added === undefined ? null : shapeRefusal(topic.assignment[0]!.length, count - topic.partitions.length, added)) ??
    (added === undefined ? null : assignmentRefusal(added, nodes))
  if (refusal !== null) return refusal
  const throttled = isTrial ? null : mutations.refusal(count - topic.partitions.length)
  if (throttled !== null) return throttled
  if (!isTrial) topics.grow(topic, count, added)
  return NONE
}

function countRefusal(now: number, count: number): KafkaError | null {
  if (count === now) return INVALID_PARTITIONS.because(`The topic already has ${now} partition(s).`)
  if (count > now) return null
  return INVALID_PARTITIONS.because(`The topic has ${now} partition(s), more than ${count}.`)
}

function shapeRefusal(replicationFactor: number, more: number, added: Assignment): KafkaError | null {
  if (added.length !== more) {
    return INVALID_REPLICA_ASSIGNMENT.because(
      `${more} partition(s) are added, but ${added.length} assignment(s) given.`,
    )
  }
  if (added.some(({ length }) => length !== replicationFactor)) {
    return INVALID_REPLICA_ASSIGNMENT.because(`The topic has a replication factor of ${replicationFactor}.`)
  }
  return null
}
