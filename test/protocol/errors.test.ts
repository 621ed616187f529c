import * as assert from 'uvu/assert'
import * as errors from '../../src/protocol/errors.ts'
import { suite } from '../support/suite.ts'

const test = suite('errors')

const all = Object.entries(errors).filter((entry): entry is [string, errors.KafkaError] => {
  return entry[1] instanceof errors.KafkaError
})

test('every code from -1 to 136 has one error', () => {
  assert.equal(
    all.map(([, { code }]) => code).sort((a, b) => a - b),
    Array.from({ length: 138 }, (_, index) => index - 1),
  )
})

test('an error is exported under its own name', () => {
  for (const [name, error] of all) assert.is(error.name, name)
})

test('an error is found by its code; a code that Kafka does not know is an unknown server error', () => {
  for (const [, error] of all) assert.is(errors.errorOf(error.code), error)
  assert.is(errors.errorOf(9999), errors.UNKNOWN_SERVER_ERROR)
})

test('clients try again after what passes, and not after what stays wrong', () => {
  const { NOT_LEADER_OR_FOLLOWER, COORDINATOR_LOAD_IN_PROGRESS, UNKNOWN_TOPIC_ID } = errors
  for (const error of [NOT_LEADER_OR_FOLLOWER, COORDINATOR_LOAD_IN_PROGRESS, UNKNOWN_TOPIC_ID]) {
    assert.ok(error.isRetriable, error.name)
  }
  const { NONE, INVALID_RECORD, UNKNOWN_MEMBER_ID, REBALANCE_IN_PROGRESS } = errors
  for (const error of [NONE, INVALID_RECORD, UNKNOWN_MEMBER_ID, REBALANCE_IN_PROGRESS]) {
    assert.not.ok(error.isRetriable, error.name)
  }
})

test('an error may say what went wrong this time and remains the same error', () => {
  const told = errors.INVALID_PARTITIONS.because('there are 3 already')
  assert.is(told.message, 'there are 3 already')
  assert.is(told.code, 37)
  assert.ok(told.is(errors.INVALID_PARTITIONS))
  assert.not.ok(told.is(errors.INVALID_CONFIG))
  assert.is(errors.INVALID_PARTITIONS.message, null)
})

test.run()
