/**
 * Partitions of v3, their replicas and offsets. Replicas never move here, so there is never a reassignment to tell of.
 */
import type { Context } from 'hono'
import type { Cluster } from '../../handlers/handler.ts'
import { leaderOf } from '../../handlers/nodes.ts'
import type { Partition } from '../../log/partition.ts'
import type { Topic } from '../../topics/topics.ts'
import type { Route } from './route.ts'
import { badRequest, notFound, partitionNotFound } from './errors.ts'
import { entity, list, type Name, related } from './links.ts'
import { indexOf, isPublic } from './v2-topics.ts'
import { brokerNamed } from './v3-clusters.ts'
import { belowCluster, type ClusterRoute, topicNamed } from './v3-route.ts'

type At = readonly [topic: Topic<Partition>, index: number]

export function v3PartitionRoutes(cluster: Cluster): readonly Route[] {
  const { id } = cluster
  const placeOf = (c: Context, otherwise = notFound): At => {
    const topic = topicNamed(cluster, c)
    const index = indexOf(c.req.param('partition')!)
    if (topic.partitions[index] === undefined) throw otherwise()
    return [topic, index]
  }
  const at = '/topics/:topic/partitions'
  return belowCluster(cluster, [
    ['GET', '/topics/-/partitions/-/reassignment', (c) => reassignments(c, id, '-')],
    ['GET', `${at}/-/reassignment`, (c) => reassignments(c, id, topicNamed(cluster, c).name)],
    [
      'GET',
      `${at}/:partition/reassignment`,
      (c) => {
        placeOf(c)
        throw notFound()
      },
    ],
    [
      'GET',
      at,
      (c) => {
        const topic = topicNamed(cluster, c)
        const partitions = topic.partitions.map(({ index }) => showPartition(c, id, [topic, index]))
        return list(c, 'KafkaPartitionList', [id, 'topics', topic.name, 'partitions'], partitions)
      },
    ],
    ['GET', `${at}/:partition`, (c) => showPartition(c, id, placeOf(c))],
    ['GET', `${at}/:partition/offset`, (c) => showOffsets(c, id, placeOf(c, partitionNotFound))],
    ...replicaRoutes(cluster, `${at}/:partition/replicas`, placeOf),
  ])
}

function replicaRoutes(cluster: Cluster, at: string, placeOf: (c: Context) => At): readonly ClusterRoute[] {
  const { id, topics } = cluster
  return [
    [
      'GET',
      at,
      (c) => {
        const [topic, index] = placeOf(c)
        const replicas = topic.assignment[index]!.map((broker) => showReplica(c, id, [topic, index], broker))
        return list(c, 'KafkaReplicaList', [id, ...pathOf([topic, index]), 'replicas'], replicas)
      },
    ],
    [
      'GET',
      `${at}/:broker`,
      (c) => {
        const [topic, index] = placeOf(c)
        const broker = indexOf(c.req.param('broker')!)
        if (!topic.assignment[index]!.includes(broker)) throw notFound()
        return showReplica(c, id, [topic, index], broker)
      },
    ],
    [
      'GET',
      '/brokers/:broker/partition-replicas',
      (c) => {
        const broker = brokerNamed(cluster, c).id
        const held = [...topics.all()].filter(isPublic).flatMap((topic) => heldBy(topic, broker))
        const replicas = held.map((place) => showReplica(c, id, place, broker))
        return list(c, 'KafkaReplicaList', [id, 'brokers', broker, 'partition-replicas'], replicas)
      },
    ],
  ]
}

function heldBy(topic: Topic<Partition>, broker: number): At[] {
  return topic.assignment.flatMap((brokers, index) => (brokers.includes(broker) ? [[topic, index] as const] : []))
}

function pathOf([{ name }, index]: At): readonly (string | number)[] {
  return ['topics', name, 'partitions', index]
}

function namesOf([{ name }, index]: At): readonly Name[] {
  return [
    ['topic', name],
    ['partition', index],
  ]
}

function linksOf(c: Context, cluster: string, place: At) {
  const [topic, index] = place
  return {
    topic_name: topic.name,
    partition_id: index,
    leader: related(c, cluster, ...pathOf(place), 'replicas', leaderOf(topic, index)),
    replicas: related(c, cluster, ...pathOf(place), 'replicas'),
    reassignment: related(c, cluster, ...pathOf(place), 'reassignment'),
  }
}

function showPartition(c: Context, cluster: string, place: At) {
  return entity(c, 'KafkaPartition', cluster, pathOf(place), namesOf(place), linksOf(c, cluster, place))
}

function showOffsets(c: Context, cluster: string, place: At) {
  const type = c.req.query('offset_type') ?? 'earliest_and_latest'
  if (type !== 'earliest_and_latest') throw badRequest(`offset_type:${type} is invalid`)
  const [topic, index] = place
  const { logStartOffset, highWatermark } = topic.partitions[index]!
  const names = [...namesOf(place), ['offset_type', type] as const]
  return entity(c, 'KafkaPartitionWithOffsets', cluster, [...pathOf(place), 'offset'], names, {
    topic_name: topic.name,
    partition_id: index,
    earliest_offset: logStartOffset,
    latest_offset: highWatermark,
  })
}

function showReplica(c: Context, cluster: string, place: At, broker: number) {
  const [topic, index] = place
  const names = [...namesOf(place), ['replica', broker] as const]
  return entity(c, 'KafkaReplica', cluster, [...pathOf(place), 'replicas', broker], names, {
    topic_name: topic.name,
    partition_id: index,
    broker_id: broker,
    is_leader: leaderOf(topic, index) === broker,
    is_in_sync: topic.replicas[index]!.isr.includes(broker),
    broker: related(c, cluster, 'brokers', broker),
  })
}

function reassignments(c: Context, cluster: string, topic: string) {
  return list(c, 'KafkaReassignmentList', [cluster, 'topics', topic, 'partitions', '-', 'reassignment'], [])
}
