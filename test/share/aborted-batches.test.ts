import * as assert from 'uvu/assert'
import { encodeBatch, readBatch } from '../../src/protocol/records.ts'
import { encodeEndMarker } from '../../src/protocol/control-records.ts'
import { abortedAmong, without } from '../../src/share/aborted-batches.ts'
import { suite } from '../support/suite.ts'

const test = suite('aborted batches')

function batch(baseOffset: number, count: number, producerId = -1) {
  const records = Array.from({ length: count }, () => ({ timestamp: 0, key: null, value: null }))
  const transaction = producerId < 0 ? {} : { producerId, producerEpoch: 0, isTransactional: true }
  return readBatch(encodeBatch(records, { baseOffset, ...transaction }))
}

function marker(baseOffset: number, producerId: number, isCommitted: boolean) {
  const fields = { producerId, producerEpoch: 0, isCommitted, coordinatorEpoch: 0, timestamp: 0 }
  return { ...encodeEndMarker(fields), baseOffset }
}

test('a transaction is aborted from where it begins to its marker', () => {
  const read = [batch(0, 2, 7), batch(2, 1), batch(3, 2, 8), marker(5, 7, false), batch(6, 1, 7), marker(7, 8, true)]
  assert.equal(abortedAmong(read, [{ producerId: 7, firstOffset: 0 }]), [{ firstOffset: 0, lastOffset: 1 }])
  assert.equal(abortedAmong(read, []), [])
})

test('what was acquired without the offsets of others', () => {
  const acquired = [
    { firstOffset: 0, lastOffset: 9, deliveryCount: 1 },
    { firstOffset: 10, lastOffset: 12, deliveryCount: 2 },
  ]
  const left = (...spans: [number, number][]) =>
    without(
      acquired,
      spans.map(([firstOffset, lastOffset]) => ({ firstOffset, lastOffset })),
    )
      .map((one) => `${one.firstOffset}-${one.lastOffset}(${one.deliveryCount})`)
      .join(' ')
  assert.is(left(), '0-9(1) 10-12(2)')
  assert.is(left([3, 4], [8, 10]), '0-2(1) 5-7(1) 11-12(2)')
  assert.is(left([0, 12]), '')
})

test.run()
