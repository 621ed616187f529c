import type { Partition } from '../log/partition.ts'
import { NONE } from '../protocol/errors.ts'
import { listPartitionReassignments } from '../protocol/messages/list-partition-reassignments.ts'
import type { Topic } from '../topics/topics.ts'
import { clusterRefusal, inWords } from './authorization.ts'
import { type Context, handler } from './handler.ts'

/** Tells which partitions are on their way to other brokers (KIP-455): those for which a broker is awaited. */
export default handler(listPartitionReassignments, ({ topics: asked }, context) => {
  const { code, message } = inWords(clusterRefusal('DESCRIBE', context)) ?? NONE
  const topics = code === NONE.code ? reassigned(asked, context) : []
  return { throttleTimeMs: 0, errorCode: code, errorMessage: message, topics }
})

function reassigned(
  asked: readonly { readonly name: string; readonly partitionIndexes: readonly number[] }[] | null,
  { cluster }: Context,
) {
  const wanted =
    asked === null
      ? [...cluster.topics.all()].map((topic) => ({ topic, indexes: topic.partitions.map(({ index }) => index) }))
      : asked.flatMap(({ name, partitionIndexes }) => {
          const topic = cluster.topics.get(name)
          return topic === undefined ? [] : [{ topic, indexes: partitionIndexes }]
        })
  return wanted
    .map(({ topic, indexes }) => ({
      name: topic.name,
      partitions: indexes.flatMap((index) => ongoing(topic, index)),
    }))
    .filter(({ partitions }) => partitions.length > 0)
}

function ongoing(topic: Topic<Partition>, partitionIndex: number) {
  const found = topic.replicas[partitionIndex]
  if (found === undefined || found.adding.length + found.removing.length === 0) return []
  const { replicas, adding, removing } = found
  return [{ partitionIndex, replicas: [...replicas], addingReplicas: [...adding], removingReplicas: [...removing] }]
}
