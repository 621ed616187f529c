/** Clients that live through brokers that stop, start and come in, and leaders that move. */
import * as assert from 'uvu/assert'
import { createBroker, type RunningBroker } from '../../src/index.ts'
import { administering, consuming, kafkajs, producing } from '../support/kafkajs.ts'
import { kcatOut, withoutKcat } from '../support/kcat.ts'
import { until } from '../support/running.ts'
import { type Cleanup, suite } from '../support/suite.ts'

const test = suite('the simulated cluster', 20)
const retry = { initialRetryTime: 10, retries: 20 }

async function cluster({ after }: Cleanup, options = {}): Promise<RunningBroker & { readonly first: string }> {
  const made = await createBroker({
    restPort: null,
    brokerPorts: [0, 0, 0],
    topics: [{ name: 'orders', partitions: 3, replicas: 3, configs: { 'min.insync.replicas': 2 } }],
    ...options,
  })
  after(() => made.close())
  return Object.assign(made, { first: made.bootstrap.split(',')[0]! })
}

test('a producer and a group live through a leader that moves and brokers that stop and start', async (cleanup) => {
  const made = await cluster(cleanup)
  const client = kafkajs(made.bootstrap.split(','))
  const { read } = await consuming(cleanup, client, 'orders', { groupId: 'g', retry })
  const producer = await producing(cleanup, client, { idempotent: true, maxInFlightRequests: 1, retry })
  let sent = 0
  // One by one: of several in one send kafkajs forgets those whose leader moves to where it has sent already.
  const send = async () => {
    for (const partition of [0, 1, 2]) {
      await producer.send({ topic: 'orders', messages: [{ value: `${sent++}`, partition }], acks: -1 })
    }
  }
  await send()
  const leader = made.brokers.leaderOf('orders', 0)
  made.brokers.moveLeader('orders', 0)
  assert.is.not(made.brokers.leaderOf('orders', 0), leader)
  await send()
  made.brokers.stop(2)
  assert.equal(
    [0, 1, 2].map((partition) => made.brokers.leaderOf('orders', partition) === 2),
    [false, false, false],
  )
  await send()
  await made.brokers.start(2)
  made.brokers.stop(3)
  await send()
  await until('all is read', () => new Set(read.map(({ value }) => `${value}`)).size === sent)
  assert.is((await made.records('orders')).length, sent, 'and nothing is stored twice')
})

test('too few in sync is an error that goes by itself when brokers are back', async (cleanup) => {
  const made = await cluster(cleanup)
  for (const id of [2, 3]) made.brokers.stop(id)
  const producer = await producing(cleanup, kafkajs([made.first]), { retry: { initialRetryTime: 10, retries: 1 } })
  const sending = () => producer.send({ topic: 'orders', messages: [{ value: 'x', partition: 0 }], acks: -1 })
  const error = await sending().then(
    () => null,
    (refusal: Error) => refusal,
  )
  assert.match(`${error?.message}`, /fewer in-sync replicas|NOT_ENOUGH_REPLICAS|in-sync/)
  await made.brokers.start(2)
  assert.is((await sending())[0]!.baseOffset, '0')
})

test('clients find a broker that comes in', async (cleanup) => {
  const made = await cluster(cleanup)
  const { id, port } = await made.brokers.add({ rack: 'b' })
  const admin = await administering(cleanup, kafkajs([made.first]))
  const { brokers } = await admin.describeCluster()
  assert.equal([brokers.length, brokers.at(-1)!.nodeId, brokers.at(-1)!.port], [4, id, port])
  await admin.createTopics({ topics: [{ topic: 'there', replicaAssignment: [{ partition: 0, replicas: [id] }] }] })
  const producer = await producing(cleanup, kafkajs([made.first]))
  await producer.send({ topic: 'there', messages: [{ value: 'x' }] })
  await made.reset()
  assert.equal(
    made.brokers.list().map((one) => one.id),
    [1, 2, 3],
  )
})

test('a consumer that says where it is reads from the follower there', async (cleanup) => {
  if (withoutKcat !== null) return
  const made = await cluster(cleanup, { brokerRacks: ['a', 'b', 'c'], requestsKept: 100 })
  await made.produce('orders', { value: 'x' })
  const args = ['-b', made.first, '-X', 'client.rack=b', '-C', '-q', '-e', '-o', 'beginning', '-t', 'orders']
  assert.is((await kcatOut(cleanup, args)).trim(), 'x')
  const fetched = made.requests({ api: 'Fetch' }).filter(({ request }) => JSON.stringify(request).includes('"b"'))
  assert.ok(fetched.length > 0, 'it says where it is')
})

test.run()
