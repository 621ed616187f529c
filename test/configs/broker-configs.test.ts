import * as assert from 'uvu/assert'
import { brokerConfig, brokerConfigs, brokerSynonyms } from '../../src/configs/broker-configs.ts'
import { refusalOf } from '../../src/configs/config-values.ts'
import { topicConfigs } from '../../src/configs/topic-configs.ts'
import { suite } from '../support/suite.ts'

const test = suite('the configs that brokers have')

test('are those of Apache Kafka 4.4, in order, and each takes its own default', () => {
  const shown = [...brokerConfigs.values()].filter(({ isInternal }) => isInternal !== true)
  assert.is(shown.length, 350)
  const names = [...brokerConfigs.keys()]
  assert.equal(names, [...names].sort())
  for (const definition of brokerConfigs.values()) {
    if (definition.default !== null) assert.is(refusalOf(definition, definition.default), null, definition.name)
    assert.ok(definition.doc.endsWith('.'), definition.name)
  }
})

test('there is one behind every config of a topic that has a synonym', () => {
  for (const { name, synonym } of topicConfigs.values()) {
    if (synonym !== undefined) assert.ok(brokerConfigs.has(synonym), name)
  }
})

test('can be altered of one broker, of all, or not at all', () => {
  const count = (update: string | undefined) =>
    [...brokerConfigs.values()].filter((one) => one.update === update).length
  assert.equal([count('per-broker'), count('cluster-wide')], [40, 70])
  assert.is(brokerConfig('node.id').update, undefined)
  assert.is(brokerConfig('ssl.keystore.location').update, 'per-broker')
  assert.is(brokerConfig('log.retention.ms').update, 'cluster-wide')
})

test('one of a listener is what it is of all, and an unknown one might be a secret', () => {
  assert.is(brokerConfig('listener.name.tls.ssl.key.password').type, 'password')
  assert.is(brokerConfig('my.own').type, 'unknown')
})

test('a config that has finer and coarser siblings is looked for under all their names', () => {
  assert.equal(brokerSynonyms('log.retention.hours'), [
    'log.retention.ms',
    'log.retention.minutes',
    'log.retention.hours',
  ])
  assert.equal(brokerSynonyms('log.flush.interval.ms'), ['log.flush.interval.ms', 'log.flush.scheduler.interval.ms'])
  assert.equal(brokerSynonyms('log.flush.scheduler.interval.ms'), ['log.flush.scheduler.interval.ms'])
  assert.equal(brokerSynonyms('listener.name.a.max.connections'), [
    'listener.name.a.max.connections',
    'max.connections',
  ])
})

test('retention is unlimited or something, connections are some, and overrides are addresses with numbers', () => {
  const takes = (name: string, value: string) => refusalOf(brokerConfigs.get(name)!, value) === null
  for (const name of ['log.retention.ms', 'log.retention.minutes', 'log.retention.hours']) {
    assert.equal(
      ['-1', '0', '1'].map((value) => takes(name, value)),
      [true, false, true],
    )
  }
  assert.equal([takes('max.connections', '0'), takes('max.connections', '1')], [false, true])
  const overrides = ['', '10.0.0.1:5', '10.0.0.1:5, ::1:0', 'localhost:7', 'x', '10.0.0.1:x', 'no where:1', 'a:1,,b:2']
  assert.equal(
    overrides.map((value) => takes('max.connections.per.ip.overrides', value)),
    [true, true, true, true, false, false, false, false],
  )
})

test.run()
