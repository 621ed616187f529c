import * as assert from 'uvu/assert'
import { type ClientTraits, ClientMetricsConfigs } from '../../src/configs/client-metrics-config.ts'
import { suite } from '../support/suite.ts'

const test = suite('the configs of client metrics')

const client: ClientTraits = {
  client_instance_id: 'abc',
  client_id: 'app-1',
  client_software_name: 'kafkajs',
  client_software_version: '2.2.4',
  client_source_address: '127.0.0.1',
  client_source_port: '5000',
}

function subscription(values: Record<string, string>) {
  const configs = new ClientMetricsConfigs()
  configs.replace('s', new Map(Object.entries(values)))
  return configs.subscriptions[0]!
}

function refusal(values: Record<string, string>, name = 's'): string | undefined {
  return new ClientMetricsConfigs().refusal(name, new Map(Object.entries(values)))?.name
}

test('say which metrics are wanted and how often', () => {
  const { metrics, intervalMs } = subscription({ metrics: 'org.apache.kafka.producer.,x', 'interval.ms': '5000' })
  assert.equal([metrics, intervalMs], [['org.apache.kafka.producer.', 'x'], 5000])
  assert.is(subscription({ metrics: '*' }).intervalMs, 300_000)
})

test('are meant for all clients, or for those of which every pattern is true as a whole', () => {
  assert.is(subscription({ metrics: '*' }).isFor(client), true)
  assert.is(subscription({ match: 'client_id=app-.*, client_software_name=kafkajs' }).isFor(client), true)
  assert.is(subscription({ match: 'client_id=app' }).isFor(client), false)
  assert.is(subscription({ match: 'client_id=app-1,client_source_port=9' }).isFor(client), false)
})

test('refused are unknown names and traits, no patterns, other intervals, empty items', () => {
  assert.is(refusal({ metrics: '*', 'interval.ms': '100' }), undefined)
  assert.is(refusal({ metrics: '*' }, ''), 'INVALID_REQUEST')
  assert.is(refusal({ 'retention.ms': '1' }), 'INVALID_REQUEST')
  assert.is(refusal({ 'interval.ms': '99' }), 'INVALID_REQUEST')
  assert.is(refusal({ 'interval.ms': 'soon' }), 'INVALID_CONFIG')
  for (const match of ['client_id', 'client_id=a=b', 'colour=red', 'client_id=(']) {
    assert.is(refusal({ match }), 'INVALID_CONFIG', match)
  }
  assert.is(refusal({ metrics: 'a,,b' }), 'INVALID_CONFIG')
})

test('every change counts, and nothing set is no subscription', () => {
  const configs = new ClientMetricsConfigs()
  configs.replace('s', new Map([['metrics', 'a']]))
  assert.equal([[...configs.names], configs.version], [['s'], 1])
  assert.equal(configs.synonyms('s', 'metrics'), [{ name: 'metrics', value: 'a', source: 'clientMetrics' }])
  assert.equal(configs.synonyms('s', 'match'), [])
  const all = configs.all()
  configs.replace('s', new Map())
  assert.equal([[...configs.names], configs.subscriptions.length, configs.version], [[], 0, 2])
  configs.replaceAll(all)
  assert.equal([...configs.names], ['s'])
})

test.run()
