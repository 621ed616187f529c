import * as assert from 'uvu/assert'
import { loadSettings } from '../../src/settings/file.ts'
import { topic } from '../../src/settings/topics.ts'
import { Place } from '../../src/settings/values.ts'
import { suite } from '../support/suite.ts'

const test = suite('settings of topics')

function read(raw: unknown) {
  const mistakes: string[] = []
  return { value: topic.read(raw, new Place('t', '', { home: '.', from: '.' }, mistakes)), mistakes }
}

test('a topic is a name, with as much behind it as there is to say', () => {
  const plain = { partitions: null, replicas: 1, configs: null }
  assert.equal(read('a').value, { ...plain, name: 'a' })
  assert.equal(read('a:3').value, { ...plain, name: 'a', partitions: 3 })
  assert.equal(read('a.b:3:2').value, { ...plain, name: 'a.b', partitions: 3, replicas: 2 })
  const configs = new Map([['cleanup.policy', 'compact']])
  assert.equal(read('a:1:1:compact').value, { name: 'a', partitions: 1, replicas: 1, configs })
})

test('an entry has the same words', () => {
  const configs = new Map([['retention.ms', '60000']])
  const entry = { name: 'a', partitions: 2, replicas: 1, configs: { 'retention.ms': 60_000 } }
  assert.equal(read(entry).value, { ...entry, configs })
})

for (const raw of ['a:b', 'a:1:2:3:4', '', 'a b', { partitions: 1 }, { name: 'a', configs: ['x'] }, 7, 'a:0']) {
  test(`${JSON.stringify(raw)} is no topic`, () => {
    const { value, mistakes } = read(raw)
    assert.is(value, undefined)
    assert.ok(mistakes.length > 0)
  })
}

test('configs of brokers are a mapping, or lines of name=value', () => {
  const read = (text: string) => {
    const { settings } = loadSettings({ file: null, env: { BROKER_CONFIGS: text }, flags: {}, folder: '.' })
    return settings.brokerConfigs
  }
  const both = new Map([
    ['log.retention.hours', '1'],
    ['log.cleanup.policy', 'compact,delete'],
  ])
  assert.equal(read('log.retention.hours=1;log.cleanup.policy = compact,delete'), both)
  assert.equal(read('log.retention.hours: 1\nlog.cleanup.policy=compact,delete\n'), both)
  assert.throws(() => read('log.retention.hours'), /BROKER_CONFIGS.*retention\.ms: 60000/)
})

test('KAFKA_CREATE_TOPICS sets them, as in other images', () => {
  const env = { KAFKA_CREATE_TOPICS: 'a:1:1,b:3:1:compact' }
  const { settings } = loadSettings({ file: null, env, flags: {}, folder: '.' })
  assert.equal(
    settings.topics.map(({ name, partitions }) => [name, partitions]),
    [
      ['a', 1],
      ['b', 3],
    ],
  )
})

test.run()
