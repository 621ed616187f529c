import { ZERO_UUID } from '../base/bytes.ts'
import { groupBy } from '../base/group-by.ts'
import { kafkaUuid } from '../base/random.ts'
import {
  INVALID_CONFIG,
  INVALID_REPLICA_ASSIGNMENT,
  INVALID_REQUEST,
  KafkaError,
  NONE,
  POLICY_VIOLATION,
  TOPIC_AUTHORIZATION_FAILED,
} from '../protocol/errors.ts'
import { createTopics } from '../protocol/messages/create-topics.ts'
import type { Value } from '../protocol/schema.ts'
import { configSources } from '../configs/config-values.ts'
import { TopicConfig, topicConfigsRefusal } from '../configs/topic-config.ts'
import { topicConfigs } from '../configs/topic-configs.ts'
import { type NewTopic, partitionsPerRequestMax } from '../topics/topics.ts'
import { type Assignment, assignmentRefusal } from './assignments.ts'
import { creationRefusal, inWords, isOpenTo } from './authorization.ts'
import { type Cluster, type Context, handler } from './handler.ts'
import { Mutations } from './quota-use.ts'

type Asked = Value<typeof createTopics.request>['topics'][number]
type Answer = Value<typeof createTopics.response>['topics'][number]

const brokerDefault = -1
/** Clients of this and newer versions know THROTTLING_QUOTA_EXCEEDED (KIP-599). */
const strictSince = 6

/**
 * Creates topics, each on its own: one refusal leaves the others standing.
 *
 * - A topic named twice in one request is refused, and none of its namesakes is made.
 * - Who may not look at its configs is not told them, nor how many partitions it has.
 * - −1 for partitions or replicas means the brokers' default (KIP-464).
 * - More than 10,000 partitions in one request are too many: then no topic is made.
 * - Topics are there when this is answered, so timeoutMs means nothing.
 */
export default handler(createTopics, (request, context) => {
  const mutations = new Mutations(context, strictSince)
  const isTooMuch = partitionsAsked(request.topics) > partitionsPerRequestMax
  const topics = [...groupBy(request.topics, ({ name }) => name)].map(([name, [asked, ...more]]) => {
    if (isTooMuch) return refused(name, POLICY_VIOLATION.because('Too many partitions in one request.'))
    if (more.length > 0) return refused(name, INVALID_REQUEST.because('The request names the topic twice.'))
    const denied = inWords(creationRefusal(name, context))
    return denied === null ? created(asked!, request.validateOnly, mutations, context) : refused(name, denied)
  })
  return { throttleTimeMs: mutations.throttleTimeMs, topics }
})

/** Of a topic with assignments these count, whatever number stands beside them. */
function partitionsAsked(topics: readonly Asked[]): number {
  const counts = topics.map(({ numPartitions, assignments }) => assignments.length || Math.max(numPartitions, 0))
  return counts.reduce((sum, count) => sum + count, 0)
}

function created(asked: Asked, isTrial: boolean, mutations: Mutations, context: Context): Answer {
  const { cluster } = context
  const { topics } = cluster
  const topic = topics.nameRefusal(asked.name) ?? newTopic(asked, cluster)
  if (topic instanceof KafkaError) return refused(asked.name, topic)
  const refusal = topics.refusal(topic) ?? (isTrial ? null : mutations.refusal(topic.partitionCount))
  if (refusal !== null) return refused(asked.name, refusal)
  const made = isTrial ? topic : topics.create(topic)
  if (made instanceof KafkaError) return refused(asked.name, made)
  const config = new TopicConfig(cluster.config, topic.configs)
  // A trial has an id as well, of no topic.
  const named = { name: asked.name, topicId: 'id' in made ? made.id : kafkaUuid(cluster.random) }
  if (!isOpenTo('DESCRIBE_CONFIGS', 'TOPIC', asked.name, context)) {
    return { ...nothing, ...named, topicConfigErrorCode: TOPIC_AUTHORIZATION_FAILED.code }
  }
  return {
    ...named,
    errorCode: NONE.code,
    errorMessage: null,
    topicConfigErrorCode: NONE.code,
    numPartitions: topic.partitionCount,
    replicationFactor: topic.assignment?.[0]?.length ?? topic.replicationFactor ?? 1,
    configs: [...topicConfigs.keys()].map((name) => {
      const { value, source } = config.effective(name)
      return { name, value, readOnly: false, configSource: configSources[source], isSensitive: false }
    }),
  }
}

/** What is asked for in the words of `Topics`, or why it makes no sense. */
function newTopic(
  asked: Asked,
  { config, nodes }: Cluster,
): (NewTopic & { configs: Map<string, string> }) | KafkaError {
  const { name, numPartitions, replicationFactor } = asked
  const configs = configsOf(asked)
  const refusal = configs instanceof KafkaError ? configs : topicConfigsRefusal(configs)
  if (configs instanceof KafkaError || refusal !== null) return refusal!
  if (asked.assignments.length > 0) {
    const assignment = chosenAssignment(asked, nodes)
    if (assignment instanceof KafkaError) return assignment
    return { name, partitionCount: assignment.length, assignment, configs }
  }
  return {
    name,
    partitionCount: orDefault(numPartitions, config.number('num.partitions')),
    replicationFactor: orDefault(replicationFactor, config.number('default.replication.factor')),
    configs,
  }
}

function configsOf(asked: Asked): Map<string, string> | KafkaError {
  const configs = new Map<string, string>()
  for (const { name, value } of asked.configs) {
    if (value === null) return INVALID_CONFIG.because(`The config ${name} needs a value.`)
    configs.set(name, value)
  }
  return configs
}

function orDefault(asked: number, value: number): number {
  return asked === brokerDefault ? value : asked
}

/** Kafka wants the partitions from 0 on without gaps, and the numbers left open that the assignment already tells. */
function chosenAssignment(asked: Asked, nodes: Cluster['nodes']): Assignment | KafkaError {
  if (asked.numPartitions !== brokerDefault || asked.replicationFactor !== brokerDefault) {
    return INVALID_REQUEST.because('With assignments, numPartitions and replicationFactor must be -1.')
  }
  const byPartition = new Map(asked.assignments.map(({ partitionIndex, brokerIds }) => [partitionIndex, brokerIds]))
  const assignment = asked.assignments.map((_, index) => byPartition.get(index))
  if (!assignment.every((brokers) => brokers !== undefined)) {
    return INVALID_REPLICA_ASSIGNMENT.because('Partitions are numbered from 0, without gaps.')
  }
  return assignmentRefusal(assignment, nodes) ?? assignment
}

const nothing = {
  errorCode: NONE.code,
  errorMessage: null,
  topicConfigErrorCode: NONE.code,
  numPartitions: -1,
  replicationFactor: -1,
  configs: [],
}

function refused(name: string, error: KafkaError): Answer {
  return { ...nothing, name, topicId: ZERO_UUID, errorCode: error.code, errorMessage: error.message }
}
