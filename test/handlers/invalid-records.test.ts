import * as assert from 'uvu/assert'
import { withoutKey, withTimestampOutOfRange } from '../../src/handlers/invalid-records.ts'
import { encodeBatch } from '../../src/protocol/records.ts'
import { BrokerConfig } from '../../src/configs/broker-config.ts'
import { TopicConfig } from '../../src/configs/topic-config.ts'
import { sound } from '../support/partitions.ts'
import { suite } from '../support/suite.ts'

const test = suite('invalid records')

test('a null key is none; an empty one is one', () => {
  const keys = [null, '', 'k', null].map((key) => (key === null ? null : Buffer.from(key)))
  const batch = sound(encodeBatch(keys.map((key) => ({ timestamp: 0, key, value: null }))))
  assert.equal(
    withoutKey(batch).map(({ index }) => index),
    [0, 3],
  )
})

test('a timestamp lies between the limits, which belong to what is allowed; none at all does, too', () => {
  const limits = { 'message.timestamp.before.max.ms': '10', 'message.timestamp.after.max.ms': '5' }
  const config = new TopicConfig(new BrokerConfig({}), new Map(Object.entries(limits)))
  const times = [89, 90, 105, 106, -1]
  const batch = sound(encodeBatch(times.map((timestamp) => ({ timestamp, key: null, value: null }))))
  assert.equal(withTimestampOutOfRange(batch, config, 100), [
    { index: 0, reason: 'its timestamp 89 is too long ago' },
    { index: 3, reason: 'its timestamp 106 is too far in the future' },
  ])
})

test.run()
