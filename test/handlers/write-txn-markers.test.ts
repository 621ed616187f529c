import * as assert from 'uvu/assert'
import { errorOf } from '../../src/protocol/errors.ts'
import { writeTxnMarkers } from '../../src/protocol/messages/write-txn-markers.ts'
import type { TestBroker } from '../support/broker.ts'
import { suite } from '../support/suite.ts'
import { transact } from '../support/transact.ts'

const test = suite('WriteTxnMarkers')

interface Marker {
  readonly producerId?: number
  readonly epoch: number
  readonly commit?: boolean
  readonly coordinatorEpoch?: number
  readonly version?: number
  readonly places: readonly string[]
}

async function mark(broker: TestBroker, ...asked: Marker[]): Promise<string[]> {
  const markers = asked.map(({ producerId = 0, epoch, commit = false, coordinatorEpoch = 0, version = 0, places }) => ({
    producerId,
    producerEpoch: epoch,
    transactionResult: commit,
    topics: places.map((place) => ({ name: place.slice(0, -2), partitionIndexes: [Number(place.slice(-1))] })),
    coordinatorEpoch,
    transactionVersion: version,
  }))
  const answer = await broker.request(writeTxnMarkers, 2, { markers })
  return answer.markers.map(({ producerId, topics }) => {
    const results = topics.flatMap(({ name, partitions }) =>
      partitions.map(({ partitionIndex, errorCode }) => `${name}-${partitionIndex} ${errorOf(errorCode).name}`),
    )
    return `${producerId}: ${results.join(', ')}`
  })
}

const open = () =>
  transact(`
      0 s     a inits                   P1 e0                         Empty
      0 s     a writes t-0              at 0                          Ongoing
  `)

test('an administrator ends what hangs in a partition, past the coordinator', async ({ after }) => {
  const broker = await open()
  after(broker.close)
  const answer = await mark(broker, { epoch: 0, commit: true, places: ['t-0', 't-1', 't-9', 'z-0'] })
  const unknown = 'UNKNOWN_TOPIC_OR_PARTITION'
  assert.equal(answer, [`0: t-0 NONE, t-1 NONE, t-9 ${unknown}, z-0 ${unknown}`])
  const [first, second] = broker.cluster.topics.get('t')!.partitions
  assert.equal([first!.lastStableOffset, second!.highWatermark], [2, 1])
  assert.is(broker.cluster.transactions.get('a')?.state, 'Ongoing', 'which knows nothing of it')
})

test('epochs of producer and coordinator never go back', async ({ after }) => {
  const broker = await open()
  after(broker.close)
  const places = ['t-0']
  const story: [Marker, string][] = [
    [{ epoch: 1, coordinatorEpoch: 5, places }, 'NONE'],
    [{ epoch: 0, coordinatorEpoch: 5, places }, 'INVALID_PRODUCER_EPOCH'],
    [{ epoch: 0, coordinatorEpoch: 4, places }, 'INVALID_PRODUCER_EPOCH'],
    [{ epoch: 1, coordinatorEpoch: 4, places }, 'TRANSACTION_COORDINATOR_FENCED'],
    [{ epoch: 1, coordinatorEpoch: 6, version: 2, places }, 'NONE'],
  ]
  for (const [marker, error] of story) assert.equal(await mark(broker, marker), [`0: t-0 ${error}`])
})

test('a marker of the second generation has a newer epoch than what it ends', async ({ after }) => {
  const broker = await open()
  after(broker.close)
  const second = { version: 2, places: ['t-0'] }
  assert.equal(await mark(broker, { epoch: 0, ...second }), ['0: t-0 INVALID_PRODUCER_EPOCH'])
  assert.equal(await mark(broker, { epoch: 0, version: 2, places: ['t-1'] }), ['0: t-1 NONE'])
  assert.equal(await mark(broker, { epoch: 1, ...second }), ['0: t-0 NONE'])
  assert.equal(await mark(broker, { epoch: 1, ...second }), ['0: t-0 NONE'], 'and may come again')
})

test('markers of one producer are answered together, no markers with nothing', async ({ after }) => {
  const broker = await open()
  after(broker.close)
  const marker = { epoch: 3, places: ['t-0'] }
  assert.equal(await mark(broker, marker, { ...marker, producerId: 9 }, marker), ['0: t-0 NONE', '9: t-0 NONE'])
  assert.equal(await mark(broker), [])
})

test.run()
