import * as assert from 'uvu/assert'
import { createBroker } from '../../src/index.ts'
import { addPartitionsToTxn } from '../../src/protocol/messages/add-partitions-to-txn.ts'
import { initProducerId } from '../../src/protocol/messages/init-producer-id.ts'
import { joinGroup } from '../../src/protocol/messages/join-group.ts'
import { joining } from '../support/membership.ts'
import { suite } from '../support/suite.ts'
import { wire } from '../support/wire.ts'

const test = suite('library')

async function post(url: string, topic: string): Promise<unknown> {
  const answer = await fetch(`${url}/produce`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ topic, value: 'hello' }),
  })
  return answer.json()
}

test('brokers in one process share nothing', async ({ after }) => {
  const one = await createBroker()
  after(() => one.close())
  const other = await createBroker()
  after(() => other.close())
  assert.is.not(one.bootstrap, other.bootstrap)
  const first = { topic: 't', partition: 0, offset: 0 }
  for (const { httpUrl } of [one, other]) {
    const { topic, partition, offset } = (await post(httpUrl ?? '', 't')) as typeof first
    assert.equal({ topic, partition, offset }, first)
  }
})

test('several brokers of a cluster are named in its bootstrap list', async ({ after }) => {
  const broker = await createBroker({ brokerPorts: [0, 0, 0], restPort: null })
  after(() => broker.close())
  assert.match(broker.bootstrap, /^127\.0\.0\.1:\d+,127\.0\.0\.1:\d+,127\.0\.0\.1:\d+$/)
  assert.is(broker.httpUrl, null)
})

test('a broker that is disposed of is gone', async () => {
  const broker = await createBroker()
  await broker[Symbol.asyncDispose]()
  const answer = await fetch(`${broker.httpUrl}/health`).then(
    () => 'answered',
    () => 'refused',
  )
  assert.is(answer, 'refused')
})

test('on a manual clock records carry the time it was set to, and expire when it is moved on', async ({ after }) => {
  const broker = await createBroker({ clock: 'manual', retentionMs: 60_000 })
  after(() => broker.close())
  broker.clock.set('2026-01-01T00:00:00Z')
  const { timestamp } = (await post(broker.httpUrl ?? '', 't')) as { timestamp: number }
  assert.is(timestamp, Date.UTC(2026, 0, 1))
  broker.clock.advance('2m')
  const dump = (await (await fetch(`${broker.httpUrl}/dump`)).json()) as {
    topics: { partitions: { start_offset: number }[] }[]
  }
  assert.is(dump.topics[0]!.partitions[0]!.start_offset, 1)
})

test('members and transactions run out of time as a manual clock is moved on', async (cleanup) => {
  const broker = await createBroker({ clock: 'manual', topics: ['t'] })
  cleanup.after(() => broker.close())
  const { send, answer } = await wire(cleanup, broker.bootstrap)
  send(joinGroup, 3, joining({ groupId: 'g', topics: ['t'] }))
  await answer(joinGroup, 3)
  send(initProducerId, 4, { transactionalId: 'tx', transactionTimeoutMs: 40_000 })
  const { producerId, producerEpoch } = await answer(initProducerId, 4)
  send(addPartitionsToTxn, 3, {
    v3AndBelowTransactionalId: 'tx',
    v3AndBelowProducerId: producerId,
    v3AndBelowProducerEpoch: producerEpoch,
    v3AndBelowTopics: [{ name: 't', partitions: [0] }],
  })
  await answer(addPartitionsToTxn, 3)
  const states = async () => {
    const get = async (path: string) => (await fetch(`${broker.httpUrl}${path}`)).json() as Promise<{ state: string }>
    return [(await get('/groups/g')).state, (await get('/transactions/tx')).state]
  }
  assert.equal(await states(), ['CompletingRebalance', 'Ongoing'])
  broker.clock.advance('31s')
  assert.equal(await states(), ['Empty', 'Ongoing'], 'the session took 30 s')
  broker.clock.advance('20s')
  assert.equal(await states(), ['Empty', 'CompleteAbort'])
})

test.run()
