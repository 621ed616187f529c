/** How batches of idempotent producers are answered (KIP-98): copies, gaps, old and new epochs. */
import * as assert from 'uvu/assert'
import {
  INVALID_PRODUCER_EPOCH,
  INVALID_RECORD,
  NONE,
  OUT_OF_ORDER_SEQUENCE_NUMBER,
} from '../../src/protocol/errors.ts'
import { initProducerId } from '../../src/protocol/messages/init-producer-id.ts'
import { type TestBroker, testBroker } from '../support/broker.ts'
import { batchOf, produceTo, topicOf } from '../support/produced.ts'
import { suite } from '../support/suite.ts'

const test = suite('Produce of an idempotent producer')
const values = (count: number) => Array.from({ length: count }, (_, index) => `${index}`)

async function producerOf(broker: TestBroker): Promise<number> {
  return (await broker.request(initProducerId, 5, { transactionalId: null })).producerId
}

type Sent = readonly [sequence: number, count?: number, epoch?: number]

/** The base offset that each batch is answered with, or the code of its error. */
async function play(broker: TestBroker, producerId: number, ...batches: Sent[]): Promise<string[]> {
  const answers: string[] = []
  for (const [baseSequence, count = 2, producerEpoch = 0] of batches) {
    const records = batchOf(values(count), { producerId, producerEpoch, baseSequence })
    const { errorCode, baseOffset } = await produceTo(broker, 'a', records)
    answers.push(errorCode === NONE.code ? `at ${baseOffset}` : `error ${errorCode}`)
  }
  return answers
}

const outOfOrder = `error ${OUT_OF_ORDER_SEQUENCE_NUMBER.code}`
const oldEpoch = `error ${INVALID_PRODUCER_EPOCH.code}`
const invalid = `error ${INVALID_RECORD.code}`

async function begun(): Promise<{ broker: TestBroker; id: number }> {
  const broker = testBroker()
  topicOf(broker, 'a')
  return { broker, id: await producerOf(broker) }
}

test('a copy of one of the last five batches is answered as the first time, and not stored', async ({ after }) => {
  const { broker, id } = await begun()
  after(broker.close)
  assert.equal(await play(broker, id, [0], [0], [2], [0], [4], [6], [8]), [
    'at 0',
    'at 0',
    'at 2',
    'at 0',
    'at 4',
    'at 6',
    'at 8',
  ])
  assert.equal(await play(broker, id, [0], [8], [10], [0]), ['at 0', 'at 8', 'at 10', outOfOrder])
})

test('a batch that does not follow on the last is out of order', async ({ after }) => {
  const { broker, id } = await begun()
  after(broker.close)
  assert.equal(await play(broker, id, [0], [2], [10], [1], [2, 3], [3]), [
    'at 0',
    'at 2',
    outOfOrder,
    outOfOrder,
    outOfOrder,
    outOfOrder,
  ])
})

test('a new epoch begins at 0 and ends the old one', async ({ after }) => {
  const { broker, id } = await begun()
  after(broker.close)
  assert.equal(await play(broker, id, [0], [3, 2, 1], [0, 2, 1], [2, 2, 0], [0, 2, 0], [0, 2, 1], [2, 2, 1]), [
    'at 0',
    outOfOrder,
    'at 2',
    oldEpoch,
    oldEpoch,
    'at 2',
    'at 4',
  ])
})

test('a producer that the partition does not know may begin anywhere', async ({ after }) => {
  const { broker } = await begun()
  after(broker.close)
  assert.equal(await play(broker, 99_999, [7, 2, 5]), ['at 0'])
})

test('sequence numbers go on from 0 after the largest there is', async ({ after }) => {
  const { broker, id } = await begun()
  after(broker.close)
  assert.equal(await play(broker, id, [0x7fff_fffe, 3], [1, 3]), ['at 0', 'at 3'])
})

test('who has an id numbers his records', async ({ after }) => {
  const { broker, id } = await begun()
  after(broker.close)
  assert.equal(await play(broker, id, [-1], [-2]), [invalid, invalid])
})

test('without an id epoch and number mean nothing', async ({ after }) => {
  const { broker } = await begun()
  after(broker.close)
  assert.equal(await play(broker, -1, [4], [4]), ['at 0', 'at 2'])
})

test('producers do not know of each other', async ({ after }) => {
  const { broker, id } = await begun()
  after(broker.close)
  const other = await producerOf(broker)
  assert.equal([...(await play(broker, id, [0])), ...(await play(broker, other, [0]))], ['at 0', 'at 2'])
})

test.run()
