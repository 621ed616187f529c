import * as assert from 'uvu/assert'
import {
  changeConfigs,
  configsOf,
  createTopic,
  deleteTopic,
  growTopic,
  topicResource,
} from '../../src/client/topic-admin.ts'
import { clientOf, refused } from '../support/client.ts'
import { start } from '../support/running.ts'
import { suite } from '../support/suite.ts'

const test = suite('client: topics')

const plain = { partitions: 2, replicas: -1, configs: new Map<string, string>() }

test('a topic is created, found, grown and deleted', async (cleanup) => {
  const { brokers } = await start(cleanup, { restPort: null })
  const client = clientOf(cleanup, brokers)
  assert.equal(await createTopic(client, { name: 't', ...plain }), { name: 't', partitions: 2, replicas: 1 })
  await growTopic(client, 't', 3)
  const { partitions, id } = await client.topic('t', { isFresh: true })
  assert.equal(
    partitions.map(({ index, leaderId }) => [index, leaderId]),
    [
      [0, 1],
      [1, 1],
      [2, 1],
    ],
  )
  assert.is(id?.length, 22)
  await deleteTopic(client, 't')
  assert.equal(await client.topics(), [])
})

test('what a broker refuses is told with its name and its reason', async (cleanup) => {
  const { brokers } = await start(cleanup, { restPort: null, bootTopics: ['t'] })
  const client = clientOf(cleanup, brokers)
  const said = async (run: () => unknown) => (await refused(run)).message
  assert.match(await said(() => createTopic(client, { name: 't', ...plain })), /^topic t: TOPIC_ALREADY_EXISTS: /)
  assert.match(await said(() => createTopic(client, { name: 'a b', ...plain })), /^topic a b: INVALID_TOPIC_EXCEPTION/)
  assert.match(await said(() => growTopic(client, 't', 1)), /^topic t: INVALID_PARTITIONS: /)
  const missing = 'there is no topic u; blink topics list names those there are'
  assert.is(await said(() => growTopic(client, 'u', 2)), missing)
  assert.is(await said(() => deleteTopic(client, 'u')), missing)
  assert.is(await said(() => configsOf(client, { type: topicResource, name: 'u' })), missing)
})

test('configs are read, set and set back, with where each comes from', async (cleanup) => {
  const { brokers } = await start(cleanup, { restPort: null, bootTopics: ['t'] })
  const client = clientOf(cleanup, brokers)
  const topic = { type: topicResource, name: 't' }
  const policy = async () => {
    const all = await configsOf(client, topic)
    const { value, source } = all.find(({ name }) => name === 'cleanup.policy')!
    return [value, source]
  }
  const before = await policy()
  await changeConfigs(client, topic, new Map([['cleanup.policy', 'compact']]))
  assert.equal(await policy(), ['compact', 'topic'])
  await changeConfigs(client, topic, new Map([['cleanup.policy', null]]))
  assert.equal(await policy(), before)
  const { message } = await refused(() => changeConfigs(client, topic, new Map([['nonsense', 'x']])))
  assert.match(message, /^topic t: INVALID_CONFIG: .*nonsense/)
})

test.run()
