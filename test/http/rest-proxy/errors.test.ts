/** Which refusal of Kafka's becomes which of the REST Proxy's. */
import * as assert from 'uvu/assert'
import { fromKafka, producerCode } from '../../../src/http/rest-proxy/errors.ts'
import * as errors from '../../../src/protocol/errors.ts'
import { suite } from '../../support/suite.ts'

const test = suite('errors of the REST Proxy')

const table: readonly (readonly [error: errors.KafkaError, status: number, code: number, asProducer: number])[] = [
  [errors.TOPIC_AUTHORIZATION_FAILED, 403, 40301, 40301],
  [errors.GROUP_AUTHORIZATION_FAILED, 403, 40301, 40301],
  [errors.UNKNOWN_TOPIC_OR_PARTITION, 404, 40403, 50003],
  [errors.TOPIC_ALREADY_EXISTS, 400, 40002, 50002],
  [errors.INVALID_PARTITIONS, 400, 40002, 50002],
  [errors.INVALID_REPLICATION_FACTOR, 400, 40002, 50002],
  [errors.INVALID_CONFIG, 400, 40002, 50002],
  [errors.INVALID_TOPIC_EXCEPTION, 400, 40002, 50002],
  [errors.POLICY_VIOLATION, 400, 40002, 50002],
  [errors.SECURITY_DISABLED, 400, 40002, 50002],
  [errors.MESSAGE_TOO_LARGE, 413, 413, 50002],
  [errors.THROTTLING_QUOTA_EXCEEDED, 429, 42901, 50003],
  [errors.BROKER_NOT_AVAILABLE, 503, 50302, 50002],
  [errors.INVALID_RECORD, 500, 50002, 50002],
  [errors.CORRUPT_MESSAGE, 500, 50003, 50003],
  [errors.NOT_ENOUGH_REPLICAS, 500, 50003, 50003],
  [errors.ILLEGAL_GENERATION, 500, 50002, 50002],
]

for (const [error, status, code, asProducer] of table) {
  test(`${error.name} is ${code}`, () => {
    const { status: actual, errorCode } = fromKafka(error)
    assert.equal([actual, errorCode, producerCode(error)], [status, code, asProducer])
  })
}

test('the message is Kafka’s, where it has one', () => {
  assert.equal(fromKafka(errors.INVALID_CONFIG.because('so it is')).body, { error_code: 40002, message: 'so it is' })
  assert.is(fromKafka(errors.INVALID_RECORD).message, 'INVALID_RECORD')
  assert.is(fromKafka(errors.UNKNOWN_TOPIC_OR_PARTITION).message, 'This server does not host this topic-partition.')
})

test.run()
