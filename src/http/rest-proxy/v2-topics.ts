/** `/topics` of v2, to look at: names, configs, partitions with their replicas, and how far each reaches. */
import type { Context } from 'hono'
import type { Cluster } from '../../handlers/handler.ts'
import type { Partition } from '../../log/partition.ts'
import { topicConfigs } from '../../configs/topic-configs.ts'
import type { Topic } from '../../topics/topics.ts'
import type { Route } from './route.ts'
import { partitionNotFound, unknownTopicError } from './errors.ts'
import { answerV2 } from './v2-media.ts'

export function v2TopicRoutes({ topics }: Cluster): readonly Route[] {
  const topicOf = (c: Context): Topic<Partition> => {
    const topic = topics.get(c.req.param('topic')!)
    if (topic === undefined) throw unknownTopicError()
    return topic
  }
  const partitionOf = (c: Context): Partition => {
    const partition = topicOf(c).partitions[indexOf(c.req.param('partition')!)]
    if (partition === undefined) throw partitionNotFound()
    return partition
  }
  return [
    [
      'GET',
      '/topics',
      (c) =>
        answerV2(
          c,
          [...topics.all()].filter(isPublic).map(({ name }) => name),
        ),
    ],
    ['GET', '/topics/:topic', (c) => answerV2(c, showTopic(topicOf(c)))],
    ['GET', '/topics/:topic/partitions', (c) => answerV2(c, showPartitions(topicOf(c)))],
    [
      'GET',
      '/topics/:topic/partitions/:partition',
      (c) => answerV2(c, showPartitions(topicOf(c))[partitionOf(c).index]),
    ],
    ['GET', '/topics/:topic/partitions/:partition/offsets', (c) => answerV2(c, showOffsets(partitionOf(c)))],
  ]
}

/** -1 for what is no number, as no partition has it. */
export function indexOf(text: string): number {
  return /^\d{1,10}$/.test(text) ? Number(text) : -1
}

export function isPublic({ isInternal }: Topic<Partition>): boolean {
  return !isInternal
}

function showTopic(topic: Topic<Partition>) {
  const configs = Object.fromEntries([...topicConfigs.keys()].map((name) => [name, topic.config.get(name)]))
  return { name: topic.name, configs, partitions: showPartitions(topic) }
}

function showPartitions(topic: Topic<Partition>) {
  return topic.partitions.map(({ index }) => {
    const { leader, replicas, isr } = topic.replicas[index]!
    const shown = replicas.map((broker) => ({ broker, leader: broker === leader, in_sync: isr.includes(broker) }))
    return { partition: index, leader, replicas: shown }
  })
}

function showOffsets({ logStartOffset, highWatermark }: Partition) {
  return { beginning_offset: logStartOffset, end_offset: highWatermark }
}
