/** Brokers and their configs over HTTP. */
import * as assert from 'uvu/assert'
import { testHttp } from '../support/http.ts'
import { suite } from '../support/suite.ts'

const test = suite('brokers over HTTP')

test('brokers are where the client reached this one, as over Kafka', async () => {
  const { get, cluster } = testHttp({ nodeCount: 2 })
  const { json } = await get('/brokers', { host: 'localhost' })
  assert.equal(json, {
    cluster_id: cluster.id,
    controller: 1,
    brokers: [
      { id: 1, host: 'localhost', port: 9092, rack: null, version: '1.2.3', state: 'up' },
      { id: 2, host: 'localhost', port: 9093, rack: null, version: '1.2.3', state: 'up' },
    ],
  })
  assert.equal((await get('/brokers/2')).json, json.brokers[1])
})

test('configs are shown with their sources, and those that may be are set', async () => {
  const { get, send } = testHttp()
  const shown = (json: { configs: { name: string }[] }, asked: string) =>
    json.configs.find(({ name }) => name === asked)!
  const { json } = await get('/brokers/1/configs')
  assert.is(json.broker, 1)
  assert.equal(shown(json, 'broker.id'), {
    name: 'broker.id',
    value: '1',
    source: 'staticBroker',
    type: 'int',
    is_default: false,
    is_read_only: true,
    is_sensitive: false,
    documentation: 'The number of the broker.',
  })
  const set = await send('PATCH', '/brokers/1/configs', { set: { 'log.retention.ms': '5000' } })
  assert.equal([set.status, (shown(set.json, 'log.retention.ms') as { value?: string }).value], [200, '5000'])
})

for (const [method, path, body, status, message] of [
  ['GET', '/brokers/3', undefined, 404, /^there is no broker 3; use one of 1$/],
  ['GET', '/brokers/x', undefined, 400, /^id is "x"; use a whole number/],
  ['GET', '/brokers/3/configs', undefined, 404, /^there is no broker 3/],
  ['PATCH', '/brokers/1/configs', { set: { 'broker.id': '7' } }, 400, /set it in settings\.yaml and restart$/],
] as const) {
  test(`${method} ${path} is refused`, async () => {
    const reply = await testHttp().send(method, path, body)
    assert.is(reply.status, status, reply.text)
    assert.match(reply.json.error.message, message)
  })
}

test.run()
