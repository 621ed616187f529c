import * as assert from 'uvu/assert'
import {
  INVALID_REQUEST,
  INVALID_TOPIC_EXCEPTION,
  NONE,
  UNKNOWN_TOPIC_OR_PARTITION,
} from '../../src/protocol/errors.ts'
import { describeConfigs } from '../../src/protocol/messages/describe-configs.ts'
import { type TestBroker, testBroker } from '../support/broker.ts'
import { topicOf } from '../support/produced.ts'
import { suite } from '../support/suite.ts'

const test = suite('DescribeConfigs')
const newest = 4
const ofTopic = 2
const ofBroker = 4
const ofLoggers = 8
const ofClientMetrics = 16
const ofGroup = 32
const sources = {
  topic: 1,
  dynamicDefaultBroker: 3,
  staticBroker: 4,
  default: 5,
  brokerLogger: 6,
  clientMetrics: 7,
  group: 8,
}
const types = { boolean: 1, int: 3, long: 5, list: 7 }

interface Asking {
  readonly keys?: string[] | null
  readonly version?: number
  readonly includeSynonyms?: boolean
  readonly includeDocumentation?: boolean
  /** Which broker is asked. */
  readonly from?: number
}

async function describe(
  broker: TestBroker,
  resourceType: number,
  resourceName: string,
  { keys = null, version = newest, from = 1, ...rest }: Asking = {},
) {
  const resources = [{ resourceType, resourceName, configurationKeys: keys }]
  const { results } = await broker.request(describeConfigs, version, { resources, ...rest }, { nodeId: from })
  return results[0]!
}

test('tells value, source and type of each config of a topic', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  topicOf(broker, 'a', { configs: { 'retention.ms': '5' } })
  for (let version = 1; version <= newest; version++) {
    const { errorCode, errorMessage, configs } = await describe(broker, ofTopic, 'a', { version })
    assert.equal([errorCode, errorMessage, configs.length], [NONE.code, '', 37])
    const told = (name: string) => configs.find((config) => config.name === name)
    const plain = { readOnly: false, isSensitive: false, synonyms: [], documentation: version >= 3 ? null : '' }
    assert.equal(told('retention.ms'), {
      name: 'retention.ms',
      value: '5',
      configSource: sources.topic,
      configType: version >= 3 ? types.long : 0,
      ...plain,
    })
    assert.equal(told('cleanup.policy'), {
      name: 'cleanup.policy',
      value: 'delete',
      configSource: sources.default,
      configType: version >= 3 ? types.list : 0,
      ...plain,
    })
  }
})

test('only the configs that are named are told, each once, unknown ones not', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  topicOf(broker, 'a')
  const { configs } = await describe(broker, ofTopic, 'a', { keys: ['preallocate', 'nope', 'preallocate'] })
  assert.equal(
    configs.map(({ name }) => name),
    ['preallocate'],
  )
})

test('to name none is to ask for all', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  topicOf(broker, 'a')
  assert.is((await describe(broker, ofTopic, 'a', { keys: [] })).configs.length, 37)
})

test('who asks is told what stands behind a value, and what it is for', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  topicOf(broker, 'a', { configs: { 'max.message.bytes': '9' } })
  broker.cluster.config.replace(new Map([['message.max.bytes', '8']]))
  const asked = { includeSynonyms: true, includeDocumentation: true, keys: ['max.message.bytes', 'retention.ms'] }
  const [bytes, retention] = (await describe(broker, ofTopic, 'a', asked)).configs
  assert.equal(bytes?.synonyms, [
    { name: 'max.message.bytes', value: '9', source: sources.topic },
    { name: 'message.max.bytes', value: '8', source: sources.dynamicDefaultBroker },
    { name: 'message.max.bytes', value: '1048588', source: sources.default },
  ])
  // Kafka leaves the broker config behind retention.ms unset, so nothing stands behind the default.
  assert.equal(retention?.synonyms, [])
  assert.type(retention?.documentation, 'string')
})

test('what settings.yaml says of retention is told as what it is', async ({ after }) => {
  const broker = testBroker({ settings: { retentionMs: 60_000 } })
  after(broker.close)
  topicOf(broker, 'a')
  const { configs } = await describe(broker, ofTopic, 'a', { keys: ['retention.ms'], includeSynonyms: true })
  assert.equal([configs[0]?.value, configs[0]?.configSource], ['60000', sources.staticBroker])
  assert.equal(configs[0]?.synonyms, [
    { name: 'log.retention.ms', value: '60000', source: sources.staticBroker },
    { name: 'log.retention.hours', value: '168', source: sources.default },
  ])
})

test('a topic that does not exist or cannot exist is told as such', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  for (const [name, error] of [
    ['nope', UNKNOWN_TOPIC_OR_PARTITION],
    ['a b', INVALID_TOPIC_EXCEPTION],
    ['', INVALID_TOPIC_EXCEPTION],
  ] as const) {
    const { errorCode, resourceType, resourceName, configs } = await describe(broker, ofTopic, name)
    assert.equal([errorCode, resourceType, resourceName, configs], [error.code, ofTopic, name, []])
  }
})

test('a broker tells who it is and what cannot be changed while it runs', async ({ after }) => {
  const broker = testBroker({ nodeCount: 2, settings: { partitionCount: 3 } })
  after(broker.close)
  const { configs } = await describe(broker, ofBroker, '2', { from: 2 })
  const told = (wanted: string) => {
    const found = configs.find(({ name }) => name === wanted)!
    return [found.value, found.readOnly, found.configSource]
  }
  assert.equal(told('node.id'), ['2', true, sources.staticBroker])
  assert.equal(told('advertised.listeners'), ['PLAINTEXT://127.0.0.1:9093', true, sources.staticBroker])
  assert.equal(told('num.partitions'), ['3', true, sources.staticBroker])
  assert.equal(told('message.max.bytes'), ['1048588', false, sources.default])
  assert.equal(told('broker.rack'), [null, true, sources.default])
})

test('of all brokers together only what clients have set is told', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  broker.cluster.config.replace(new Map([['message.max.bytes', '9']]))
  broker.cluster.config.replace(new Map([['message.max.bytes', '8']]), 1)
  const { configs } = await describe(broker, ofBroker, '')
  assert.equal(
    configs.map(({ name, value, configSource }) => [name, value, configSource]),
    [['message.max.bytes', '9', sources.dynamicDefaultBroker]],
  )
})

test('other brokers and other kinds of resources there are none', async ({ after }) => {
  const broker = testBroker({ nodeCount: 2 })
  after(broker.close)
  for (const name of ['7', 'x', '-1', '2']) {
    assert.is((await describe(broker, ofBroker, name)).errorCode, INVALID_REQUEST.code)
  }
  for (const resourceType of [0, 1, 3, 64]) {
    assert.is((await describe(broker, resourceType, '1')).errorCode, INVALID_REQUEST.code)
  }
})

test('tells what holds for a group, be there one or not, and nothing that is internal', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  broker.cluster.groupConfigs.replace('g', new Map([['share.delivery.count.limit', '7']]))
  const { configs } = await describe(broker, ofGroup, 'g', { includeSynonyms: true })
  assert.is(configs.length, 21)
  const limit = configs.find(({ name }) => name === 'share.delivery.count.limit')!
  assert.equal([limit.value, limit.configSource, limit.readOnly], ['7', sources.group, false])
  assert.equal(
    limit.synonyms.map(({ name, source }) => [name, source]),
    [
      ['share.delivery.count.limit', sources.group],
      ['group.share.delivery.count.limit', sources.default],
    ],
  )
  assert.is((await describe(broker, ofGroup, '')).errorCode, INVALID_REQUEST.code)
})

test('a secret is never told, and what is unknown might be one', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  const values = [
    ['listener.name.tls.ssl.key.password', 'swordfish'],
    ['my.own', 'x'],
  ] as const
  broker.cluster.config.replace(new Map(values), 1)
  const { configs } = await describe(broker, ofBroker, '1', { includeSynonyms: true })
  for (const [name] of values) {
    const told = configs.find((config) => config.name === name)!
    assert.equal([told.value, told.isSensitive, told.synonyms[0]?.value], [null, true, null])
  }
})

test('a subscription to client metrics tells what it asks of clients', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  broker.cluster.clientMetrics.replace('s', new Map([['metrics', 'a,b']]))
  const { configs } = await describe(broker, ofClientMetrics, 's', { includeSynonyms: true })
  assert.equal(
    configs.map(({ name, value, configSource, synonyms }) => [name, value, configSource, synonyms.length]),
    [
      ['interval.ms', '300000', sources.default, 0],
      ['match', '', sources.default, 0],
      ['metrics', 'a,b', sources.clientMetrics, 1],
    ],
  )
})

test('loggers are told with their levels', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  const { configs } = await describe(broker, ofLoggers, '1', { keys: ['root'] })
  assert.equal(
    configs.map(({ name, value, configSource }) => [name, value, configSource]),
    [['root', 'ERROR', sources.brokerLogger]],
  )
  for (const name of ['', '7', 'x']) {
    assert.is((await describe(broker, ofLoggers, name)).errorCode, INVALID_REQUEST.code)
  }
})

test.run()
