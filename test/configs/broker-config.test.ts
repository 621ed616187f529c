import * as assert from 'uvu/assert'
import { BrokerConfig, brokerConfigs } from '../../src/configs/broker-config.ts'
import { refusalOf } from '../../src/configs/config-values.ts'
import { topicConfigs } from '../../src/configs/topic-configs.ts'
import { suite } from '../support/suite.ts'

const test = suite('the configs of the brokers')

test('stand in order, and each takes its own default', () => {
  const names = [...brokerConfigs.keys()]
  assert.equal(names, [...names].sort())
  for (const definition of brokerConfigs.values()) {
    if (definition.default !== null) assert.is(refusalOf(definition, definition.default), null, definition.name)
  }
})

test('there is one behind every config of a topic that has a synonym', () => {
  for (const { name, synonym } of topicConfigs.values()) {
    if (synonym !== undefined) assert.ok(brokerConfigs.has(synonym), name)
  }
})

test('what clients set goes before settings.yaml, and that before the default', () => {
  const config = new BrokerConfig({ 'message.max.bytes': '500' })
  assert.equal(config.effective('message.max.bytes'), {
    name: 'message.max.bytes',
    value: '500',
    source: 'staticBroker',
  })
  config.replace(new Map([['message.max.bytes', '600']]))
  assert.is(config.number('message.max.bytes'), 600)
  assert.equal(
    config.synonyms('message.max.bytes').map(({ value }) => value),
    ['600', '500', '1048588'],
  )
  config.replace(new Map())
  assert.is(config.number('message.max.bytes'), 500)
})

test('what settings.yaml says that is Kafka’s default anyway is not said to be set', () => {
  const config = new BrokerConfig({ 'num.partitions': '1', 'log.retention.ms': '604800000' })
  assert.is(config.effective('num.partitions')?.source, 'default')
  assert.equal(config.effective('log.retention.ms'), { name: 'log.retention.ms', value: null, source: 'default' })
})

test('those that hold while the broker runs cannot be set by clients', () => {
  const config = new BrokerConfig({})
  assert.is(config.refusal('num.partitions', '5')?.name, 'INVALID_REQUEST')
  assert.is(config.refusal('message.max.bytes', '5'), null)
})

test('bad values are refused as bad requests, as Kafka does for brokers', () => {
  assert.is(new BrokerConfig({}).refusal('message.max.bytes', '-5')?.name, 'INVALID_REQUEST')
})

test('names that Kafka does not know are kept: they may be an extension’s', () => {
  const config = new BrokerConfig({})
  assert.is(config.refusal('my.own', 'x'), null)
  config.replace(new Map([['my.own', ' x ']]))
  assert.is(config.get('my.own'), ' x ')
  assert.is(config.effective('another'), undefined)
})

test('a change is told to who watches', () => {
  const config = new BrokerConfig({})
  const seen: number[] = []
  config.onChange(() => seen.push(config.number('message.max.bytes')))
  config.replace(new Map([['message.max.bytes', ' +7 ']]))
  assert.equal(seen, [7])
})

test.run()
