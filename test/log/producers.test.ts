import * as assert from 'uvu/assert'
import { Producers } from '../../src/log/producers.ts'
import { suite } from '../support/suite.ts'
import { counted } from '../support/partitions.ts'

const test = suite('producers')
const sequenceMax = 0x7fff_ffff

/** A batch of producer 9. */
function batch(producerEpoch: number, baseSequence: number, count = 1) {
  return counted(count, 10, { producerId: 9, producerEpoch, baseSequence })
}

/** What a partition that stored `stored` in this order says to a further batch. */
function verdict(stored: readonly ReturnType<typeof batch>[], next: ReturnType<typeof batch>): string {
  const producers = new Producers()
  stored.forEach((one, index) => void producers.appended(one, 100 * index, 0, 0))
  const duplicate = producers.duplicateOf(next)
  if (duplicate !== null) return `duplicate of offset ${duplicate.baseOffset}`
  return producers.refusal(next)?.name ?? 'next'
}

test('what a producer sends is judged by what it sent before', () => {
  const first = [batch(3, 0, 5)]
  const table: [string, ReturnType<typeof batch>[], ReturnType<typeof batch>, string][] = [
    ['an unknown producer may begin anywhere', [], batch(0, 17), 'next'],
    ['the next sequence', first, batch(3, 5), 'next'],
    ['the same again', first, batch(3, 0, 5), 'duplicate of offset 0'],
    ['the same start, fewer records', first, batch(3, 0, 4), 'OUT_OF_ORDER_SEQUENCE_NUMBER'],
    ['a gap', first, batch(3, 6), 'OUT_OF_ORDER_SEQUENCE_NUMBER'],
    ['a step back', first, batch(3, 4), 'OUT_OF_ORDER_SEQUENCE_NUMBER'],
    ['an older epoch', first, batch(2, 5), 'INVALID_PRODUCER_EPOCH'],
    ['the same of an older epoch', first, batch(2, 0, 5), 'INVALID_PRODUCER_EPOCH'],
    ['a new epoch from 0', first, batch(4, 0), 'next'],
    ['a new epoch from elsewhere', first, batch(4, 5), 'OUT_OF_ORDER_SEQUENCE_NUMBER'],
    ['after a new epoch', [...first, batch(4, 0)], batch(4, 1), 'next'],
    ['the old epoch after a new one', [...first, batch(4, 0)], batch(3, 5), 'INVALID_PRODUCER_EPOCH'],
  ]
  for (const [what, stored, next, expected] of table) assert.is(verdict(stored, next), expected, what)
})

test('the last five batches are remembered, the sixth is not', () => {
  const six = [0, 1, 2, 3, 4, 5].map((sequence) => batch(0, sequence))
  assert.is(verdict(six, batch(0, 0)), 'OUT_OF_ORDER_SEQUENCE_NUMBER')
  for (const sequence of [1, 2, 3, 4, 5]) {
    assert.is(verdict(six, batch(0, sequence)), `duplicate of offset ${100 * sequence}`)
  }
})

test('sequence numbers wrap to 0', () => {
  const across = batch(0, sequenceMax - 1, 4)
  assert.is(verdict([across], batch(0, 2)), 'next')
  assert.is(verdict([across], batch(0, 3)), 'OUT_OF_ORDER_SEQUENCE_NUMBER')
  assert.is(verdict([across], across), 'duplicate of offset 0')
  assert.is(verdict([batch(0, sequenceMax)], batch(0, 0)), 'next')
})

test('a producer that is silent for too long is forgotten', () => {
  const producers = new Producers()
  producers.appended(batch(0, 0), 0, 0, 1000)
  producers.expire(1099, 100)
  assert.is(producers.size, 1)
  producers.expire(1100, 100)
  assert.is(producers.size, 0)
  assert.is(producers.refusal(batch(0, 77)), null)
})

/** Of the transaction of producer 9. */
function ofTransaction(producerEpoch: number, baseSequence: number) {
  return counted(1, 10, { producerId: 9, producerEpoch, baseSequence, isTransactional: true })
}

const end = { producerId: 9, producerEpoch: 0, coordinatorEpoch: 0, isSecondGeneration: false }

test('a transaction begins with a batch that was verified, and with no other', () => {
  const producers = new Producers()
  const first = ofTransaction(0, 0)
  assert.is(producers.refusal(first)?.name, 'INVALID_TXN_STATE')
  const guard = producers.beginVerification(first, false, 0)
  assert.is(producers.refusal(first, guard), null)
  producers.appended(first, 50, 0, 0)
  assert.is(producers.firstOpenOffset, 50)
  assert.is(producers.beginVerification(ofTransaction(0, 1), false, 0), null, 'it is under way')
  assert.is(producers.refusal(ofTransaction(0, 1)), null)
  assert.is(producers.refusal(batch(0, 1))?.name, 'INVALID_TXN_STATE', 'nothing is written beside it')
})

test('what was verified counts for nothing once a marker was written', () => {
  const producers = new Producers()
  const late = ofTransaction(0, 0)
  const guard = producers.beginVerification(late, false, 0)
  assert.is(producers.ended(end, 0), null, 'it had begun nothing')
  assert.is(producers.refusal(late, guard)?.name, 'INVALID_TXN_STATE')
  const another = producers.beginVerification(late, false, 0)
  assert.is(producers.refusal(late, guard)?.name, 'INVALID_TXN_STATE')
  assert.is(producers.refusal(late, another), null)
})

test('while none was stored, no batch overtakes another that was seen', () => {
  const producers = new Producers()
  const name = (sequence: number, isSecondGeneration: boolean) => {
    const one = ofTransaction(0, sequence)
    return producers.refusal(one, producers.beginVerification(one, isSecondGeneration, 0))?.name ?? 'next'
  }
  assert.equal(
    [5, 7, 3, 5].map((sequence) => name(sequence, false)),
    ['next', 'OUT_OF_ORDER_SEQUENCE_NUMBER', 'next', 'OUT_OF_ORDER_SEQUENCE_NUMBER'],
  )
  producers.ended(end, 0)
  assert.equal(
    [4, 0].map((sequence) => name(sequence, true)),
    ['OUT_OF_ORDER_SEQUENCE_NUMBER', 'next'],
  )
})

test('what a zombie asked for keeps nobody of a newer epoch waiting', () => {
  const producers = new Producers()
  const first = ofTransaction(1, 0)
  const guard = producers.beginVerification(first, false, 0)
  assert.is(producers.refusal(first, guard), null)
  producers.appended(first, 0, 0, 0)
  producers.beginVerification(ofTransaction(0, 0), false, 0)
  assert.is(producers.refusal(ofTransaction(1, 1)), null)
})

test('a marker of a newer epoch begins the sequence numbers anew, one of the same does not', () => {
  const producers = new Producers()
  const first = ofTransaction(0, 0)
  producers.beginVerification(first, false, 0)
  producers.appended(first, 0, 0, 0)
  producers.ended(end, 0)
  assert.is(producers.refusal(batch(0, 0))?.name, 'OUT_OF_ORDER_SEQUENCE_NUMBER')
  assert.is(producers.refusal(batch(0, 1)), null)
  producers.ended({ ...end, producerEpoch: 1 }, 0)
  assert.is(producers.refusal(batch(1, 0)), null)
  assert.is(producers.refusal(batch(1, 2))?.name, 'OUT_OF_ORDER_SEQUENCE_NUMBER')
})

test('who has a transaction open is not forgotten, however silent', () => {
  const producers = new Producers()
  const first = ofTransaction(0, 0)
  producers.beginVerification(first, false, 0)
  producers.appended(first, 0, 0, 0)
  producers.expire(1000, 100)
  assert.is(producers.size, 1)
  producers.ended(end, 1000)
  producers.expire(1100, 100)
  assert.is(producers.size, 0)
})

test.run()
