/** What holds of the brokers' configs before clients set any. */
import * as assert from 'uvu/assert'
import { StartError } from '../src/start-error.ts'
import { idleConfigs, staticConfigs } from '../src/static-configs.ts'
import { defaultSettings, type Settings } from '../src/settings/settings.ts'
import { describeConfigs } from '../src/protocol/messages/describe-configs.ts'
import { incrementalAlterConfigs } from '../src/protocol/messages/incremental-alter-configs.ts'
import { INVALID_REQUEST } from '../src/protocol/errors.ts'
import { type TestBroker, testBroker } from './support/broker.ts'
import { suite } from './support/suite.ts'

const test = suite('static configs')
const brokerType = 4
const topicType = 2

function given(configs: Record<string, string>): Pick<Settings, 'brokerConfigs'> {
  return { brokerConfigs: new Map(Object.entries(configs)) }
}

function problem(configs: Record<string, string>): string {
  try {
    staticConfigs({ ...defaultSettings('.'), ...given(configs) })
    return ''
  } catch (error) {
    assert.instance(error, StartError)
    return (error as StartError).message
  }
}

async function told(broker: TestBroker, resourceType: number, resourceName: string, name: string) {
  const resources = [{ resourceType, resourceName, configurationKeys: [name] }]
  const { results } = await broker.request(describeConfigs, 4, { resources, includeSynonyms: true })
  return results[0]!.configs[0]!
}

test('broker_configs holds until clients say otherwise, and is told as static', async ({ after }) => {
  const broker = testBroker({ settings: given({ 'message.max.bytes': '+500', 'log.cleanup.policy': 'compact' }) })
  after(broker.close)
  assert.is(broker.cluster.config.number('message.max.bytes'), 500)
  const { value, configSource } = await told(broker, brokerType, '1', 'log.cleanup.policy')
  assert.equal([value, configSource], ['compact', 4])
})

test('hours and minutes stand in for milliseconds that nobody set, on topics too', async ({ after }) => {
  const broker = testBroker({ settings: given({ 'log.retention.hours': '2', 'log.roll.hours': '3' }) })
  after(broker.close)
  const topic = broker.cluster.topics.create({ name: 't', partitionCount: 1 })
  assert.ok('config' in topic && topic.config.retentionMs === 2 * 3_600_000 && topic.config.segmentMs === 3 * 3_600_000)
  const { value, configSource, synonyms } = await told(broker, topicType, 't', 'retention.ms')
  // Kafka, too, calls it a default, since nothing of its own name is set.
  assert.equal([value, configSource, synonyms], ['7200000', 5, []])
  broker.cluster.config.replace(new Map([['log.retention.ms', '5']]))
  assert.is((await told(broker, topicType, 't', 'retention.ms')).value, '5')
})

test('minutes go before hours, and a negative number is no bound in any unit', () => {
  const held = (configs: Record<string, string>) => {
    const broker = testBroker({ settings: given(configs) })
    broker.close()
    return broker.cluster.config.byFamily('log.retention.ms')
  }
  assert.is(held({ 'log.retention.minutes': '1', 'log.retention.hours': '2' }), '60000')
  assert.is(held({ 'log.retention.hours': '-1' }), '-1')
})

test('what follows a setting, is always so, or is no config is refused with what to do', () => {
  assert.is(
    problem({ 'num.partitions': '3' }),
    'broker_configs: num.partitions follows the setting kafka_cfg_num_partitions; set that',
  )
  assert.match(
    problem({ 'process.roles': 'broker' }),
    'process.roles is always broker,controller in Blink; leave it out',
  )
  assert.match(problem({ 'fetch.max.byte': '1' }), 'have no config fetch.max.byte; did you mean fetch.max.bytes?')
  const both = problem({ 'fetch.max.bytes': 'x', 'quota.window.num': '0' }).split('\n')
  assert.is(both.length, 2)
  assert.match(both[1]!, /quota\.window\.num.*at least 1/)
})

test('what means nothing to Blink is known', () => {
  const settings = { ...defaultSettings('.'), ...given({ 'log.cleaner.threads': '2', 'delete.topic.enable': 'false' }) }
  assert.equal(idleConfigs(settings), ['log.cleaner.threads'])
})

test('listeners are told as they are, by their names', async ({ after }) => {
  const listener = { name: 'LOGIN', protocol: 'SASL_SSL' as const, ports: [0], host: null, advertised: [] }
  const settings = { ...defaultSettings('.'), listeners: [listener], saslMechanisms: ['PLAIN' as const] }
  const said = staticConfigs(settings)
  assert.is(said['listener.security.protocol.map'], 'PLAINTEXT:PLAINTEXT,LOGIN:SASL_SSL')
  assert.is(said['inter.broker.listener.name'], 'PLAINTEXT')
  assert.is(said['sasl.enabled.mechanisms'], 'PLAIN')
  assert.is(said['ssl.keystore.type'], 'PEM')
  const closed = staticConfigs({ ...settings, brokerPorts: [] })
  assert.is(closed['inter.broker.listener.name'], 'LOGIN')
  const plain = staticConfigs(defaultSettings('.'))
  assert.is(plain['listener.security.protocol.map'], undefined)
  assert.is(plain['sasl.enabled.mechanisms'], undefined)
  const broker = testBroker()
  after(broker.close)
  assert.is((await told(broker, brokerType, '1', 'listeners')).value, 'PLAINTEXT://127.0.0.1:9092')
})

test('clients cannot alter what only a setting can', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  const alter = async (name: string, value: string, resourceName = '1') => {
    const configs = [{ name, configOperation: 0, value }]
    const resources = [{ resourceType: brokerType, resourceName, configs }]
    const { responses } = await broker.request(incrementalAlterConfigs, 1, { resources })
    return responses[0]!.errorCode
  }
  assert.is(await alter('sasl.enabled.mechanisms', 'PLAIN'), INVALID_REQUEST.code)
  assert.is(await alter('listeners', 'X://:1'), INVALID_REQUEST.code)
  assert.is(await alter('log.retention.ms', '7', ''), 0)
  assert.is(await alter('max.connections', '7', ''), 0)
})

test.run()
