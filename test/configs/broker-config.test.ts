import * as assert from 'uvu/assert'
import { allBrokers, BrokerConfig } from '../../src/configs/broker-config.ts'
import { suite } from '../support/suite.ts'

const test = suite('the configs of the brokers')
/** Nothing may be set for all brokers without this: Kafka does not let go of it. */
const minIsr = ['min.insync.replicas', '1'] as const

function refusal(values: Record<string, string>, whose: number | null = allBrokers): string | undefined {
  const config = new BrokerConfig({})
  const all = new Map([...(whose === allBrokers ? [minIsr] : []), ...Object.entries(values)])
  return (config.refusal(all, whose) ?? config.lastRefusal(all, whose))?.name
}

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

test('what clients set for one broker goes before what they set for all, on this one', () => {
  const config = new BrokerConfig({})
  config.replace(new Map([['message.max.bytes', '600']]))
  config.replace(new Map([['message.max.bytes', '700']]), 2)
  const told = (nodeId: number) =>
    config.synonyms('message.max.bytes', nodeId).map(({ source, value }) => [source, value])
  assert.equal(told(2), [
    ['dynamicBroker', '700'],
    ['dynamicDefaultBroker', '600'],
    ['default', '1048588'],
  ])
  assert.is(told(1)[0]![1], '600')
})

test('what all brokers share goes by the lowest of those for which something is set', () => {
  const config = new BrokerConfig({})
  config.replace(new Map([['message.max.bytes', '700']]), 2)
  assert.is(config.number('message.max.bytes'), 700)
  config.replace(new Map([['message.max.bytes', '800']]), 1)
  assert.is(config.number('message.max.bytes'), 800)
  assert.equal(config.brokers, [2, 1])
})

test('what settings.yaml says that is Kafka’s default anyway is not said to be set', () => {
  const config = new BrokerConfig({ 'num.partitions': '1', 'log.retention.ms': '604800000' })
  assert.is(config.effective('num.partitions')?.source, 'default')
  assert.equal(config.effective('log.retention.ms'), { name: 'log.retention.ms', value: null, source: 'default' })
})

test('a finer config tells of the coarser ones behind it', () => {
  const config = new BrokerConfig({ 'log.retention.ms': '5000' })
  assert.equal(
    config.synonyms('log.retention.ms').map(({ name, value }) => [name, value]),
    [
      ['log.retention.ms', '5000'],
      ['log.retention.hours', '168'],
    ],
  )
  assert.equal(config.synonyms('log.retention.minutes'), [])
})

test('those that hold while the broker runs cannot be set by clients', () => {
  assert.is(refusal({ 'num.partitions': '5' }), 'INVALID_REQUEST')
  assert.is(refusal({ 'message.max.bytes': '5' }), undefined)
})

test('some can be set only of one broker, and some of those only for a listener', () => {
  assert.is(refusal({ 'sasl.kerberos.service.name': 'kafka' }), 'INVALID_REQUEST')
  assert.is(refusal({ 'sasl.kerberos.service.name': 'kafka' }, 1), undefined)
  assert.is(refusal({ 'ssl.keystore.location': '/x' }, 1), 'INVALID_REQUEST')
  assert.is(refusal({ 'listener.name.tls.ssl.keystore.location': '/x' }, 1), undefined)
  assert.is(refusal({ 'listener.name.tls.max.connections': '5' }), undefined)
  assert.is(refusal({ 'listener.name.tls.ssl.keystore.location': '/x' }), 'INVALID_REQUEST')
})

test('how many replicas must be in sync is set for all brokers, and always', () => {
  assert.is(refusal({ 'min.insync.replicas': '2' }), undefined)
  assert.is(refusal({ 'min.insync.replicas': '2' }, 1), 'INVALID_CONFIG')
  assert.is(new BrokerConfig({}).lastRefusal(new Map(), allBrokers)?.name, 'INVALID_CONFIG')
  assert.equal(new BrokerConfig({}).effective('min.insync.replicas')?.source, 'dynamicDefaultBroker')
})

test('bad values are refused as bad requests, as Kafka does for brokers', () => {
  assert.is(refusal({ 'message.max.bytes': '-5' }), 'INVALID_REQUEST')
  assert.is(refusal({ 'my.own': 'x'.repeat(40_000) }), 'INVALID_CONFIG')
})

test('names that Kafka does not know are kept: they may be an extension’s', () => {
  const config = new BrokerConfig({})
  assert.is(refusal({ 'my.own': 'x' }), undefined)
  config.replace(new Map([['my.own', ' x ']]))
  assert.is(config.get('my.own'), ' x ')
  assert.is(config.effective('another'), undefined)
})

test('a change is told to who watches, and all there is comes back as it was', () => {
  const config = new BrokerConfig({})
  const seen: number[] = []
  config.onChange(() => seen.push(config.number('message.max.bytes')))
  const before = config.all()
  config.replace(new Map([['message.max.bytes', ' +7 ']]))
  config.replaceAll(before)
  assert.equal(seen, [7, 1_048_588])
})

test.run()
