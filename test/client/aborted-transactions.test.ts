import * as assert from 'uvu/assert'
import { AbortedTransactions } from '../../src/client/aborted-transactions.ts'
import { encodeBatch, readBatch } from '../../src/protocol/records.ts'
import { suite } from '../support/suite.ts'

const test = suite('aborted transactions')

function batch(
  producerId: number,
  baseOffset: number,
  options: { isControl?: boolean; isTransactional?: boolean } = {},
) {
  const records = [{ timestamp: 0, key: null, value: Buffer.from('v') }]
  return readBatch(encodeBatch(records, { producerId, baseOffset, isTransactional: true, ...options }))
}

test('what a transaction wrote from its begin to its marker is aborted, and nothing of others', () => {
  const aborted = new AbortedTransactions()
  aborted.learn([{ producerId: 1, firstOffset: 10 }])
  assert.not(aborted.contain(batch(1, 5)), 'an earlier transaction of the same producer')
  assert.ok(aborted.contain(batch(1, 10)))
  assert.not(aborted.contain(batch(2, 11)))
  assert.not(aborted.contain(batch(1, 12, { isTransactional: false })))
  aborted.end(batch(1, 13, { isControl: true }))
  assert.not(aborted.contain(batch(1, 14)))
})

test('a producer may abort several, and a fetch may name one again', () => {
  const aborted = new AbortedTransactions()
  for (let times = 0; times < 2; times++) {
    aborted.learn([
      { producerId: 1, firstOffset: 20 },
      { producerId: 1, firstOffset: 10 },
    ])
  }
  aborted.end(batch(1, 13, { isControl: true }))
  assert.not(aborted.contain(batch(1, 15)))
  assert.ok(aborted.contain(batch(1, 20)))
})

test.run()
