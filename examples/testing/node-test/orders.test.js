/** A broker for all tests of a file, as it was at the start for each of them. */
import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { createBroker } from 'blink-kafka'
import { Kafka, logLevel } from 'kafkajs'

/** What is tested: stores an order, and does not give up when a leader has moved. */
async function placeOrder(kafka, order) {
  const producer = kafka.producer({ retry: { initialRetryTime: 10 } })
  await producer.connect()
  await producer.send({ topic: 'orders', messages: [{ key: order.id, value: JSON.stringify(order) }] })
  await producer.disconnect()
}

let broker
let kafka

before(async () => {
  broker = await createBroker({ topics: ['orders:3'] })
  kafka = new Kafka({ brokers: [broker.bootstrap], logLevel: logLevel.NOTHING })
})
beforeEach(() => broker.reset())
after(() => broker.close())

test('an order is stored under its id', async () => {
  await placeOrder(kafka, { id: '42', total: 9.5 })
  const [order] = await broker.waitFor('orders')
  assert.deepEqual([order.key, order.json()], ['42', { id: '42', total: 9.5 }])
})

test('an order gets through although the leader has moved', async () => {
  broker.faults.add({ api: 'Produce', topic: 'orders', error: 'NOT_LEADER_OR_FOLLOWER', times: 1 })
  await placeOrder(kafka, { id: '43', total: 1 })
  const orders = await broker.records('orders')
  assert.deepEqual(orders.map(({ key }) => key), ['43'])
  assert.equal(broker.requests({ api: 'Produce', errors: true }).length, 1)
})
