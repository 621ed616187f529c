/** Configs of v3: of a topic, of one broker, of all brokers. */
import * as assert from 'uvu/assert'
import { topicOf } from '../../support/produced.ts'
import { type RestProxy, restProxy } from '../../support/rest-proxy.ts'
import { suite } from '../../support/suite.ts'

const test = suite('configs of v3')

const cluster = '/v3/clusters/cluster-1'

function withTopics(): RestProxy {
  const proxy = restProxy({ nodeCount: 2 })
  topicOf(proxy, 't')
  topicOf(proxy, 'u', { configs: { 'retention.ms': '5' } })
  return proxy
}

const altered: readonly (readonly [owner: string, name: string, value: string, source: string])[] = [
  ['/topics/t/configs', 'retention.ms', '1000', 'DYNAMIC_TOPIC_CONFIG'],
  ['/brokers/2/configs', 'log.retention.ms', '2000', 'DYNAMIC_BROKER_CONFIG'],
  ['/broker-configs', 'log.retention.ms', '3000', 'DYNAMIC_DEFAULT_BROKER_CONFIG'],
]

for (const [owner, name, value, source] of altered) {
  test(`${owner} are set one by one, several at once, and reset`, async () => {
    const { ask } = withTopics()
    const shown = async () => {
      const { json } = await ask('GET', `${cluster}${owner}/${name}`)
      return [json.value, json.source]
    }
    assert.is((await ask('PUT', `${cluster}${owner}/${name}`, { value })).status, 204)
    assert.equal(await shown(), [value, source])
    assert.is((await ask('DELETE', `${cluster}${owner}/${name}`)).status, 204)
    if (owner === '/broker-configs') assert.is((await ask('GET', `${cluster}${owner}/${name}`)).status, 404)
    else assert.not.equal(await shown(), [value, source])
    const data = [{ name, value: 77 }]
    assert.is((await ask('POST', `${cluster}${owner}:alter`, { data, validate_only: true })).status, 204)
    assert.is((await ask('POST', `${cluster}${owner}:alter`, { data })).status, 204)
    assert.equal(await shown(), ['77', source])
    const { data: list } = (await ask('GET', `${cluster}${owner}`)).json
    assert.ok(list.some((one: { name: string; value: string }) => one.name === name && one.value === '77'))
  })
}

test('a list has its configs in the order of their names', async () => {
  const { data } = (await withTopics().ask('GET', `${cluster}/topics/t/configs`)).json
  const names = data.map(({ name }: { name: string }) => name)
  assert.ok(names.includes('cleanup.policy'))
  assert.equal(names, [...names].sort())
})

test('configs of all topics, and of all brokers', async () => {
  const { ask } = withTopics()
  const topics = (await ask('GET', `${cluster}/topics/-/configs`)).json
  assert.is(topics.kind, 'KafkaTopicConfigList')
  const ofTopics = topics.data.filter(({ name }: { name: string }) => name === 'retention.ms')
  assert.equal(
    ofTopics.map((one: Record<string, string>) => [one.topic_name, one.is_default]),
    [
      ['t', true],
      ['u', false],
    ],
  )
  const brokers = (await ask('GET', `${cluster}/brokers/-/configs`)).json
  const ids = brokers.data.filter(({ name }: { name: string }) => name === 'node.id')
  assert.equal(
    ids.map((one: Record<string, unknown>) => [one.broker_id, one.value]),
    [
      [1, '1'],
      [2, '2'],
    ],
  )
})

test('defaults of a topic that is yet to be made', async () => {
  const { ask } = withTopics()
  await ask('PUT', `${cluster}/broker-configs/log.retention.ms`, { value: '9' })
  const { data } = (await ask('GET', `${cluster}/topics/new/default-configs`)).json
  const retention = data.find(({ name }: { name: string }) => name === 'retention.ms')
  assert.equal([retention.value, retention.source], ['9', 'DYNAMIC_DEFAULT_BROKER_CONFIG'])
})

test('several topics at once are altered each by itself', async () => {
  const { ask } = withTopics()
  const data = [
    { topic_name: 't', name: 'retention.ms', value: '1' },
    { topic_name: 'gone', name: 'retention.ms', value: '1' },
  ]
  const { status, json } = await ask('POST', `${cluster}/topics/-/configs:alter`, { data })
  assert.is(status, 207)
  const message = 'This server does not host this topic-partition.'
  assert.equal(json.failures, [{ topic_name: 'gone', error_code: 40403, message }])
  assert.is((await ask('GET', `${cluster}/topics/t/configs/retention.ms`)).json.value, '1')
  assert.is((await ask('POST', `${cluster}/topics/-/configs:alter`, { data: [data[0]] })).status, 204)
})

const wrong: readonly (readonly [
  method: string,
  path: string,
  body: object | undefined,
  status: number,
  code: number,
])[] = [
  ['GET', '/topics/t/configs/nope', undefined, 404, 404],
  ['PUT', '/topics/t/configs/nope', { value: '1' }, 404, 404],
  ['PUT', '/topics/t/configs/retention.ms', { value: 'soon' }, 400, 40002],
  ['PUT', '/topics/t/configs/retention.ms', undefined, 422, 42206],
  ['PUT', '/topics/gone/configs/retention.ms', { value: '1' }, 404, 40403],
  ['GET', '/brokers/7/configs', undefined, 404, 404],
  ['PUT', '/brokers/1/configs/num.partitions', { value: '3' }, 400, 40002],
  ['POST', '/topics/t/configs:alter', { data: [{ name: 'retention.ms', operation: 'ADD' }] }, 400, 400],
  ['POST', '/topics/t/configs:alter', { data: [{ value: '1' }] }, 422, 422],
  ['POST', '/topics/t/configs:alter', { data: [{ name: 'retention.ms', size: 1 }] }, 422, 422],
]

for (const [method, path, body, status, code] of wrong) {
  test(`${method} ${path} with ${JSON.stringify(body)} is ${code}`, async () => {
    const { ask } = withTopics()
    const answered = await ask(method, `${cluster}${path}`, body)
    assert.equal([answered.status, answered.json.error_code], [status, code], answered.text)
    assert.is((await ask('GET', `${cluster}/topics/t/configs/retention.ms`)).json.is_default, true)
  })
}

test.run()
