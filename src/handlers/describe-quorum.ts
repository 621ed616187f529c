import { NONE, UNKNOWN_TOPIC_OR_PARTITION } from '../protocol/errors.ts'
import { ZERO_UUID } from '../base/bytes.ts'
import { describeQuorum } from '../protocol/messages/describe-quorum.ts'
import type { Value } from '../protocol/schema.ts'
import { clusterRefusal, inWords } from './authorization.ts'
import { type Context, handler } from './handler.ts'
import { controllerId, endpointOf } from './nodes.ts'

type Asked = Value<typeof describeQuorum.request>['topics'][number]

const metadataLog = '__cluster_metadata'
const listener = 'CONTROLLER'
const leaderEpoch = 1

/**
 * Tells of the quorum of controllers (KIP-595): the broker that is named as controller is its only member, and other
 * brokers observe it.
 *
 * - Kafka answers for the metadata log alone; a request that names anything else is refused as a whole, each
 *   partition by itself.
 * - There is no such log here: it is told as empty.
 */
export default handler(describeQuorum, (request, context) => {
  const refusal = inWords(clusterRefusal('DESCRIBE', context))
  if (refusal !== null) return { ...nothing, errorCode: refusal.code, errorMessage: refusal.message ?? '' }
  const [asked] = request.topics
  if (asked === undefined) return nothing
  if (request.topics.length === 1 && isTheLog(asked)) {
    const topics = [{ topicName: metadataLog, partitions: [quorum(context)] }]
    return { ...nothing, topics, nodes: voterNodes(context) }
  }
  const topics = request.topics.map(({ topicName, partitions }) => ({
    topicName,
    partitions: partitions.map(({ partitionIndex }) => ({ ...notHosted, partitionIndex })),
  }))
  return { ...nothing, topics }
})

const nothing = { errorCode: NONE.code, errorMessage: '', topics: [], nodes: [] }

const notHosted = {
  errorCode: UNKNOWN_TOPIC_OR_PARTITION.code,
  errorMessage: 'There is no such partition here.',
  leaderId: 0,
  leaderEpoch: 0,
  highWatermark: 0,
  currentVoters: [],
  observers: [],
}

function isTheLog({ topicName, partitions }: Asked): boolean {
  return topicName === metadataLog && partitions.length === 1 && partitions[0]!.partitionIndex === 0
}

function quorum({ cluster, now }: Context) {
  const leaderId = controllerId(cluster)
  const state = (replicaId: number) => ({
    replicaId,
    replicaDirectoryId: ZERO_UUID,
    logEndOffset: 0,
    lastFetchTimestamp: now,
    lastCaughtUpTimestamp: now,
  })
  return {
    partitionIndex: 0,
    errorCode: NONE.code,
    errorMessage: '',
    leaderId,
    leaderEpoch,
    highWatermark: 0,
    currentVoters: [state(leaderId)],
    observers: cluster.nodes.filter(({ id }) => id !== leaderId).map(({ id }) => state(id)),
  }
}

function voterNodes({ cluster, connection }: Context) {
  const leaderId = controllerId(cluster)
  return cluster.nodes
    .filter(({ id }) => id === leaderId)
    .map((node) => {
      const { nodeId, host, port } = endpointOf(node, connection)
      return { nodeId, listeners: [{ name: listener, host, port }] }
    })
}
