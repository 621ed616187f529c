import * as assert from 'uvu/assert'
import {
  INVALID_CONFIG,
  INVALID_REQUEST,
  INVALID_TOPIC_EXCEPTION,
  NONE,
  UNKNOWN_TOPIC_OR_PARTITION,
} from '../../src/protocol/errors.ts'
import { alterConfigs } from '../../src/protocol/messages/alter-configs.ts'
import { type TestBroker, testBroker } from '../support/broker.ts'
import { topicOf } from '../support/produced.ts'
import { suite } from '../support/suite.ts'

const test = suite('AlterConfigs')
const newest = 2
const ofTopic = 2
const ofBroker = 4
type Configs = readonly (readonly [name: string, value: string | null])[]

function resource(resourceType: number, resourceName: string, configs: Configs) {
  return { resourceType, resourceName, configs: configs.map(([name, value]) => ({ name, value })) }
}

async function alter(broker: TestBroker, ...resources: ReturnType<typeof resource>[]): Promise<number[]> {
  const { responses } = await broker.request(alterConfigs, newest, { resources })
  return responses.map(({ errorCode }) => errorCode)
}

test('what is not named falls back to its default, in every version', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  const topic = topicOf(broker, 'a')
  for (let version = 0; version <= newest; version++) {
    topic.config.replace(new Map([['retention.ms', '1']]))
    const resources = [resource(ofTopic, 'a', [['cleanup.policy', ' compact ']])]
    const { responses } = await broker.request(alterConfigs, version, { resources })
    assert.equal(responses, [{ errorCode: NONE.code, errorMessage: null, resourceType: 2, resourceName: 'a' }])
    assert.equal([...topic.config.overrides], [['cleanup.policy', 'compact']])
  }
})

test('of one resource all configs are altered or none', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  const topic = topicOf(broker, 'a', { configs: { 'retention.ms': '1' } })
  const refused: readonly (readonly [Configs, { code: number }])[] = [
    [
      [
        ['retention.ms', '2'],
        ['segment.bytes', 'x'],
      ],
      INVALID_CONFIG,
    ],
    [
      [
        ['retention.ms', '2'],
        ['nope', '1'],
      ],
      INVALID_CONFIG,
    ],
    [[['retention.ms', null]], INVALID_REQUEST],
    [[['nope', null]], INVALID_REQUEST],
    [
      [
        ['retention.ms', '2'],
        ['retention.ms', '3'],
      ],
      INVALID_REQUEST,
    ],
    [
      [
        ['min.compaction.lag.ms', '6'],
        ['max.compaction.lag.ms', '5'],
      ],
      INVALID_CONFIG,
    ],
  ]
  for (const [configs, error] of refused) {
    assert.equal(await alter(broker, resource(ofTopic, 'a', configs)), [error.code])
    assert.equal([...topic.config.overrides], [['retention.ms', '1']])
  }
})

test('a trial changes nothing', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  const topic = topicOf(broker, 'a')
  const resources = [resource(ofTopic, 'a', [['retention.ms', '2']])]
  const { responses } = await broker.request(alterConfigs, newest, { resources, validateOnly: true })
  assert.is(responses[0]?.errorCode, NONE.code)
  assert.is(topic.config.overrides.size, 0)
})

test('a resource that is named twice stays as it is; the others are altered', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  const [a, b] = ['a', 'b'].map((name) => topicOf(broker, name))
  const errors = await alter(
    broker,
    resource(ofTopic, 'a', [['retention.ms', '2']]),
    resource(ofTopic, 'b', [['retention.ms', '2']]),
    resource(ofTopic, 'a', [['retention.ms', '3']]),
  )
  assert.equal(errors, [INVALID_REQUEST.code, NONE.code, INVALID_REQUEST.code])
  assert.equal([a?.config.overrides.size, b?.config.overrides.size], [0, 1])
})

test('there must be such a topic', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  assert.equal(
    await alter(broker, resource(ofTopic, 'nope', []), resource(ofTopic, 'a b', []), resource(ofTopic, '', [])),
    [UNKNOWN_TOPIC_OR_PARTITION.code, INVALID_TOPIC_EXCEPTION.code, INVALID_REQUEST.code],
  )
})

test('what is set for brokers holds for topics that set nothing themselves', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  const [own, other] = [topicOf(broker, 'own', { configs: { 'max.message.bytes': '7' } }), topicOf(broker, 'other')]
  assert.equal(
    await alter(
      broker,
      resource(ofBroker, '', [
        ['min.insync.replicas', '1'],
        ['message.max.bytes', '9'],
      ]),
    ),
    [NONE.code],
  )
  assert.equal([own.config.maxMessageBytes, other.config.maxMessageBytes], [7, 9])
})

test('of a broker only what may change while it runs can be altered', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  for (const name of ['', '1']) {
    const errors = await Promise.all(
      [
        ['num.partitions', '5'],
        ['message.max.bytes', '-5'],
        ['message.max.bytes', null],
      ].map((config) => alter(broker, resource(ofBroker, name, [config as [string, string | null]]))),
    )
    assert.equal(errors.flat(), Array(3).fill(INVALID_REQUEST.code))
  }
  assert.equal(await alter(broker, resource(ofBroker, '7', []), resource(1, 'x', [])), [
    INVALID_REQUEST.code,
    INVALID_REQUEST.code,
  ])
})

test.run()
