import type { Partition } from '../log/partition.ts'
import { NONE } from '../protocol/errors.ts'
import { describeLogDirs } from '../protocol/messages/describe-log-dirs.ts'
import type { Value } from '../protocol/schema.ts'
import type { Topic } from '../topics/topics.ts'
import { clusterRefusal } from './authorization.ts'
import { type Context, handler } from './handler.ts'
import { logDir } from './log-dir.ts'

type Asked = Value<typeof describeLogDirs.request>['topics']

/**
 * Tells the sizes of the logs that this broker holds. They lie in memory, which is shown as one directory (KIP-113).
 */
export default handler(describeLogDirs, (request, context) => {
  const denied = clusterRefusal('DESCRIBE', context)
  if (denied !== null) return { throttleTimeMs: 0, errorCode: denied.code, results: [] }
  const { bytesMax, storedBytes } = context.cluster.memory
  return {
    throttleTimeMs: 0,
    errorCode: NONE.code,
    results: [
      {
        errorCode: NONE.code,
        logDir,
        topics: heldTopics(request.topics, context),
        totalBytes: bytesMax,
        usableBytes: Math.max(0, bytesMax - storedBytes),
        isCordoned: false,
      },
    ],
  }
})

function heldTopics(asked: Asked, context: Context) {
  const { topics } = context.cluster
  const wanted =
    asked === null
      ? [...topics.all()].map((topic) => ({ topic, indexes: topic.partitions.map(({ index }) => index) }))
      : asked.flatMap(({ topic: name, partitions }) => {
          const topic = topics.get(name)
          return topic === undefined ? [] : [{ topic, indexes: partitions }]
        })
  return wanted
    .map(({ topic, indexes }) => ({ name: topic.name, partitions: held(topic, indexes, context) }))
    .filter(({ partitions }) => partitions.length > 0)
}

function held(topic: Topic<Partition>, indexes: readonly number[], { connection }: Context) {
  return [...new Set(indexes)]
    .filter((index) => topic.assignment[index]?.includes(connection.nodeId))
    .map((index) => ({
      partitionIndex: index,
      partitionSize: topic.partitions[index]!.byteLength,
      offsetLag: 0,
      isFutureKey: false,
    }))
}
