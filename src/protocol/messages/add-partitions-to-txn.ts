import { api, array, bool, int16, int32, int64, string } from '../schema.ts'

const topics = array({ name: string, partitions: array(int32) })
const results = array({
  name: string,
  resultsByPartition: array({ partitionIndex: int32, partitionErrorCode: int16 }),
})

/**
 * A producer says to which partitions it is about to write in its transaction (KIP-98). From version 4 on brokers ask,
 * for many producers at once, some of them only whether it did (KIP-890).
 */
export const addPartitionsToTxn = api({
  key: 24,
  name: 'AddPartitionsToTxn',
  versions: [0, 5],
  flexible: 3,
  request: {
    transactions: array({
      transactionalId: string,
      producerId: int64,
      producerEpoch: int16,
      verifyOnly: bool,
      topics,
    }).since(4),
    v3AndBelowTransactionalId: string.until(3),
    v3AndBelowProducerId: int64.until(3),
    v3AndBelowProducerEpoch: int16.until(3),
    v3AndBelowTopics: topics.until(3),
  },
  response: {
    throttleTimeMs: int32,
    errorCode: int16.since(4),
    resultsByTransaction: array({ transactionalId: string, topicResults: results }).since(4),
    resultsByTopicV3AndBelow: results.until(3),
  },
})
