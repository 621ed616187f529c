/** Topics that come into being when first asked for, if auto.create.topics.enable says so. */
import type { Partition } from '../log/partition.ts'
import { type KafkaError, UNKNOWN_TOPIC_OR_PARTITION } from '../protocol/errors.ts'
import type { Topic } from '../topics/topics.ts'
import type { Cluster } from './handler.ts'

/** The topic, made if need be, with the defaults of the brokers; or why there is none. */
export function topicOrCreate(name: string, { topics, config }: Cluster): Topic<Partition> | KafkaError {
  const known = topics.get(name)
  if (known !== undefined) return known
  if (!config.boolean('auto.create.topics.enable')) return UNKNOWN_TOPIC_OR_PARTITION
  return createByDefault(name, { topics, config })
}

export function createByDefault(
  name: string,
  { topics, config }: Pick<Cluster, 'topics' | 'config'>,
  configs: ReadonlyMap<string, string> = new Map(),
): Topic<Partition> | KafkaError {
  return topics.create({
    name,
    partitionCount: config.number('num.partitions'),
    replicationFactor: config.number('default.replication.factor'),
    configs,
  })
}
