import * as assert from 'uvu/assert'
import { errorOf, NONE } from '../../src/protocol/errors.ts'
import { listTransactions } from '../../src/protocol/messages/list-transactions.ts'
import { initProducerId } from '../../src/protocol/messages/init-producer-id.ts'
import { type Sparse, type TestBroker, testBroker } from '../support/broker.ts'
import { suite } from '../support/suite.ts'
import { transact } from '../support/transact.ts'

const test = suite('ListTransactions')

async function list(broker: TestBroker, request: Sparse<typeof listTransactions.request>): Promise<string> {
  const { errorCode, transactionStates } = await broker.request(listTransactions, 2, request)
  if (errorCode !== NONE.code) return errorOf(errorCode).name
  return transactionStates
    .map(({ transactionalId, transactionState }) => `${transactionalId} ${transactionState}`)
    .join(', ')
}

test('filters by state, producer, duration and pattern, and by all of them that are given', async ({ after }) => {
  const broker = await transact(`
      0 s     pay-1 inits               P1 e0                         Empty
      0 s     pay-2 inits               P2 e0                         Empty
      1 s     pay-1 writes t-0          at 0                          Ongoing
      9 s     -                         -                             -
  `)
  after(broker.close)
  const table: [Sparse<typeof listTransactions.request>, string][] = [
    [{}, 'pay-1 Ongoing, pay-2 Empty'],
    [{ stateFilters: ['Ongoing', 'Nonsense'] }, 'pay-1 Ongoing'],
    [{ stateFilters: ['Dead', 'ongoing'] }, ''],
    [{ producerIdFilters: [1, 99] }, 'pay-2 Empty'],
    [{ durationFilter: 7999 }, 'pay-1 Ongoing, pay-2 Empty'],
    [{ durationFilter: 8000 }, 'pay-2 Empty'],
    [{ durationFilter: -5 }, 'pay-1 Ongoing, pay-2 Empty'],
    [{ transactionalIdPattern: '' }, 'pay-1 Ongoing, pay-2 Empty'],
    [{ transactionalIdPattern: 'pay-.*' }, 'pay-1 Ongoing, pay-2 Empty'],
    [{ transactionalIdPattern: '.*1' }, 'pay-1 Ongoing'],
    [{ transactionalIdPattern: 'pay' }, ''],
    [{ transactionalIdPattern: '(' }, 'INVALID_REGULAR_EXPRESSION'],
    [{ transactionalIdPattern: '.*', stateFilters: ['Empty'] }, 'pay-2 Empty'],
  ]
  for (const [request, expected] of table) assert.is(await list(broker, request), expected, JSON.stringify(request))
})

test('states that do not exist are named once', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  const stateFilters = ['Nonsense', 'Ongoing', 'PrepareEpochFence', 'Nonsense']
  const { unknownStateFilters } = await broker.request(listTransactions, 0, { stateFilters })
  assert.equal(unknownStateFilters, ['Nonsense'])
})

test('each broker lists what it coordinates', async ({ after }) => {
  const broker = testBroker({ nodeCount: 2 })
  after(broker.close)
  for (const nodeId of [1, 2]) {
    for (const transactionalId of ['a', 'b', 'c', 'd']) {
      await broker.request(initProducerId, 5, { transactionalId, transactionTimeoutMs: 1000 }, { nodeId })
    }
  }
  const listed = async (nodeId: number) =>
    (await broker.request(listTransactions, 2, {}, { nodeId })).transactionStates.map((one) => one.transactionalId)
  const [first, second] = [await listed(1), await listed(2)]
  assert.ok(first.length > 0 && second.length > 0)
  assert.equal([...first, ...second].sort(), ['a', 'b', 'c', 'd'])
})

test.run()
