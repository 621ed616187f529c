import * as assert from 'uvu/assert'
import { errorOf } from '../../src/protocol/errors.ts'
import { addPartitionsToTxn } from '../../src/protocol/messages/add-partitions-to-txn.ts'
import type { TestBroker } from '../support/broker.ts'
import { suite } from '../support/suite.ts'
import { transact } from '../support/transact.ts'

const test = suite('AddPartitionsToTxn')

interface Asked {
  readonly id: string
  readonly producerId?: number
  readonly epoch?: number
  readonly verify?: boolean
  readonly places: readonly string[]
}

/** As brokers ask each other: producers of `a` and `b` have the ids 0 and 1. */
async function batched(broker: TestBroker, ...asked: Asked[]): Promise<string[]> {
  const transactions = asked.map(({ id, producerId = id === 'b' ? 1 : 0, epoch = 0, verify = false, places }) => ({
    transactionalId: id,
    producerId,
    producerEpoch: epoch,
    verifyOnly: verify,
    topics: places.map((place) => ({ name: place.slice(0, -2), partitions: [Number(place.slice(-1))] })),
  }))
  const answer = await broker.request(addPartitionsToTxn, 4, { transactions })
  return answer.resultsByTransaction.map(({ transactionalId, topicResults }) => {
    const results = topicResults.flatMap(({ name, resultsByPartition }) =>
      resultsByPartition.map((one) => `${name}-${one.partitionIndex} ${errorOf(one.partitionErrorCode).name}`),
    )
    return [transactionalId, ...results].join(' ')
  })
}

const two = () =>
  transact(`
      0 s     a inits                   P1 e0                         Empty
      0 s     b inits                   P2 e0                         Empty
  `)

test('several transactions at once, some only verified', async ({ after }) => {
  const broker = await two()
  after(broker.close)
  const first = await batched(broker, { id: 'a', verify: true, places: ['t-0'] }, { id: 'b', places: ['t-1'] })
  assert.equal(first, ['a t-0 TRANSACTION_ABORTABLE', 'b t-1 NONE'])
  const second = await batched(
    broker,
    { id: 'a', places: ['t-0'] },
    { id: 'b', verify: true, places: ['t-1', 't-2'] },
    { id: '', verify: true, places: ['t-0'] },
  )
  assert.equal(second, ['a t-0 NONE', 'b t-1 NONE t-2 TRANSACTION_ABORTABLE', ' t-0 INVALID_REQUEST'])
})

test('who asks for another, or for a transaction that is not known, is told so', async ({ after }) => {
  const broker = await two()
  after(broker.close)
  const places = ['t-0']
  const table: [Asked, string][] = [
    [{ id: 'a', epoch: 9, places }, 'PRODUCER_FENCED'],
    [{ id: 'a', producerId: 1, places }, 'INVALID_PRODUCER_ID_MAPPING'],
    [{ id: 'x', places }, 'INVALID_PRODUCER_ID_MAPPING'],
  ]
  for (const [asked, error] of table) {
    assert.equal(await batched(broker, asked), [`${asked.id} t-0 ${error}`])
    assert.equal(await batched(broker, { ...asked, verify: true }), [`${asked.id} t-0 ${error}`])
  }
})

test('of a transaction that is asked for twice the first entry counts, and is answered twice', async ({ after }) => {
  const broker = await two()
  after(broker.close)
  const twice = await batched(broker, { id: 'a', places: ['t-0'] }, { id: 'a', places: ['t-1'] })
  assert.equal(twice, ['a t-0 NONE', 'a t-0 NONE'])
})

test('where one partition does not exist none is added', async ({ after }) => {
  const broker = await two()
  after(broker.close)
  const answer = await batched(broker, { id: 'a', places: ['t-0', 't-9', 'z-0'] })
  const unknown = 'UNKNOWN_TOPIC_OR_PARTITION'
  assert.equal(answer, [`a t-0 OPERATION_NOT_ATTEMPTED t-9 ${unknown} z-0 ${unknown}`])
  assert.is(broker.cluster.transactions.get('a')?.state, 'Empty')
})

test('without partitions the transaction begins all the same', async ({ after }) => {
  const broker = await two()
  after(broker.close)
  assert.equal(await batched(broker, { id: 'a', places: [] }), ['a'])
  assert.is(broker.cluster.transactions.get('a')?.state, 'Ongoing')
})

test.run()
