import * as assert from 'uvu/assert'
import { PendingOffsets } from '../../src/coordinator/pending-offsets.ts'
import type { OffsetPending, OffsetsSettled } from '../../src/coordinator/records.ts'
import { suite } from '../support/suite.ts'

const test = suite('pending offsets')

function commit(producerId: number, partition: number, offset: number, topic = 't'): OffsetPending {
  const committed = { offset, leaderEpoch: -1, metadata: '', committedAtMs: 0, expiresAtMs: null }
  return { type: 'offset-pending', groupId: 'g', topic, partition, producerId, ...committed }
}

function end(producerId: number, isCommitted = true): OffsetsSettled {
  return { type: 'offsets-settled', groupId: 'g', producerId, isCommitted }
}

const held = (pending: PendingOffsets, producerId: number) =>
  pending.settle(end(producerId)).map(({ partition, offset }) => `${partition}=${offset}`)

test('what a transaction committed last holds once it is committed, and never when it is aborted', () => {
  const pending = new PendingOffsets()
  for (const offset of [3, 4]) pending.add(commit(1, 0, offset))
  pending.add(commit(1, 1, 7))
  pending.add(commit(2, 5, 9))
  assert.equal(
    [0, 1, 2, 5].map((partition) => pending.has('t', partition)),
    [true, true, false, true],
  )
  assert.equal(pending.settle(end(2, false)), [])
  assert.equal(held(pending, 1), ['0=4', '1=7'])
  assert.ok(pending.isEmpty)
  assert.equal(held(pending, 1), [])
})

test('a later commit that holds already overrules what is pending', () => {
  const pending = new PendingOffsets()
  pending.add(commit(1, 0, 3))
  pending.add(commit(1, 1, 3))
  pending.overrule('t', 0)
  assert.ok(pending.has('t', 0), 'and still it is pending')
  assert.equal(held(pending, 1), ['1=3'])
})

test('of two transactions the later commit holds, whichever ends first', () => {
  for (const [order, expected] of [
    [[1, 2], '0=1 0=2'],
    [[2, 1], '0=2'],
  ] as const) {
    const pending = new PendingOffsets()
    pending.add(commit(1, 0, 1))
    pending.add(commit(2, 0, 2))
    assert.is(order.flatMap((producerId) => held(pending, producerId)).join(' '), expected)
  }
})

test('what is deleted is not pending any more', () => {
  const pending = new PendingOffsets()
  pending.add(commit(1, 0, 1))
  pending.add(commit(1, 1, 1, 'u'))
  assert.equal([...pending.partitionsOf('u')], [1])
  pending.delete('u', 1)
  assert.equal([...pending.partitionsOf('u')], [])
  pending.delete('t', 0)
  assert.ok(pending.isEmpty)
})

test.run()
