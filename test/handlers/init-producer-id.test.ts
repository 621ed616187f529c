import * as assert from 'uvu/assert'
import { INVALID_REQUEST, INVALID_TRANSACTION_TIMEOUT, NONE, NOT_COORDINATOR } from '../../src/protocol/errors.ts'
import { initProducerId } from '../../src/protocol/messages/init-producer-id.ts'
import { testBroker } from '../support/broker.ts'
import { suite } from '../support/suite.ts'

const test = suite('InitProducerId')
const newest = 5
const idempotent = { transactionalId: null, transactionTimeoutMs: 60_000 }

test('every idempotent producer gets an id of its own, and epoch 0', async ({ after }) => {
  const broker = testBroker({ nodeCount: 2 })
  after(broker.close)
  const ids = new Set<number>()
  for (let version = 0; version <= newest; version++) {
    for (const nodeId of [1, 2]) {
      const answer = await broker.request(initProducerId, version, idempotent, { nodeId })
      assert.equal([answer.errorCode, answer.producerEpoch], [NONE.code, 0])
      ids.add(answer.producerId)
    }
  }
  assert.is(ids.size, 12)
})

test('an idempotent producer gets a new id even where it tells its old one', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  const before = await broker.request(initProducerId, newest, idempotent)
  const { producerId, producerEpoch } = before
  const again = await broker.request(initProducerId, newest, { ...idempotent, producerId, producerEpoch })
  assert.is.not(again.producerId, producerId)
})

test('a producer tells both id and epoch, or neither', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  for (const half of [{ producerId: 5 }, { producerEpoch: 4 }]) {
    const answer = await broker.request(initProducerId, newest, { ...idempotent, ...half })
    assert.equal([answer.errorCode, answer.producerId, answer.producerEpoch], [INVALID_REQUEST.code, -1, -1])
  }
})

test('the empty text is no transactional id; any other is served by its coordinator', async ({ after }) => {
  const broker = testBroker({ nodeCount: 2 })
  after(broker.close)
  const errorOf = async (transactionalId: string, nodeId: number, transactionTimeoutMs = 1000) => {
    const request = { ...idempotent, transactionalId, transactionTimeoutMs }
    return (await broker.request(initProducerId, newest, request, { nodeId })).errorCode
  }
  assert.is(await errorOf('', 1), INVALID_REQUEST.code)
  const errors = [await errorOf('payments', 1), await errorOf('payments', 2)]
  assert.equal(errors.sort(), [NONE.code, NOT_COORDINATOR.code])
  assert.is(await errorOf('payments', 1, 900_001), INVALID_TRANSACTION_TIMEOUT.code, 'whoever is asked')
})

test.run()
