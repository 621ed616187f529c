import * as assert from 'uvu/assert'
import { BrokerConfig } from '../../src/configs/broker-config.ts'
import { TopicConfig, topicConfigRefusal, topicConfigsRefusal } from '../../src/configs/topic-config.ts'
import { suite } from '../support/suite.ts'

const test = suite('the config of a topic')
const noBroker = () => new BrokerConfig({})

test('is what the topic sets, else what the brokers set, else Kafka’s default', () => {
  const broker = new BrokerConfig({ 'log.retention.ms': '5000', 'log.segment.bytes': '2000000' })
  const config = new TopicConfig(broker, new Map([['retention.ms', '7']]))
  assert.equal([config.retentionMs, config.segmentBytes, config.maxMessageBytes], [7, 2_000_000, 1_048_588])
  assert.equal(config.effective('retention.ms'), { name: 'retention.ms', value: '7', source: 'topic' })
  assert.equal(config.effective('segment.bytes'), {
    name: 'segment.bytes',
    value: '2000000',
    source: 'staticBroker',
  })
  assert.equal(config.effective('segment.ms'), { name: 'segment.ms', value: '604800000', source: 'default' })
})

test('knows every value there is, strongest first, each under the name by which it was set', () => {
  const broker = new BrokerConfig({ 'log.cleanup.policy': 'compact' })
  broker.replace(new Map([['log.cleanup.policy', 'compact,delete']]))
  const config = new TopicConfig(broker, new Map([['cleanup.policy', 'delete']]))
  assert.equal(
    config.synonyms('cleanup.policy').map(({ name, value, source }) => `${source}: ${name}=${value}`),
    [
      'topic: cleanup.policy=delete',
      'dynamicDefaultBroker: log.cleanup.policy=compact,delete',
      'staticBroker: log.cleanup.policy=compact',
      'default: log.cleanup.policy=delete',
    ],
  )
})

test('follows the topic at once, the brokers when it is told', () => {
  const broker = noBroker()
  const config = new TopicConfig(broker, new Map())
  config.replace(new Map([['message.timestamp.type', 'LogAppendTime']]))
  assert.is(config.isLogAppendTime, true)
  broker.replace(new Map([['message.max.bytes', '99']]))
  config.refresh()
  assert.is(config.maxMessageBytes, 99)
})

test('keeps each value in one spelling', () => {
  const config = new TopicConfig(
    noBroker(),
    new Map([
      ['cleanup.policy', ' compact , delete '],
      ['preallocate', 'TRUE'],
      ['retention.ms', '+5'],
    ]),
  )
  assert.equal([...config.overrides.values()], ['compact,delete', 'true', '5'])
})

test('says whether records need keys and whether they may be deleted', () => {
  const told = (policy: string) => {
    const config = new TopicConfig(noBroker(), new Map([['cleanup.policy', policy]]))
    return [config.isCompacted, config.isDeletable]
  }
  assert.equal(
    [told('delete'), told('compact'), told('compact,delete'), told('')],
    [
      [false, true],
      [true, false],
      [true, true],
      [false, false],
    ],
  )
})

test('keeps the records of a topic that is only compacted, however old and many', () => {
  const config = new TopicConfig(
    noBroker(),
    new Map([
      ['cleanup.policy', 'compact'],
      ['retention.ms', '1'],
      ['retention.bytes', '1'],
    ]),
  )
  assert.equal([config.retentionMs, config.retentionBytes], [-1, -1])
  assert.is(config.get('retention.ms'), '1')
})

test('may not have names that Kafka does not know', () => {
  assert.is(topicConfigRefusal('retention.ms', '1'), null)
  assert.is(topicConfigRefusal('retention', '1')?.name, 'INVALID_CONFIG')
})

test('may not ask for records to be compacted sooner than they may be', () => {
  const lags = (min: string, max: string) =>
    topicConfigsRefusal(
      new Map([
        ['min.compaction.lag.ms', min],
        ['max.compaction.lag.ms', max],
      ]),
    )
  assert.is(lags('5', '5'), null)
  assert.is(lags('6', '5')?.name, 'INVALID_CONFIG')
  assert.is(lags('x', '5')?.name, 'INVALID_CONFIG')
})

test.run()
