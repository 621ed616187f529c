/** Topics and their partitions: list, create, describe, grow, delete; offsets, deleting records, configs. */
import createPartitions from '../handlers/create-partitions.ts'
import createTopics from '../handlers/create-topics.ts'
import deleteRecords from '../handlers/delete-records.ts'
import deleteTopics from '../handlers/delete-topics.ts'
import type { Cluster } from '../handlers/handler.ts'
import { leaderOf } from '../handlers/nodes.ts'
import type { Partition } from '../log/partition.ts'
import { OFFSET_OUT_OF_RANGE, POLICY_VIOLATION } from '../protocol/errors.ts'
import { createPartitions as createPartitionsApi } from '../protocol/messages/create-partitions.ts'
import { createTopics as createTopicsApi } from '../protocol/messages/create-topics.ts'
import { deleteRecords as deleteRecordsApi } from '../protocol/messages/delete-records.ts'
import { deleteTopics as deleteTopicsApi } from '../protocol/messages/delete-topics.ts'
import { partitionsPerRequestMax, type Topic } from '../topics/topics.ts'
import { ask, throwIfRefused } from './broker-calls.ts'
import { changeConfigs, configChanges, showConfigs, shownConfig } from './configs.ts'
import { fromKafka } from './errors.ts'
import { partitionOf, topicNamed } from './found.ts'
import { partitionMax } from './record-json.ts'
import { json, type Route, route } from './route.ts'
import {
  byName,
  described,
  fields,
  flag,
  integer,
  list,
  name,
  named,
  nullable,
  object,
  optional,
  orElse,
  type Out,
  text,
  wholeNumber,
} from './schema.ts'

const tag = 'Topics'
const unknown = { 404: 'There is no such topic.' }
const topicsMax = 10_000
const replicasMax = 1000

const shownPartition = named(
  'Partition',
  object({
    partition: integer(),
    leader: integer(),
    replicas: list(integer()),
    in_sync: list(integer()),
    start_offset: integer(),
    end_offset: integer(),
    high_watermark: integer(),
    last_stable_offset: integer(),
    leader_epoch: integer(),
    bytes: integer(),
    segments: integer(),
  }),
)

const topicFields = {
  name: text(),
  id: text(),
  is_internal: flag(),
  partition_count: integer(),
  replication_factor: integer(),
  record_count: described(integer(), 'Offsets between the starts and the ends of its logs.'),
  bytes: integer(),
  cleanup_policy: text(),
}
const shownTopic = named('Topic', object(topicFields))
const topicDetail = named(
  'TopicDetail',
  object({ ...topicFields, partitions: list(shownPartition), configs: list(shownConfig) }),
)

export function topicRoutes(cluster: Cluster): readonly Route[] {
  return [...listRoutes(cluster), ...changeRoutes(cluster), ...partitionRoutes(cluster), ...configRoutes(cluster)]
}

function listRoutes(cluster: Cluster): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/topics',
      tag,
      summary: 'All topics, in the order of their creation.',
      query: { prefix: orElse(text(), ''), limit: orElse(wholeNumber({ min: 1, max: topicsMax }), topicsMax) },
      answer: json(object({ topics: list(shownTopic) }), 'The topics.'),
      handle: ({ query }) => {
        const found = [...cluster.topics.all()].filter(({ name }) => name.startsWith(query.prefix))
        return { topics: found.slice(0, query.limit).map(showTopic) }
      },
    }),
    route({
      method: 'GET',
      path: '/topics/:topic',
      tag,
      summary: 'A topic with its partitions and configs.',
      answer: json(topicDetail, 'The topic.'),
      errors: unknown,
      handle: ({ params }) => detail(topicNamed(params.topic, cluster), cluster),
    }),
  ]
}

const newTopic = fields({
  name: name('the name of a topic'),
  partitions: optional(wholeNumber({ min: 1, max: partitionsPerRequestMax })),
  replication_factor: optional(wholeNumber({ min: 1, max: replicasMax })),
  configs: orElseNone(),
})

function orElseNone() {
  return optional(byName(text('use text, as Kafka has all its configs'), 'use { "name": "value" }'))
}

function changeRoutes(cluster: Cluster): readonly Route[] {
  return [
    route({
      method: 'POST',
      path: '/topics',
      tag,
      summary: 'Creates a topic.',
      body: { schema: newTopic },
      status: 201,
      answer: json(topicDetail, 'The topic.'),
      errors: { 409: 'There is such a topic.' },
      handle: async ({ c, body }) => {
        await create(body, cluster)
        c.header('Location', `/topics/${encodeURIComponent(body.name)}`)
        return detail(topicNamed(body.name, cluster), cluster)
      },
    }),
    route({
      method: 'PATCH',
      path: '/topics/:topic',
      tag,
      summary: 'Gives a topic more partitions.',
      body: { schema: fields({ partitions: wholeNumber({ min: 1, max: partitionsPerRequestMax }) }) },
      answer: json(topicDetail, 'The topic as it is now.'),
      errors: unknown,
      handle: async ({ params, body }) => {
        const topic = topicNamed(params.topic, cluster)
        const topics = [{ name: topic.name, count: body.partitions, assignments: null }]
        const { results } = await ask(cluster, createPartitions, createPartitionsApi, { topics })
        throwIfRefused(results[0]!.errorCode, results[0]!.errorMessage)
        return detail(topic, cluster)
      },
    }),
    route({
      method: 'DELETE',
      path: '/topics/:topic',
      tag,
      summary: 'Deletes a topic, its records, and the offsets that groups committed for it.',
      answer: json(object({ deleted: text() }), 'Its name.'),
      errors: unknown,
      handle: async ({ params }) => {
        const { name } = topicNamed(params.topic, cluster)
        const { responses } = await ask(cluster, deleteTopics, deleteTopicsApi, { topicNames: [name] })
        throwIfRefused(responses[0]!.errorCode, responses[0]!.errorMessage)
        return { deleted: name }
      },
    }),
  ]
}

async function create(asked: Out<typeof newTopic>, cluster: Cluster): Promise<void> {
  const { name, partitions = -1, replication_factor = -1, configs = {} } = asked
  const topic = {
    name,
    numPartitions: partitions,
    replicationFactor: replication_factor,
    assignments: [],
    configs: Object.entries(configs).map(([name, value]) => ({ name, value })),
  }
  const { topics } = await ask(cluster, createTopics, createTopicsApi, { topics: [topic] })
  throwIfRefused(topics[0]!.errorCode, topics[0]!.errorMessage)
}

const offsets = object({
  topic: text(),
  partition: integer(),
  earliest: integer(),
  latest: integer(),
  at: described(
    nullable(object({ offset: integer(), timestamp: integer() })),
    'The first record at or after the timestamp that was asked for; null where there is none.',
  ),
})

const partition = wholeNumber({ max: partitionMax })
const unknownPartition = { 404: 'There is no such topic or partition.' }

function partitionRoutes(cluster: Cluster): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/topics/:topic/partitions',
      tag,
      summary: 'The partitions of a topic.',
      answer: json(object({ topic: text(), partitions: list(shownPartition) }), 'The partitions.'),
      errors: unknown,
      handle: ({ params }) => {
        const topic = topicNamed(params.topic, cluster)
        return { topic: topic.name, partitions: showPartitions(topic) }
      },
    }),
    route({
      method: 'GET',
      path: '/topics/:topic/partitions/:partition',
      tag,
      summary: 'One partition.',
      params: { partition },
      answer: json(shownPartition, 'The partition.'),
      errors: unknownPartition,
      handle: ({ params }) => {
        const topic = topicNamed(params.topic, cluster)
        return showPartition(topic, partitionOf(topic, params.partition))
      },
    }),
    route({
      method: 'GET',
      path: '/topics/:topic/partitions/:partition/offsets',
      tag,
      summary: 'Where a partition begins and ends, and where a time is in it.',
      params: { partition },
      query: { timestamp: optional(wholeNumber({ max: Number.MAX_SAFE_INTEGER })) },
      answer: json(offsets, 'Offsets.'),
      errors: unknownPartition,
      handle: ({ params, query }) => {
        const found = partitionOf(topicNamed(params.topic, cluster), params.partition)
        const { offset, timestamp } = found.offsetFor(query.timestamp ?? 'latest')
        const { topic, index, logStartOffset, highWatermark } = found
        const at = query.timestamp === undefined || offset === -1 ? null : { offset, timestamp }
        return { topic, partition: index, earliest: logStartOffset, latest: highWatermark, at }
      },
    }),
    deleteRecordsRoute(cluster),
  ]
}

function deleteRecordsRoute(cluster: Cluster): Route {
  const offset = wholeNumber({ max: Number.MAX_SAFE_INTEGER })
  return route({
    method: 'DELETE',
    path: '/topics/:topic/records',
    tag: 'Records',
    summary: 'Deletes the records of a topic before the offsets given for its partitions, or all of them.',
    body: { schema: fields({ offsets: optional(byName(offset, 'use { "0": 12 }')) }), isOptional: true },
    answer: json(
      object({ topic: text(), partitions: list(object({ partition: integer(), start_offset: integer() })) }),
      'Where the partitions begin now.',
    ),
    errors: {
      ...unknownPartition,
      416: 'There is no such offset.',
      422: 'The topic is compacted, and keeps its records.',
    },
    handle: async ({ params, body }) => {
      const topic = topicNamed(params.topic, cluster)
      if (!topic.config.isDeletable) {
        throw fromKafka(POLICY_VIOLATION, `topic ${topic.name} is compacted; set its cleanup.policy to delete first`)
      }
      const asked = Object.entries(body.offsets ?? {}).map(
        ([index, offset]) => [indexOf(index, topic), offset] as const,
      )
      const all = topic.partitions.map(({ index, highWatermark }) => [index, highWatermark] as const)
      for (const [index, offset] of asked) refuseBeyond(partitionOf(topic, index), offset)
      const partitions = []
      for (const [index, offset] of body.offsets === undefined ? all : asked) {
        partitions.push({ partition: index, start_offset: await trim(topic, index, offset, cluster) })
      }
      return { topic: topic.name, partitions }
    },
  })
}

function indexOf(raw: string, topic: Topic<Partition>): number {
  return partitionOf(topic, /^\d{1,9}$/.test(raw) ? Number(raw) : -1).index
}

/** Before any is deleted. */
function refuseBeyond({ topic, index, highWatermark }: Partition, offset: number): void {
  if (offset <= highWatermark) return
  const message = `offset ${offset} is beyond partition ${index} of ${topic}; use at most ${highWatermark}`
  throw fromKafka(OFFSET_OUT_OF_RANGE, message)
}

async function trim(topic: Topic<Partition>, index: number, offset: number, cluster: Cluster): Promise<number> {
  const topics = [{ name: topic.name, partitions: [{ partitionIndex: index, offset }] }]
  const at = { nodeId: leaderOf(topic, index) }
  const answer = await ask(cluster, deleteRecords, deleteRecordsApi, { topics }, at)
  const { errorCode, lowWatermark } = answer.topics[0]!.partitions[0]!
  throwIfRefused(errorCode)
  return lowWatermark
}

function configRoutes(cluster: Cluster): readonly Route[] {
  const path = '/topics/:topic/configs'
  const answer = json(object({ topic: text(), configs: list(shownConfig) }), 'All configs, and where each comes from.')
  const show = async (topic: string) => ({ topic, configs: await showConfigs(cluster, { type: 'topic', name: topic }) })
  return [
    route({
      method: 'GET',
      path,
      tag,
      summary: 'The configs of a topic.',
      answer,
      errors: unknown,
      handle: ({ params }) => show(topicNamed(params.topic, cluster).name),
    }),
    route({
      method: 'PATCH',
      path,
      tag,
      summary: 'Sets configs of a topic, and gives up others: all of it, or nothing.',
      body: { schema: configChanges },
      answer,
      errors: unknown,
      handle: async ({ params, body }) => {
        const { name } = topicNamed(params.topic, cluster)
        await changeConfigs(cluster, { type: 'topic', name }, body)
        return show(name)
      },
    }),
  ]
}

function showTopic(topic: Topic<Partition>) {
  const { name, id, isInternal, partitions, assignment, config } = topic
  return {
    name,
    id,
    is_internal: isInternal,
    partition_count: partitions.length,
    replication_factor: assignment[0]!.length,
    record_count: partitions.reduce((sum, one) => sum + one.logEndOffset - one.logStartOffset, 0),
    bytes: partitions.reduce((sum, one) => sum + one.byteLength, 0),
    cleanup_policy: config.get('cleanup.policy'),
  }
}

async function detail(topic: Topic<Partition>, cluster: Cluster) {
  const configs = await showConfigs(cluster, { type: 'topic', name: topic.name })
  return { ...showTopic(topic), partitions: showPartitions(topic), configs }
}

function showPartitions(topic: Topic<Partition>) {
  return topic.partitions.map((partition) => showPartition(topic, partition))
}

function showPartition(topic: Topic<Partition>, partition: Partition) {
  const { index } = partition
  const { leader, replicas, isr } = topic.replicas[index]!
  return {
    partition: index,
    leader,
    replicas,
    in_sync: isr,
    start_offset: partition.logStartOffset,
    end_offset: partition.logEndOffset,
    high_watermark: partition.highWatermark,
    last_stable_offset: partition.lastStableOffset,
    leader_epoch: partition.leaderEpoch,
    bytes: partition.byteLength,
    segments: partition.segmentCount,
  }
}
