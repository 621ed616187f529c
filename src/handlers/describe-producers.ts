import { INVALID_TOPIC_EXCEPTION, KafkaError, NONE, UNKNOWN_TOPIC_OR_PARTITION } from '../protocol/errors.ts'
import { describeProducers } from '../protocol/messages/describe-producers.ts'
import { topicNameProblem } from '../topics/topics.ts'
import { accessRefusal, inWords } from './authorization.ts'
import { type Context, handler } from './handler.ts'
import { findLed } from './partitions.ts'

const noHost = 'There is no such partition here.'

/** Tells which producers partitions remember, and where their open transactions begin (KIP-664). */
export default handler(describeProducers, ({ topics }, context) => ({
  throttleTimeMs: 0,
  topics: topics.map(({ name, partitionIndexes }) => ({
    name,
    partitions: partitionIndexes.map((index) => describe(name, index, context)),
  })),
}))

function describe(name: string, partitionIndex: number, context: Context) {
  const topic = context.cluster.topics.get(name)
  const found =
    inWords(accessRefusal('READ', 'TOPIC', name, context)) ??
    (topic === undefined ? refusalOf(name) : findLed(topic, partitionIndex, context))
  if (found instanceof KafkaError) {
    return { partitionIndex, errorCode: found.code, errorMessage: found.message, activeProducers: [] }
  }
  const activeProducers = [...found.partition.producers].map((producer) => ({
    producerId: producer.producerId,
    producerEpoch: producer.epoch,
    lastSequence: producer.lastSequence,
    lastTimestamp: producer.lastTimestamp,
    coordinatorEpoch: producer.coordinatorEpoch,
    currentTxnStartOffset: producer.transactionStartOffset,
  }))
  return { partitionIndex, errorCode: NONE.code, errorMessage: null, activeProducers }
}

function refusalOf(name: string): KafkaError {
  const problem = topicNameProblem(name)
  if (problem === null) return UNKNOWN_TOPIC_OR_PARTITION.because(noHost)
  return INVALID_TOPIC_EXCEPTION.because(`Topic name is invalid: ${problem}`)
}
