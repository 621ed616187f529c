import * as assert from 'uvu/assert'
import {
  CLUSTER_AUTHORIZATION_FAILED,
  INVALID_CONFIG,
  INVALID_REQUEST,
  NONE,
  TOPIC_AUTHORIZATION_FAILED,
  UNKNOWN_SERVER_ERROR,
  UNKNOWN_TOPIC_OR_PARTITION,
} from '../../src/protocol/errors.ts'
import { incrementalAlterConfigs } from '../../src/protocol/messages/incremental-alter-configs.ts'
import { authorizing } from '../support/acls.ts'
import { type TestBroker, testBroker } from '../support/broker.ts'
import { topicOf } from '../support/produced.ts'
import { suite } from '../support/suite.ts'

const test = suite('IncrementalAlterConfigs')
const newest = 1
const ofTopic = 2
const ofBroker = 4
const ofLoggers = 8
const ofClientMetrics = 16
const ofGroup = 32
const operations = { set: 0, delete: 1, append: 2, subtract: 3 }
type Change = readonly [operation: keyof typeof operations, name: string, value?: string | null]

function resource(resourceType: number, resourceName: string, ...changes: Change[]) {
  const configs = changes.map(([operation, name, value = null]) => ({
    name,
    configOperation: operations[operation],
    value,
  }))
  return { resourceType, resourceName, configs }
}

async function alter(broker: TestBroker, resources: ReturnType<typeof resource>[], nodeId = 1): Promise<number[]> {
  const { responses } = await broker.request(incrementalAlterConfigs, newest, { resources }, { nodeId })
  return responses.map(({ errorCode }) => errorCode)
}

/** What the topic sets itself after each change, or the error's code. */
async function play(broker: TestBroker, topic: string, ...changes: Change[]): Promise<(string | number)[]> {
  const seen: (string | number)[] = []
  for (const change of changes) {
    const [errorCode] = await alter(broker, [resource(ofTopic, topic, change)])
    const overrides = [...broker.cluster.topics.get(topic)!.config.overrides]
    seen.push(errorCode === NONE.code ? overrides.map((pair) => pair.join('=')).join(' ') : errorCode!)
  }
  return seen
}

test('sets and deletes single configs and leaves the others', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  topicOf(broker, 'a', { configs: { preallocate: 'true' } })
  assert.equal(
    await play(
      broker,
      'a',
      ['set', 'retention.ms', ' +5 '],
      ['delete', 'preallocate'],
      ['delete', 'preallocate'],
      ['delete', 'retention.ms', 'no matter'],
    ),
    ['preallocate=true retention.ms=5', 'retention.ms=5', 'retention.ms=5', ''],
  )
})

test('appends to lists and subtracts from them, beginning with the default', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  topicOf(broker, 'a')
  assert.equal(
    await play(
      broker,
      'a',
      ['append', 'cleanup.policy', 'compact'],
      ['append', 'cleanup.policy', 'compact'],
      ['subtract', 'cleanup.policy', 'delete'],
      ['subtract', 'cleanup.policy', 'delete'],
      ['append', 'cleanup.policy', 'huh'],
      ['append', 'cleanup.policy', ''],
      ['subtract', 'cleanup.policy', 'compact'],
    ),
    [
      'cleanup.policy=delete,compact',
      'cleanup.policy=delete,compact',
      'cleanup.policy=compact',
      'cleanup.policy=compact',
      INVALID_CONFIG.code,
      INVALID_CONFIG.code,
      'cleanup.policy=',
    ],
  )
})

test('refuses what makes no sense', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  topicOf(broker, 'a')
  const refused: readonly (readonly [Change, { code: number }])[] = [
    [['set', 'nope', '1'], INVALID_CONFIG],
    [['set', 'nope', null], INVALID_REQUEST],
    [['set', 'retention.ms', null], INVALID_REQUEST],
    [['set', 'retention.ms', 'x'], INVALID_CONFIG],
    [['append', 'retention.ms', '3'], INVALID_CONFIG],
    [['append', 'nope', '3'], INVALID_CONFIG],
    [['append', 'cleanup.policy', null], INVALID_REQUEST],
    [['subtract', 'retention.ms', '3'], INVALID_CONFIG],
  ]
  for (const [change, error] of refused) assert.equal(await play(broker, 'a', change), [error.code], change.join(' '))
  assert.equal(await play(broker, 'a', ['delete', 'nope']), [''], 'what is not there is deleted')
})

test('an operation that does not exist is refused', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  topicOf(broker, 'a')
  for (const configOperation of [-1, 4]) {
    const configs = [{ name: 'retention.ms', configOperation, value: '1' }]
    assert.equal(await alter(broker, [{ resourceType: ofTopic, resourceName: 'a', configs }]), [
      UNKNOWN_SERVER_ERROR.code,
    ])
  }
})

test('of one resource all changes are made or none', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  const topic = topicOf(broker, 'a')
  const halves: Change[][] = [
    [
      ['set', 'retention.ms', '1'],
      ['set', 'segment.bytes', 'x'],
    ],
    [
      ['set', 'retention.ms', '1'],
      ['set', 'retention.ms', '2'],
    ],
    [
      ['set', 'min.compaction.lag.ms', '6'],
      ['set', 'max.compaction.lag.ms', '5'],
    ],
  ]
  for (const changes of halves) {
    assert.is.not((await alter(broker, [resource(ofTopic, 'a', ...changes)]))[0], NONE.code)
    assert.is(topic.config.overrides.size, 0)
  }
})

test('a trial changes nothing', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  const topic = topicOf(broker, 'a')
  const resources = [resource(ofTopic, 'a', ['set', 'retention.ms', '1'])]
  assert.equal(
    (await broker.request(incrementalAlterConfigs, newest, { resources, validateOnly: true })).responses.map(
      (one) => one.errorCode,
    ),
    [NONE.code],
  )
  assert.is(topic.config.overrides.size, 0)
})

test('each resource is for itself, one that is named twice for nobody', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  topicOf(broker, 'a')
  const b = topicOf(broker, 'b')
  const change: Change = ['set', 'retention.ms', '1']
  const resources = ['a', 'b', 'nope', 'a'].map((name) => resource(ofTopic, name, change))
  assert.equal(await alter(broker, resources), [
    INVALID_REQUEST.code,
    NONE.code,
    UNKNOWN_TOPIC_OR_PARTITION.code,
    INVALID_REQUEST.code,
  ])
  assert.is(b.config.retentionMs, 1)
})

test('what is changed for one broker holds for all that they share, until it is given up', async ({ after }) => {
  const broker = testBroker({ nodeCount: 2 })
  after(broker.close)
  const { config } = broker.cluster
  const set = [resource(ofBroker, '2', ['set', 'message.max.bytes', '9'])]
  assert.equal(await alter(broker, set, 2), [NONE.code])
  assert.equal(await alter(broker, set, 1), [INVALID_REQUEST.code])
  assert.is(config.number('message.max.bytes'), 9)
  assert.equal(await alter(broker, [resource(ofBroker, '', ['set', 'message.max.bytes', '8'])]), [NONE.code])
  assert.equal(
    [1, 2].map((nodeId) => config.synonyms('message.max.bytes', nodeId)[0]!.value),
    ['8', '9'],
  )
  assert.equal(await alter(broker, [resource(ofBroker, '2', ['delete', 'message.max.bytes'])], 2), [NONE.code])
  assert.is(config.number('message.max.bytes'), 8)
  assert.equal(await alter(broker, [resource(ofBroker, '1', ['set', 'num.partitions', '9'])]), [INVALID_REQUEST.code])
})

test('groups and client metrics are changed by name', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  const { groupConfigs, clientMetrics } = broker.cluster
  const group = resource(ofGroup, 'g', ['set', 'share.delivery.count.limit', '7'])
  const metrics = resource(ofClientMetrics, 's', ['append', 'metrics', 'a'], ['set', 'interval.ms', '5000'])
  assert.equal(await alter(broker, [group, metrics]), [NONE.code, NONE.code])
  assert.is(groupConfigs.number('g', 'share.delivery.count.limit'), 7)
  assert.equal(clientMetrics.subscriptions[0]!.metrics, ['a'])
  const wrong = [
    resource(ofGroup, '', ['set', 'share.delivery.count.limit', '7']),
    resource(ofGroup, 'g', ['set', 'retention.ms', '7']),
    resource(ofClientMetrics, '', ['set', 'interval.ms', '5000']),
    resource(ofClientMetrics, 's', ['set', 'interval.ms', '1']),
  ]
  assert.equal(await alter(broker, wrong), [42, 40, 42, 42])
  assert.equal(
    await alter(broker, [resource(ofClientMetrics, 's', ['delete', 'metrics'], ['delete', 'interval.ms'])]),
    [NONE.code],
  )
  assert.equal([...clientMetrics.names], [])
})

test('what is wrong with a config is told before that its topic is not there', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  const wrong = [
    resource(ofTopic, 'nope', ['set', 'retention.ms', 'soon']),
    resource(ofTopic, 'nope2', ['set', 'retention.ms', '5']),
    resource(ofTopic, 'nope3', ['set', 'retention.ms', null]),
  ]
  assert.equal(await alter(broker, wrong), [INVALID_CONFIG.code, UNKNOWN_TOPIC_OR_PARTITION.code, INVALID_REQUEST.code])
})

test('levels of loggers are set and given up, where there is such a logger and such a level', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  const { levels } = broker.cluster.logger
  after(() => levels.set('root', 'error'))
  const changed = async (...change: Change) => (await alter(broker, [resource(ofLoggers, '1', change)]))[0]
  assert.is(await changed('set', 'root', 'DEBUG'), NONE.code)
  assert.is(levels.of('root'), 'debug')
  assert.is(await changed('delete', 'root'), INVALID_REQUEST.code)
  assert.is(await changed('set', 'root', 'debug'), INVALID_CONFIG.code)
  assert.is(await changed('set', 'nobody', 'DEBUG'), INVALID_CONFIG.code)
  assert.is(await changed('append', 'root', 'DEBUG'), INVALID_REQUEST.code)
  assert.equal(await alter(broker, [resource(ofLoggers, '7', ['set', 'root', 'DEBUG'])]), [INVALID_REQUEST.code])
})

test('who may not alter configs hears nothing of them, but of what has none', async ({ after }) => {
  const broker = testBroker(authorizing)
  after(broker.close)
  topicOf(broker, 't')
  const refused = await alter(broker, [
    resource(ofTopic, 't', ['set', 'retention.ms', 'soon']),
    resource(ofBroker, '', ['set', 'log.retention.ms', 'soon']),
    resource(ofBroker, '7', ['set', 'log.retention.ms', '1000']),
    resource(3, 'x', ['set', 'x', 'x']),
  ])
  const denied = CLUSTER_AUTHORIZATION_FAILED.code
  assert.equal(refused, [TOPIC_AUTHORIZATION_FAILED.code, denied, denied, INVALID_REQUEST.code])
})

test.run()
