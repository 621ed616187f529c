/** Batches of transactions in a produce request: what is refused for all of it, and what comes before what. */
import * as assert from 'uvu/assert'
import { producersIn, isTransactional } from '../../src/handlers/transactional-produce.ts'
import { hangUp } from '../../src/handlers/handler.ts'
import { errorOf } from '../../src/protocol/errors.ts'
import { initProducerId } from '../../src/protocol/messages/init-producer-id.ts'
import { produce } from '../../src/protocol/messages/produce.ts'
import { type TestBroker, testBroker } from '../support/broker.ts'
import { batchOf, produceRequest, topicOf } from '../support/produced.ts'
import { suite } from '../support/suite.ts'

const test = suite('Produce in transactions')

type Batch = readonly [place: string, producerId: number, isTransactional?: boolean]

function requestOf(transactionalId: string | null, batches: readonly Batch[], acks = -1) {
  const topicData = batches.flatMap(([place, producerId, isTransactional = true]) => {
    const [name = '', index] = place.split('-')
    const epochs = producerId < 0 ? {} : { producerEpoch: 0, baseSequence: 0 }
    const records = batchOf(['x'], { producerId, isTransactional, ...epochs })
    return produceRequest(name, records, { index: Number(index) }).topicData
  })
  return { transactionalId, acks, timeoutMs: 1000, topicData }
}

async function begun(): Promise<{ broker: TestBroker; id: number }> {
  const broker = testBroker()
  topicOf(broker, 't', { partitions: 3 })
  const request = { transactionalId: 'a', transactionTimeoutMs: 1000 }
  return { broker, id: (await broker.request(initProducerId, 5, request)).producerId }
}

async function answers(broker: TestBroker, transactionalId: string | null, ...batches: Batch[]): Promise<string[]> {
  const { responses } = await broker.request(produce, 12, requestOf(transactionalId, batches))
  return responses.flatMap(({ partitionResponses }) =>
    partitionResponses.map(({ errorCode, errorMessage }) => `${errorOf(errorCode).name} ${errorMessage ?? ''}`.trim()),
  )
}

test('without a transactional id nothing is taken where any batch is one of a transaction', async ({ after }) => {
  const { broker, id } = await begun()
  after(broker.close)
  const refused = 'TRANSACTIONAL_ID_AUTHORIZATION_FAILED'
  assert.equal(await answers(broker, null, ['t-0', id], ['t-1', -1, false], ['none-0', -1, false]), [
    refused,
    refused,
    refused,
  ])
  assert.is(await broker.serve(produce, 12, requestOf(null, [['t-0', id]], 0)), hangUp)
})

test('all batches of transactions are of one producer; what does not exist is told first', async ({ after }) => {
  const { broker, id } = await begun()
  after(broker.close)
  const several = 'INVALID_PRODUCER_ID_MAPPING The records of a transaction must be of one producer ID, not of several'
  assert.equal(await answers(broker, 'a', ['t-0', id], ['t-1', 77], ['none-0', id]), [
    several,
    several,
    'UNKNOWN_TOPIC_OR_PARTITION',
  ])
})

test('others may be among them, and batches that only say that they are of a transaction', async ({ after }) => {
  const { broker, id } = await begun()
  after(broker.close)
  assert.equal(await answers(broker, 'a', ['t-0', id], ['t-1', -1, false], ['t-2', -1]), ['NONE', 'NONE', 'NONE'])
  const [first, , last] = broker.cluster.topics.get('t')!.partitions
  assert.equal([first!.lastStableOffset, last!.lastStableOffset], [0, 1])
})

test('who has a transaction open writes nothing beside it', async ({ after }) => {
  const { broker, id } = await begun()
  after(broker.close)
  await answers(broker, 'a', ['t-0', id])
  const next = batchOf(['x'], { producerId: id, producerEpoch: 0, baseSequence: 1 })
  const { responses } = await broker.request(produce, 12, produceRequest('t', next))
  assert.is(errorOf(responses[0]!.partitionResponses[0]!.errorCode).name, 'INVALID_TXN_STATE')
})

test('bytes that are no batch are none of a transaction', () => {
  const junk = [null, Buffer.alloc(0), Buffer.alloc(61), Buffer.alloc(70, 0xff)]
  const request = { topicData: junk.map((records) => produceRequest('t', records).topicData[0]!) }
  assert.not(isTransactional(request))
  assert.is(producersIn(request), 0)
})

test.run()
