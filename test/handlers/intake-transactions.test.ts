/** What plugins decide about records of a transaction. */
import * as assert from 'uvu/assert'
import type { Judge } from '../../src/handlers/intake.ts'
import { allAccepted } from '../../src/plugins/judgement.ts'
import { errorOf } from '../../src/protocol/errors.ts'
import { addPartitionsToTxn } from '../../src/protocol/messages/add-partitions-to-txn.ts'
import { endTxn } from '../../src/protocol/messages/end-txn.ts'
import { initProducerId } from '../../src/protocol/messages/init-producer-id.ts'
import { nobody, type TestBroker, testBroker } from '../support/broker.ts'
import { batchOf, produceTo, topicOf } from '../support/produced.ts'
import { ScriptedJudge } from '../support/scripted-judge.ts'
import { suite } from '../support/suite.ts'
import { transact } from '../support/transact.ts'

const test = suite('intake of transactions')

test('what is dropped is missing in the transaction, the rest of it stands', async () => {
  const broker = await transact(
    `
      0 s     a inits                   P1 e0                         Empty
      0 s     a writes t-0 says=drop    at 0                          Ongoing
      0 s     a writes t-0              at 1                          Ongoing
      0 s     a writes t-0 says=refuse  at 2                          Ongoing
      0 s     c reads t-0               nothing                       -
      0 s     a commits                 P1 e1                         CompleteCommit
      0 s     c reads t-0               a2                            -
      0 s     a writes t-0 says=drop    at 4                          Ongoing
      0 s     a aborts                  P1 e2                         CompleteAbort
      0 s     a writes t-0              at 6                          Ongoing
  `,
    { judge: new ScriptedJudge() },
  )
  broker.close()
})

test('dead letters of a transaction are a part of it', async () => {
  const broker = await transact(
    `
      0 s     a inits                   P1 e0                         Empty
      0 s     a writes t-0 says=bury    at 0                          Ongoing
      0 s     c reads t.rejected-0      nothing                       -
      0 s     c peeks t.rejected-0      bury                          -
      0 s     a aborts                  P1 e1                         CompleteAbort
      0 s     c reads t.rejected-0      nothing                       -
      0 s     a writes t-0 says=bury    at 2                          Ongoing
      0 s     a writes t-0              at 3                          Ongoing
      0 s     a writes t.rejected-0     at 3                          Ongoing
      0 s     a writes t-0 says=bury    at 4                          Ongoing
      0 s     a writes t.rejected-0     at 5                          Ongoing
      0 s     a commits                 P1 e2                         CompleteCommit
      0 s     c reads t-0               a3                            -
      0 s     c reads t.rejected-0      bury a4 bury a6               -
  `,
    { judge: new ScriptedJudge() },
  )
  broker.close()
})

test('a refusal that fails its batch leaves the transaction to its producer', async () => {
  const refusing: Judge = {
    ...nobody,
    wants: (topic) => topic === 't',
    judge: async () => ({
      ...allAccepted,
      refusals: [{ index: 0, plugin: 'p', reason: 'no', onReject: 'fail', isFailure: false }],
    }),
  }
  const broker = await transact(
    `
      0 s     a inits                   P1 e0                         Empty
      0 s     a writes u-0              at 0                          Ongoing
      0 s     a writes t-0              INVALID_RECORD                Ongoing
      0 s     a aborts                  P1 e1                         CompleteAbort
      0 s     c reads u-0               nothing                       -
  `,
    { judge: refusing },
  )
  broker.close()
})

test('no plugin sees a marker, on the way in or out', async () => {
  const judge = new ScriptedJudge()
  judge.viewed.add('t')
  const broker = await transact(
    `
      0 s     a inits                   P1 e0                         Empty
      0 s     a writes t-0              at 0                          Ongoing
      0 s     a commits                 P1 e1                         CompleteCommit
      0 s     c reads t-0               a1                            -
      0 s     c reads t-0 from=1        nothing                       -
  `,
    { judge },
  )
  assert.equal(judge.seen, ['test 0: a1', 'test 0: a1'])
  broker.close()
})

/** Accepts, once it is told to. */
function waiting(): { judge: Judge; accept: () => void } {
  let accept = () => {}
  const accepted = new Promise<void>((resolve) => {
    accept = resolve
  })
  return { judge: { ...nobody, wants: () => true, judge: () => accepted.then(() => allAccepted) }, accept }
}

async function begun(broker: TestBroker): Promise<number> {
  topicOf(broker, 't')
  const request = { transactionalId: 'a', transactionTimeoutMs: 1000 }
  return (await broker.request(initProducerId, 5, request)).producerId
}

test('a verdict that comes after the end of the transaction comes too late', async ({ after }) => {
  for (const version of [9, 12]) {
    const { judge, accept } = waiting()
    const broker = testBroker({ judge })
    after(broker.close)
    const producerId = await begun(broker)
    const identity = { producerId, producerEpoch: 0 }
    await broker.request(addPartitionsToTxn, 3, {
      v3AndBelowTransactionalId: 'a',
      v3AndBelowProducerId: producerId,
      v3AndBelowTopics: [{ name: 't', partitions: [0] }],
    })
    const records = batchOf(['late'], { ...identity, baseSequence: 0, isTransactional: true })
    const late = produceTo(broker, 't', records, { version, transactionalId: 'a' })
    const request = { transactionalId: 'a', ...identity, committed: true }
    await broker.request(endTxn, version === 9 ? 3 : 5, request)
    accept()
    assert.is(errorOf((await late).errorCode).name, 'INVALID_TXN_STATE')
    assert.is(broker.cluster.topics.get('t')!.partitions[0]!.highWatermark, 1, 'the marker alone')
  }
})

test.run()
