import * as assert from 'uvu/assert'
import { topicOf } from '../support/produced.ts'
import { testHttp } from '../support/http.ts'
import { suite } from '../support/suite.ts'

const test = suite('brokers that come and go, over HTTP')

test('a broker is stopped, and others lead what it led, until it is started again', async ({ after }) => {
  const broker = testHttp({ nodeCount: 3 })
  after(broker.close)
  const topic = topicOf(broker, 'a', { replicationFactor: 3 })
  const down = await broker.send('POST', '/brokers/1/stop')
  assert.equal(down.json, { id: 1, port: 9092, rack: null, state: 'down' })
  assert.equal([topic.replicas[0]!.leader, topic.replicas[0]!.isr], [2, [2, 3]])
  const { json } = await broker.get('/brokers')
  assert.equal(
    json.brokers.map(({ id, state }: { id: number; state: string }) => `${id} ${state}`),
    ['1 down', '2 up', '3 up'],
  )
  assert.is((await broker.send('POST', '/brokers/1/start')).json.state, 'up')
  assert.equal(topic.replicas[0]!.isr, [1, 2, 3])
})

test('a broker that comes in takes its share of what is made from then on', async ({ after }) => {
  const broker = testHttp()
  after(broker.close)
  const added = await broker.post('/brokers', { rack: 'b' })
  assert.equal([added.status, added.json], [201, { id: 2, port: 9093, rack: 'b', state: 'up' }])
  const topic = topicOf(broker, 'a', { partitions: 2, replicationFactor: 2 })
  assert.equal(topic.replicas.map(({ leader }) => leader).sort(), [1, 2])
  assert.is((await broker.send('POST', '/brokers', '')).json.id, 3)
})

test('a leader moves to the next in sync, or to the one that is named', async ({ after }) => {
  const broker = testHttp({ nodeCount: 3 })
  after(broker.close)
  const topic = topicOf(broker, 'a', { replicationFactor: 3 })
  const path = '/topics/a/partitions/0/leader'
  assert.equal((await broker.send('POST', path, '')).json, { topic: 'a', partition: 0, leader: 2 })
  assert.is((await broker.post(path, { broker: 1 })).json.leader, 1)
  assert.is(topic.partitions[0]!.leaderEpoch, 2)
  await broker.send('POST', '/brokers/3/stop')
  const refused = await broker.post(path, { broker: 3 })
  assert.is(refused.status, 409)
  assert.match(refused.json.error.message, 'broker 3 cannot lead a-0: in sync are 1, 2')
})

test('while all brokers are down, one can still look', async ({ after }) => {
  const broker = testHttp()
  after(broker.close)
  topicOf(broker, 'a')
  await broker.send('POST', '/brokers/1/stop')
  const paths = [
    '/topics',
    '/topics/a',
    '/topics/a/configs',
    '/topics/a/partitions',
    '/brokers',
    '/groups',
    '/overview',
  ]
  for (const path of [...paths, '/topics/a/records', '/transactions', '/dump', '/metrics', '/prometheus']) {
    assert.is((await broker.get(path)).status, 200, path)
  }
  assert.is((await broker.send('PATCH', '/topics/a', { partitions: 2 })).status, 200)
  assert.is((await broker.get('/rest-proxy/v3/clusters')).status, 200)
})

test('what does not exist is named', async ({ after }) => {
  const broker = testHttp({ nodeCount: 2 })
  after(broker.close)
  const lost = await broker.send('POST', '/brokers/7/stop')
  assert.equal([lost.status, lost.json.error.message], [404, 'there is no broker 7; use one of 1, 2'])
  assert.is((await broker.send('POST', '/topics/a/partitions/0/leader', '')).status, 404)
})

test('as many brokers as one likes, up to a hundred', async ({ after }) => {
  const broker = testHttp({ nodeCount: 99 })
  after(broker.close)
  assert.is((await broker.post('/brokers', {})).status, 201)
  const refused = await broker.post('/brokers', {})
  assert.is(refused.status, 409)
  assert.match(refused.json.error.message, 'there are 100 brokers, the most there may be')
})

test.run()
