import * as assert from 'uvu/assert'
import { errorOf, NOT_COORDINATOR } from '../../src/protocol/errors.ts'
import { describeTransactions } from '../../src/protocol/messages/describe-transactions.ts'
import { startMs, testBroker } from '../support/broker.ts'
import { suite } from '../support/suite.ts'
import { transact } from '../support/transact.ts'

const test = suite('DescribeTransactions')

test('tells what is under way, and of what is not known only that', async ({ after }) => {
  const broker = await transact(`
      0 s     a inits timeout=30s       P1 e0                         Empty
      0 s     b inits                   P2 e0                         Empty
      1 s     a writes t-2              at 0                          Ongoing
      2 s     a writes t-0              at 0                          Ongoing
  `)
  after(broker.close)
  const transactionalIds = ['a', 'b', 'x', '']
  const { transactionStates } = await broker.request(describeTransactions, 0, { transactionalIds })
  const [a, b, unknown, empty] = transactionStates
  assert.equal(a, {
    errorCode: 0,
    transactionalId: 'a',
    transactionState: 'Ongoing',
    transactionTimeoutMs: 30_000,
    transactionStartTimeMs: startMs + 1000,
    producerId: 0,
    producerEpoch: 0,
    topics: [{ topic: 't', partitions: [2, 0] }],
  })
  assert.equal([b!.transactionState, b!.transactionStartTimeMs, b!.topics], ['Empty', -1, []])
  assert.equal(
    [unknown, empty].map((one) => errorOf(one!.errorCode).name),
    ['TRANSACTIONAL_ID_NOT_FOUND', 'INVALID_REQUEST'],
  )
  assert.equal([unknown!.producerId, unknown!.transactionStartTimeMs], [0, 0])
})

test('only the coordinator tells', async ({ after }) => {
  const broker = testBroker({ nodeCount: 2 })
  after(broker.close)
  const codes = [1, 2].map(async (nodeId) => {
    const answer = await broker.request(describeTransactions, 0, { transactionalIds: ['a'] }, { nodeId })
    return answer.transactionStates[0]!.errorCode
  })
  assert.is((await Promise.all(codes)).filter((code) => code === NOT_COORDINATOR.code).length, 1)
})

test.run()
