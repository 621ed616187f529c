import * as assert from 'uvu/assert'
import { refusalOf } from '../../src/configs/config-values.ts'
import { topicConfigs } from '../../src/configs/topic-configs.ts'
import { suite } from '../support/suite.ts'

const test = suite('topic configs')

test('are those of Apache Kafka 4.4, in the order of their names', () => {
  assert.is(topicConfigs.size, 37)
  const names = [...topicConfigs.keys()]
  assert.equal(names, [...names].sort())
})

test('every default is a value that the config takes', () => {
  for (const definition of topicConfigs.values()) assert.is(refusalOf(definition, definition.default!), null)
})

test('have the defaults of Apache Kafka 4.4', () => {
  const defaults = Object.fromEntries([...topicConfigs.values()].map((one) => [one.name, one.default]))
  assert.is(defaults['retention.ms'], '604800000')
  assert.is(defaults['segment.bytes'], '1073741824')
  assert.is(defaults['max.message.bytes'], '1048588')
  assert.is(defaults['message.timestamp.after.max.ms'], '3600000')
  assert.is(defaults['message.timestamp.before.max.ms'], '9223372036854775807')
  assert.is(defaults['cleanup.policy'], 'delete')
  assert.is(defaults['compression.type'], 'producer')
})

test('take and refuse what Apache Kafka does', () => {
  const taken: Record<string, string[]> = {
    'cleanup.policy': ['compact', 'compact,delete', ''],
    'compression.gzip.level': ['-1', '1', '9'],
    'compression.type': ['uncompressed', 'zstd'],
    'leader.replication.throttled.replicas': ['0:1,1:1', '*', ''],
    'retention.bytes': ['-5'],
    'retention.ms': ['-1'],
  }
  const refused: Record<string, string[]> = {
    'cleanup.policy': ['none', 'delete,'],
    'compression.gzip.level': ['0', '10'],
    'compression.lz4.level': ['0', '18'],
    'compression.type': ['none', 'GZIP'],
    'leader.replication.throttled.replicas': ['zz', '1'],
    'min.cleanable.dirty.ratio': ['1.5'],
    'remote.storage.enable': ['true'],
    'retention.ms': ['-2', ''],
    'segment.bytes': ['3'],
  }
  const isTaken = (name: string) => (value: string) => refusalOf(topicConfigs.get(name)!, value) === null
  for (const [name, values] of Object.entries(taken)) assert.ok(values.every(isTaken(name)), name)
  for (const [name, values] of Object.entries(refused)) assert.not.ok(values.some(isTaken(name)), name)
})

test.run()
