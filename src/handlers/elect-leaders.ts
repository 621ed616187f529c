import {
  ELECTION_NOT_NEEDED,
  ELIGIBLE_LEADERS_NOT_AVAILABLE,
  INVALID_REQUEST,
  type KafkaError,
  NONE,
  PREFERRED_LEADER_NOT_AVAILABLE,
  UNKNOWN_TOPIC_OR_PARTITION,
} from '../protocol/errors.ts'
import { electLeaders } from '../protocol/messages/elect-leaders.ts'
import type { Value } from '../protocol/schema.ts'
import { clusterRefusal, inWords } from './authorization.ts'
import { type Context, handler } from './handler.ts'
import { electLeader } from './leadership.ts'

type Result = Value<typeof electLeaders.response>['replicaElectionResults'][number]

const elections = ['preferred', 'unclean'] as const
type Election = (typeof elections)[number]

/**
 * Has partitions led by their preferred replica, or, where none that is in sync is left, by any (KIP-460).
 *
 * - Naming no topics asks for all partitions; of those only the ones are told where there was something to be done.
 */
export default handler(electLeaders, ({ electionType, topicPartitions }, context) => {
  const election = elections[electionType]
  const refusal =
    inWords(clusterRefusal('ALTER', context)) ??
    (election === undefined ? INVALID_REQUEST.because(`There is no election of type ${electionType}`) : null)
  if (refusal !== null) return refused(refusal, topicPartitions ?? [])
  const results =
    topicPartitions === null
      ? ofAll(election!, context)
      : topicPartitions.map(({ topic, partitions }) => ({
          topic,
          partitionResult: partitions.map((index) => result(index, elect(topic, index, election!, context))),
        }))
  return { throttleTimeMs: 0, errorCode: NONE.code, replicaElectionResults: results }
})

function ofAll(election: Election, context: Context): Result[] {
  return [...context.cluster.topics.all()].map(({ name, partitions }) => ({
    topic: name,
    partitionResult: partitions.flatMap(({ index }) => {
      const error = elect(name, index, election, context)
      return error === ELECTION_NOT_NEEDED ? [] : [result(index, error)]
    }),
  }))
}

function elect(name: string, index: number, election: Election, { cluster }: Context): KafkaError | null {
  const topic = cluster.topics.get(name)
  if (topic === undefined) return UNKNOWN_TOPIC_OR_PARTITION.because(`There is no topic ${name}`)
  if (topic.partitions[index] === undefined) {
    return UNKNOWN_TOPIC_OR_PARTITION.because(`There is no partition ${name}-${index}`)
  }
  return electLeader(topic, index, election, cluster)
}

function result(partitionId: number, error: KafkaError | null) {
  const { code, message } = error ?? NONE
  return { partitionId, errorCode: code, errorMessage: message ?? sentences.get(code) ?? null }
}

/** Of what `electLeader` says by the code alone. */
const sentences = new Map([
  [ELECTION_NOT_NEEDED.code, 'The partition is led as asked already.'],
  [PREFERRED_LEADER_NOT_AVAILABLE.code, 'The preferred leader cannot lead now.'],
  [ELIGIBLE_LEADERS_NOT_AVAILABLE.code, 'None of the replicas can lead now.'],
])

/** Where the request as a whole cannot be, each partition is told why, too. */
function refused(error: KafkaError, asked: readonly { topic: string; partitions: readonly number[] }[]) {
  return {
    throttleTimeMs: 0,
    errorCode: error.code,
    replicaElectionResults: asked.map(({ topic, partitions }) => ({
      topic,
      partitionResult: partitions.map((index) => result(index, error)),
    })),
  }
}
