/** Topics of v3: list, create, describe, grow, delete. What may be created, and how, is CreateTopics' to say. */
import type { Context } from 'hono'
import { ZERO_UUID } from '../../base/bytes.ts'
import createPartitionsHandler from '../../handlers/create-partitions.ts'
import createTopicsHandler from '../../handlers/create-topics.ts'
import deleteTopicsHandler from '../../handlers/delete-topics.ts'
import type { Cluster } from '../../handlers/handler.ts'
import { createPartitions } from '../../protocol/messages/create-partitions.ts'
import { createTopics } from '../../protocol/messages/create-topics.ts'
import { deleteTopics } from '../../protocol/messages/delete-topics.ts'
import { topicNameProblem } from '../../topics/topics.ts'
import type { BodyLimits } from '../body.ts'
import type { Route } from './route.ts'
import { ask, throwIfRefused } from './asking.ts'
import { badRequest, invalidPayload, ProxyError } from './errors.ts'
import {
  booleanOf,
  type Fields,
  fieldsOf,
  integerOf,
  type Json,
  listOf,
  readBody,
  requireInteger,
  requireText,
  textOf,
} from './fields.ts'
import { entity, list, related } from './links.ts'
import { isPublic } from './v2-topics.ts'
import { belowCluster, noContent, topicNamed } from './v3-route.ts'

const creatable = [
  'topic_name',
  'partitions_count',
  'replication_factor',
  'replicas_assignments',
  'configs',
  'validate_only',
]
const timeoutMs = 30_000
const brokerDefault = -1
const replicationMax = 2 ** 15 - 1

export function v3TopicRoutes(cluster: Cluster, { httpBodyBytesMax }: BodyLimits): readonly Route[] {
  const { id, topics } = cluster
  return belowCluster(cluster, [
    [
      'GET',
      '/topics',
      (c) => {
        const shown = [...topics.all()].filter(isPublic).map((topic) => showTopic(c, id, shapeOf(topic)))
        return list(c, 'KafkaTopicList', [id, 'topics'], shown)
      },
    ],
    ['POST', '/topics', async (c) => create(c, cluster, await readBody(c, httpBodyBytesMax, creatable))],
    [
      'GET',
      '/topics/:topic',
      (c) => {
        const isAsked = booleanOf(c.req.query('include_authorized_operations'), 'include_authorized_operations')
        return showTopic(c, id, shapeOf(topicNamed(cluster, c)), isAsked ? allOperations : [])
      },
    ],
    [
      'PATCH',
      '/topics/:topic',
      async (c) => grow(c, cluster, await readBody(c, httpBodyBytesMax, ['partitions_count'])),
    ],
    ['DELETE', '/topics/:topic', (c) => remove(c, cluster)],
  ])
}

/** What may be done to a topic, in the order of Kafka's codes. */
/** Whoever asks over HTTP may do everything. */
const allOperations: readonly string[] = [
  ...['READ', 'WRITE', 'CREATE', 'DELETE', 'ALTER', 'DESCRIBE', 'DESCRIBE_CONFIGS', 'ALTER_CONFIGS'],
]

interface Shape {
  readonly name: string
  readonly isInternal: boolean
  readonly partitionCount: number
  readonly replicationFactor: number
}

function shapeOf(topic: { name: string; isInternal: boolean; assignment: readonly (readonly number[])[] }): Shape {
  const { name, isInternal, assignment } = topic
  return { name, isInternal, partitionCount: assignment.length, replicationFactor: assignment[0]!.length }
}

function showTopic(c: Context, cluster: string, shape: Shape, authorized_operations: readonly string[] = []) {
  const { name, isInternal, partitionCount, replicationFactor } = shape
  return entity(c, 'KafkaTopic', cluster, ['topics', name], [['topic', name]], {
    topic_name: name,
    is_internal: isInternal,
    replication_factor: replicationFactor,
    partitions_count: partitionCount,
    partitions: related(c, cluster, 'topics', name, 'partitions'),
    configs: related(c, cluster, 'topics', name, 'configs'),
    partition_reassignments: related(c, cluster, 'topics', name, 'partitions', '-', 'reassignment'),
    authorized_operations,
  })
}

async function create(c: Context, cluster: Cluster, fields: Fields | null): Promise<Response> {
  if (fields === null) throw invalidPayload('Request body is empty. Data is required.')
  const name = textOf(fields.topic_name, 'topic_name')
  if (name === null) throw new ProxyError(400, 400, 'topic_name is missing; name the topic')
  if (topicNameProblem(name) !== null) throw invalidPayload('Invalid topic name.')
  const validateOnly = booleanOf(fields.validate_only, 'validate_only') ?? false
  const topics = [askedTopic(name, fields)]
  const answer = await ask(cluster, createTopics, createTopicsHandler, { topics, timeoutMs, validateOnly })
  const made = answer.topics[0]!
  throwIfRefused(made)
  const { numPartitions, replicationFactor } = made
  const shape = { name, isInternal: false, partitionCount: numPartitions, replicationFactor }
  const shown = showTopic(c, cluster.id, shape)
  return c.json(shown, validateOnly ? 200 : 201, { Location: shown.metadata.self })
}

function askedTopic(name: string, fields: Fields) {
  const assignments = assignmentsOf(fields.replicas_assignments)
  const isChosen = assignments.length > 0
  const partitions = integerOf(fields.partitions_count, 'partitions_count', brokerDefault)
  const replicas = integerOf(fields.replication_factor, 'replication_factor', brokerDefault, replicationMax)
  return {
    name,
    numPartitions: isChosen ? brokerDefault : (partitions ?? brokerDefault),
    replicationFactor: isChosen ? brokerDefault : (replicas ?? brokerDefault),
    assignments,
    configs: listOf(fields.configs, 'configs').map((one, at) => {
      const config = fieldsOf(one, `configs[${at}]`, ['name', 'value'])
      return {
        name: requireText(config.name, `configs[${at}].name`),
        value: textOf(config.value, `configs[${at}].value`),
      }
    }),
  }
}

/** By partition, as text: the ids of its brokers. */
function assignmentsOf(value: Json | undefined) {
  if (value === undefined || value === null) return []
  const partitions = Object.keys(typeof value === 'object' ? value : {})
  const fields = fieldsOf(value, 'replicas_assignments', partitions)
  return partitions.map((partition) => {
    const path = `replicas_assignments.${partition}`
    const brokerIds = listOf(fields[partition], path).map((id, at) => requireInteger(id, `${path}[${at}]`))
    if (!/^\d{1,9}$/.test(partition)) throw badRequest(`${path} is none; use the number of a partition`)
    return { partitionIndex: Number(partition), brokerIds }
  })
}

async function grow(c: Context, cluster: Cluster, fields: Fields | null) {
  if (fields === null) throw invalidPayload('Request body is empty. Partitions_count is required.')
  const count = requireInteger(fields.partitions_count, 'partitions_count')
  const { name } = topicNamed(cluster, c)
  const topics = [{ name, count, assignments: null }]
  const request = { topics, timeoutMs, validateOnly: false }
  throwIfRefused((await ask(cluster, createPartitions, createPartitionsHandler, request)).results[0]!)
  return showTopic(c, cluster.id, shapeOf(topicNamed(cluster, c)))
}

async function remove(c: Context, cluster: Cluster): Promise<Response> {
  const { name } = topicNamed(cluster, c)
  const request = { topics: [{ name, topicId: ZERO_UUID }], topicNames: [], timeoutMs }
  throwIfRefused((await ask(cluster, deleteTopics, deleteTopicsHandler, request)).responses[0]!)
  return noContent()
}
