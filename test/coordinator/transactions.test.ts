/** What Apache Kafka 4.4 answered to the same requests, but for what hangs on its being slower. */
import * as assert from 'uvu/assert'
import { ManualClock } from '../../src/base/clock.ts'
import { silent } from '../../src/base/logger.ts'
import { transactionDefaults } from '../../src/coordinator/settings.ts'
import { Transactions } from '../../src/coordinator/transactions.ts'
import type { TransactionRecord } from '../../src/coordinator/transaction-records.ts'
import { suite } from '../support/suite.ts'
import { transact } from '../support/transact.ts'

const test = suite('transactions')

test('a transaction begins with its first partition, and its end shows all of it at once', async () => {
  await transact(`
    // at     does                      answer                        state
      0 s     a inits                   P1 e0                         Empty
      0 s     a adds t-0 u-1 v=3        ok                            Ongoing
      0 s     a writes t-0 v=9          at 0                          Ongoing
      0 s     a writes u-1 v=9          at 0                          Ongoing
      0 s     c reads t-0               nothing                       -
      0 s     c peeks t-0               a1                            -
      1 s     a commits v=3             ok                            CompleteCommit
      1 s     c reads t-0               a1                            -
      1 s     c reads u-1               a2                            -
      1 s     a commits v=3             ok                            CompleteCommit
      1 s     a aborts v=3              INVALID_TXN_STATE             CompleteCommit
      2 s     a adds t-0 v=3            ok                            Ongoing
      2 s     a writes t-0 v=9          at 2                          Ongoing
      2 s     a aborts v=3              ok                            CompleteAbort
      2 s     c reads t-0               a1                            -
      2 s     c peeks t-0               a1 a3                         -
      2 s     a aborts v=3              ok                            CompleteAbort
      2 s     a commits v=3             INVALID_TXN_STATE             CompleteAbort
  `)
})

test('in the second generation writes add their partitions, and each end bumps the epoch', async () => {
  await transact(`
      0 s     a inits                   P1 e0                         Empty
      0 s     a commits                 INVALID_TXN_STATE             Empty
      0 s     a aborts                  P1 e1                         CompleteAbort
      0 s     a writes t-0 seq=3        OUT_OF_ORDER_SEQUENCE_NUMBER  Ongoing
      0 s     a writes t-0              at 0                          Ongoing
      0 s     a commits                 P1 e2                         CompleteCommit
      0 s     a commits epoch=1         P1 e2                         CompleteCommit
      0 s     a aborts epoch=1          INVALID_TXN_STATE             CompleteCommit
      0 s     a commits                 INVALID_TXN_STATE             CompleteCommit
      0 s     a writes t-0 epoch=1      INVALID_PRODUCER_EPOCH        CompleteCommit
      0 s     a writes t-0 epoch=3      INVALID_PRODUCER_EPOCH        CompleteCommit
      0 s     a writes t-0 id=999       INVALID_PRODUCER_ID_MAPPING   CompleteCommit
      0 s     a writes t-0              at 2                          Ongoing
      0 s     a aborts                  P1 e3                         CompleteAbort
      0 s     a aborts epoch=2          P1 e3                         CompleteAbort
      0 s     a aborts epoch=9          PRODUCER_FENCED               CompleteAbort
      0 s     c reads t-0               a1                            -
  `)
})

test('a producer that comes back fences itself, whatever it had under way is aborted', async () => {
  await transact(`
      0 s     a inits                   P1 e0                         Empty
      0 s     a writes t-0              at 0                          Ongoing
      0 s     a' inits                  CONCURRENT_TRANSACTIONS       CompleteAbort
      0 s     a' inits                  P1 e2                         Empty
      0 s     c reads t-0               nothing                       -
      0 s     a writes t-0              INVALID_PRODUCER_EPOCH        Empty
      0 s     a adds t-1                PRODUCER_FENCED               Empty
      0 s     a adds t-1 v=1            INVALID_PRODUCER_EPOCH        Empty
      0 s     a commits                 PRODUCER_FENCED               Empty
      0 s     a commits v=1             INVALID_PRODUCER_EPOCH        Empty
      0 s     a inits epoch=0           PRODUCER_FENCED               Empty
      0 s     a inits epoch=0 v=3       INVALID_PRODUCER_EPOCH        Empty
      0 s     a' writes t-0             at 2                          Ongoing
      0 s     a' commits                P1 e3                         CompleteCommit
      0 s     c reads t-0               a'1                           -
  `)
})

test('a producer that says which epoch it had gets the next one, and the same again when it asks again', async () => {
  await transact(`
      0 s     a inits                   P1 e0                         Empty
      0 s     a inits epoch=0           P1 e1                         Empty
      0 s     a inits epoch=0           P1 e1                         Empty
      0 s     a inits epoch=1           P1 e2                         Empty
      0 s     a inits epoch=0           PRODUCER_FENCED               Empty
      0 s     a inits epoch=2 id=999    PRODUCER_FENCED               Empty
      0 s     b inits epoch=5 id=999    P2 e0                         Empty
  `)
})

test('a transaction that takes longer than its producer said is aborted, looked at every ten seconds', async () => {
  await transact(`
      0 s     a inits timeout=15s       P1 e0                         Empty
      1 s     a writes t-0              at 0                          Ongoing
     16 s     a writes t-0              at 1                          Ongoing
     20 s     -                         -                             -
     20 s     c reads t-0               nothing                       -
     20 s     a writes t-0              INVALID_PRODUCER_EPOCH        CompleteAbort
     20 s     a commits                 INVALID_TXN_STATE             CompleteAbort
     20 s     a aborts                  P1 e1                         CompleteAbort
     20 s     a inits epoch=0           P1 e1                         Empty
     21 s     b inits timeout=15s       P2 e0                         Empty
     22 s     b adds t-1                ok                            Ongoing
     40 s     b commits v=3             PRODUCER_FENCED               CompleteAbort
  `)
})

test('a time-out is more than nothing, and at most what settings say', async () => {
  const settings = { transactionTimeoutMaxMs: 30_000 }
  await transact(
    `
      0 s     a inits timeout=30001ms   INVALID_TRANSACTION_TIMEOUT   -
      0 s     a inits timeout=0s        INVALID_TRANSACTION_TIMEOUT   -
      0 s     a inits timeout=30s       P1 e0                         Empty
  `,
    { settings },
  )
})

test('a transactional id that nobody uses is forgotten after a week, unless a transaction is under way', async () => {
  await transact(`
      0 s     a inits                   P1 e0                         Empty
      0 s     b inits timeout=15min     P2 e0                         Empty
    167 h     a commits                 INVALID_TXN_STATE             Empty
    168 h     a commits                 INVALID_PRODUCER_ID_MAPPING   -
    168 h     a inits                   P3 e0                         Empty
    169 h     b writes t-0              INVALID_PRODUCER_ID_MAPPING   -
  `)
})

test('where a partition was not added, each version is told so by the error that it knows', async () => {
  await transact(`
      0 s     a inits                   P1 e0                         Empty
      0 s     a writes t-0 v=9          INVALID_TXN_STATE             Empty
      0 s     a writes t-0 v=11         TRANSACTION_ABORTABLE         Empty
      0 s     a adds t-0                ok                            Ongoing
      0 s     a writes t-0 v=9          at 0                          Ongoing
      0 s     a writes t-1 v=9          INVALID_TXN_STATE             Ongoing
      0 s     a adds t-0 t-9            OPERATION_NOT_ATTEMPTED UNKNOWN_TOPIC_OR_PARTITION  Ongoing
      0 s     a adds t-1 id=999         INVALID_PRODUCER_ID_MAPPING   Ongoing
      0 s     x adds t-1                INVALID_PRODUCER_ID_MAPPING   -
      0 s     x commits                 INVALID_PRODUCER_ID_MAPPING   -
  `)
})

test('a batch behind one that waits to be sent again does not overtake it', async () => {
  await transact(`
      0 s     a inits                   P1 e0                         Empty
      0 s     a writes t-0 seq=3 v=9    INVALID_TXN_STATE             Empty
      0 s     a adds t-0                ok                            Ongoing
      0 s     a writes t-0 seq=5 v=9    OUT_OF_ORDER_SEQUENCE_NUMBER  Ongoing
      0 s     a writes t-0 seq=3 v=9    at 0                          Ongoing
      0 s     a writes t-0 seq=4 v=9    at 1                          Ongoing
  `)
})

test('offsets and markers appear together, or not at all', async () => {
  await transact(`
      0 s     a inits                   P1 e0                         Empty
      0 s     a offers g t-0=5 v=3      INVALID_TXN_STATE             Empty
      0 s     a offers g t-0=5 v=4      TRANSACTION_ABORTABLE         Empty
      0 s     a includes g              ok                            Ongoing
      0 s     a offers g t-0=5 t-1=6 v=3  ok                          Ongoing
      0 s     a writes u-0              at 0                          Ongoing
      0 s     c sees g t-0              UNSTABLE_OFFSET_COMMIT        -
      0 s     c sees g t-0 stable=no    -1                            -
      0 s     c sees g t-2              -1                            -
      0 s     a commits                 P1 e1                         CompleteCommit
      0 s     c sees g t-0              5                             -
      0 s     c sees g t-1              6                             -
      0 s     c reads u-0               a1                            -
      1 s     a offers g t-0=9          ok                            Ongoing
      1 s     a writes u-0              at 2                          Ongoing
      1 s     a aborts                  P1 e2                         CompleteAbort
      1 s     c sees g t-0              5                             -
      1 s     c reads u-0               a1                            -
      1 s     a offers g t-0=9 epoch=1  INVALID_PRODUCER_EPOCH        CompleteAbort
      1 s     a offers g t-0=9 id=99    INVALID_PRODUCER_ID_MAPPING   CompleteAbort
      1 s     a offers h t-0=9 gen=3    ILLEGAL_GENERATION            Ongoing
      1 s     a includes g epoch=9      PRODUCER_FENCED               Ongoing
      1 s     a includes g epoch=9 v=1  INVALID_PRODUCER_EPOCH        Ongoing
  `)
})

test('two transactions commit offsets of one partition: the later commit holds, whichever ends last', async () => {
  await transact(`
      0 s     a inits                   P1 e0                         Empty
      0 s     b inits                   P2 e0                         Empty
      0 s     a offers g t-0=1          ok                            Ongoing
      0 s     b offers g t-0=2          ok                            Ongoing
      0 s     b commits                 P2 e1                         CompleteCommit
      0 s     c sees g t-0              UNSTABLE_OFFSET_COMMIT        -
      0 s     c sees g t-0 stable=no    2                             -
      0 s     a commits                 P1 e1                         CompleteCommit
      0 s     c sees g t-0              2                             -
  `)
})

test('a reader of committed records stops before the oldest open transaction, whoever has ended by then', async () => {
  await transact(`
      0 s     a inits                   P1 e0                         Empty
      0 s     b inits                   P2 e0                         Empty
      0 s     a writes t-0              at 0                          Ongoing
      0 s     b writes t-0              at 1                          Ongoing
      0 s     b commits                 P2 e1                         CompleteCommit
      0 s     c reads t-0               nothing                       -
      0 s     b writes t-0              at 3                          Ongoing
      0 s     a aborts                  P1 e1                         CompleteAbort
      0 s     c reads t-0               b1                            -
      0 s     b aborts                  P2 e2                         CompleteAbort
      0 s     c reads t-0               b1                            -
      0 s     c reads t-0 from=3        nothing                       -
      0 s     c peeks t-0               a1 b1 b2                      -
  `)
})

/** On its own, with what it writes. */
function alone(written: TransactionRecord[] = []) {
  const markers: string[] = []
  let producerIds = 0
  const transactions = new Transactions({
    clock: new ManualClock(),
    settings: { ...transactionDefaults, transactionalIdsMax: 2 },
    logger: silent,
    newProducerId: () => producerIds++,
    writeMarker: ({ topic, partition }, { producerId, producerEpoch }) =>
      markers.push(`${topic}-${partition} ${producerId} e${producerEpoch}`),
    write: (record) => written.push(record),
  })
  return { transactions, markers }
}

/** As if the producer of `a` had been initialized so often. */
function bumpTo(transactions: Transactions, producerId: number, producerEpoch: number): void {
  const before = { previousProducerId: producerId, lastProducerEpoch: -1 }
  const named = { transactionalId: 'a', producerId, producerEpoch, timeoutMs: 1000, atMs: 0 }
  transactions.apply({ type: 'producer-initialized', ...named, ...before })
}

test('an id whose epochs are used up is replaced by another one', () => {
  const { transactions, markers } = alone()
  const { producerId } = transactions.initialize('a', 1000, null)
  bumpTo(transactions, producerId, 32_765)
  const last = transactions.initialize('a', 1000, { producerId, producerEpoch: 32_765 })
  assert.equal([last.producerId, last.producerEpoch], [0, 32_766])
  for (const _ of ['first', 'again, since the answer was lost']) {
    const next = transactions.initialize('a', 1000, last)
    assert.equal([next.producerId, next.producerEpoch], [1, 0])
  }

  bumpTo(transactions, 1, 32_766)
  const exhausted = { producerId: 1, producerEpoch: 32_766 }
  transactions.addPartitions('a', exhausted, [{ topic: 't', partition: 0 }])
  for (const _ of ['first', 'again, since the answer was lost']) {
    const ended = transactions.end('a', exhausted, true, true)
    assert.equal([ended.error.name, ended.producerId, ended.producerEpoch], ['NONE', 2, 0])
  }
  assert.equal(markers, ['t-0 1 e32767'])
})

test('there are so many transactional ids and no more', () => {
  const { transactions } = alone()
  const outcome = (id: string) => transactions.initialize(id, 1000, null).error.name
  assert.equal(['a', 'b', 'a', 'c'].map(outcome), ['NONE', 'NONE', 'NONE', 'POLICY_VIOLATION'])
})

test('the records bring the transactions back', () => {
  const written: TransactionRecord[] = []
  const { transactions } = alone(written)
  const a = transactions.initialize('a', 1000, null)
  transactions.initialize('b', 1000, null)
  transactions.addPartitions('a', a, [{ topic: 't', partition: 0 }])
  transactions.end('a', a, true, true)
  transactions.addPartitions('a', { ...a, producerEpoch: 1 }, [{ topic: 't', partition: 1 }])

  const again = alone()
  for (const record of written) again.transactions.apply(record)
  assert.equal([...again.transactions.all()], [...transactions.all()])
  const ended = again.transactions.end('a', { ...a, producerEpoch: 1 }, false, true)
  assert.equal([ended.error.name, ended.producerEpoch], ['NONE', 2])
  assert.equal(again.markers, ['t-1 0 e2'])
})

test('what there is can be told in records, whatever state it is in', () => {
  const { transactions } = alone()
  const a = transactions.initialize('a', 1000, null)
  transactions.addPartitions('a', a, [{ topic: 't', partition: 0 }])
  transactions.end('a', a, false, true)
  const b = transactions.initialize('b', 1000, null)
  transactions.addPartitions('b', b, [{ topic: 't', partition: 1 }])
  const again = alone()
  for (const record of transactions.records()) again.transactions.apply(record)
  assert.equal([...again.transactions.records()], [...transactions.records()])
  const retried = again.transactions.end('a', a, false, true)
  assert.equal([retried.error.name, retried.producerEpoch], ['NONE', 1])
  again.transactions.end('b', b, true, true)
  assert.equal(again.markers, ['t-1 1 e1'])
  transactions.clear()
  assert.equal([...transactions.records()], [])
})

test('without transaction.partition.verification.enable what was not announced is written, and hangs', async () => {
  const off = { brokerConfigs: new Map([['transaction.partition.verification.enable', 'false']]) }
  const broker = await transact(
    `
      0 s     a inits                   P1 e0                         Empty
      0 s     a writes t-0 v=11         at 0                          Empty
      1 s     a commits v=4             INVALID_TXN_STATE             Empty
  `,
    { settings: off },
  )
  const { lastStableOffset, logEndOffset } = broker.cluster.topics.get('t')!.partitions[0]!
  assert.equal([lastStableOffset, logEndOffset], [0, 1])
})

test.run()
