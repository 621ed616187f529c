import {
  INVALID_TOPIC_EXCEPTION,
  type KafkaError,
  LOG_DIR_NOT_FOUND,
  NONE,
  NOT_LEADER_OR_FOLLOWER,
  UNKNOWN_TOPIC_OR_PARTITION,
} from '../protocol/errors.ts'
import { alterReplicaLogDirs } from '../protocol/messages/alter-replica-log-dirs.ts'
import { clusterRefusal } from './authorization.ts'
import { type Context, handler } from './handler.ts'
import { logDir } from './log-dir.ts'

/** With what a folder that is being filled adds to a topic's name, a file's name must not be longer. */
const nameLengthMax = 249

/** Moves replicas between folders (KIP-113). There is one here, so whatever is there is where it is to go. */
export default handler(alterReplicaLogDirs, ({ dirs }, context) => {
  const refusal = clusterRefusal('ALTER', context)
  // A partition that is to go to several folders goes to the last of them.
  const paths = new Map<string, Map<number, string>>()
  for (const { path, topics } of dirs) {
    for (const { name, partitions } of topics) {
      const of = paths.get(name) ?? new Map<number, string>()
      paths.set(name, of)
      for (const index of partitions) of.set(index, path)
    }
  }
  const named = [...paths].filter(([, of]) => of.size > 0)
  const results = named.map(([topicName, of]) => ({
    topicName,
    partitions: [...of].map(([partitionIndex, path]) => {
      const error = refusal ?? moveRefusal(topicName, partitionIndex, path, context)
      return { partitionIndex, errorCode: (error ?? NONE).code }
    }),
  }))
  return { throttleTimeMs: 0, results }
})

function moveRefusal(topic: string, index: number, path: string, context: Context): KafkaError | null {
  if (topic.length > nameLengthMax) return INVALID_TOPIC_EXCEPTION
  if (path !== logDir) return LOG_DIR_NOT_FOUND
  const held = context.cluster.topics.get(topic)?.replicas[index]
  if (held === undefined) return UNKNOWN_TOPIC_OR_PARTITION
  return held.replicas.includes(context.connection.nodeId) ? null : NOT_LEADER_OR_FOLLOWER
}
