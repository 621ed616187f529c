/** A broker with something of everything in it that the console shows. */
import { randomUUID } from 'node:crypto'
import { consumerGroupHeartbeat } from '../../src/protocol/messages/consumer-group-heartbeat.ts'
import { shareGroupHeartbeat } from '../../src/protocol/messages/share-group-heartbeat.ts'
import { clientOf } from './client.ts'
import { consuming, kafkajs, producing } from './kafkajs.ts'
import { guardPath, plugin, type Running, start, until } from './running.ts'
import type { Cleanup } from './suite.ts'

export async function startWithSamples(cleanup: Cleanup): Promise<Running> {
  const running = await start(cleanup, {
    brokerPorts: [0, 0],
    bootTopics: ['orders', 'payments', 'sensitive-customers'],
    partitionCount: 3,
    plugins: [plugin(guardPath, { name: 'guard' })],
    level: 'info',
  })
  await produceSamples(running)
  await joinGroup(cleanup, running)
  await joinNewerGroups(cleanup, running)
  await beginTransaction(cleanup, running)
  await running.post('/faults', { name: 'slow', delay: '1ms', api: 'Produce', topic: 'payments' })
  return running
}

async function produceSamples({ post }: Running): Promise<void> {
  const items = ['Desk lamp', 'Armchair', 'Bookshelf', 'Rug']
  const records = Array.from({ length: 60 }, (_, at) => ({
    key: `customer-${at % 7}`,
    value: { order: 1000 + at, item: items[at % items.length], price: 19.9 + at, tags: ['new', 'home'] },
    headers: { trace: `4bf92f3577b34da6-${at}`, source: at % 2 === 0 ? 'shop' : 'phone' },
  }))
  await post('/produce', { topic: 'orders', records })
  await post('/produce', {
    topic: 'orders',
    key: { base64: 'AAEC/w==' },
    value: { base64: 'iVBORw0KGgoAAAANSUhEUgAAAAE=' },
  })
  await post('/produce', { topic: 'orders', key: 'customer-3', value: null })
  await post('/produce', { topic: 'payments', records: [{ key: 'p-1', value: 'paid' }] })
  // The guard refuses both: no value, and no key where one is wanted.
  await post('/produce', { topic: 'payments', key: 'p-2', value: '' })
  await post('/produce', { topic: 'sensitive-customers', value: '{"name":"Ada"}' })
}

async function joinGroup(cleanup: Cleanup, { brokers, get }: Running): Promise<void> {
  await consuming(cleanup, kafkajs(brokers, { clientId: 'billing' }), 'orders', { groupId: 'billing' })
  await until('the group to have read all', async () => (await get('/groups/billing')).json.lag === 0)
}

/** One of the consumer protocol, and a share group. */
async function joinNewerGroups(cleanup: Cleanup, { brokers }: Running): Promise<void> {
  const client = clientOf(cleanup, brokers, { clientId: 'shipping' })
  const joining = { memberId: randomUUID(), memberEpoch: 0, subscribedTopicNames: ['orders', 'payments'] }
  const consumer = { groupId: 'shipping', rebalanceTimeoutMs: 300_000, topicPartitions: [], ...joining }
  await (await client.coordinator('shipping')).request(consumerGroupHeartbeat, consumer)
  const share = { groupId: 'workers', ...joining }
  await (await client.coordinator('workers')).request(shareGroupHeartbeat, share)
}

async function beginTransaction(cleanup: Cleanup, { brokers }: Running): Promise<void> {
  const kafka = kafkajs(brokers, { clientId: 'shop' })
  const producer = await producing(cleanup, kafka, {
    transactionalId: 'shop-1',
    // Longer than anything that is done in the console meanwhile.
    transactionTimeout: 600_000,
    idempotent: true,
    maxInFlightRequests: 1,
  })
  const transaction = await producer.transaction()
  cleanup.after(() => transaction.abort())
  await transaction.send({ topic: 'orders', messages: [{ key: 'customer-1', value: '{"order":2000}' }] })
}
