/** Topics and partitions as HTTP names them, or the refusal that names them. */
import type { Cluster } from '../handlers/handler.ts'
import type { Partition } from '../log/partition.ts'
import { UNKNOWN_TOPIC_OR_PARTITION } from '../protocol/errors.ts'
import type { Topic } from '../topics/topics.ts'
import { fromKafka, type HttpError } from './errors.ts'

export function topicNamed(name: string, { topics }: Pick<Cluster, 'topics'>): Topic<Partition> {
  const topic = topics.get(name)
  if (topic === undefined) throw unknownTopic(name)
  return topic
}

export function partitionOf(topic: Topic<Partition>, index: number): Partition {
  const partition = topic.partitions[index]
  if (partition === undefined) throw fromKafka(UNKNOWN_TOPIC_OR_PARTITION, unknownPartition(topic, index))
  return partition
}

export function unknownTopic(name: string): HttpError {
  return fromKafka(UNKNOWN_TOPIC_OR_PARTITION, `topic ${JSON.stringify(name)} does not exist; GET /topics lists all`)
}

export function unknownPartition({ name, partitions }: Topic<Partition>, index: number): string {
  const last = partitions.length - 1
  return `topic ${name} has no partition ${index}; use ${last === 0 ? '0' : `0 to ${last}`}`
}
