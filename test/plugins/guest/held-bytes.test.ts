/** A bound that is there for all resources together. */
import * as assert from 'uvu/assert'
import { HeldBytes, heldBytesMax } from '../../../src/plugins/guest/held-bytes.ts'
import { suite } from '../../support/suite.ts'

const test = suite('held bytes')

test('what is given back can be taken again', () => {
  const held = new HeldBytes()
  assert.equal(
    [held.take(heldBytesMax), held.take(heldBytesMax / 2), held.take(heldBytesMax / 2)],
    [false, true, false],
  )
  held.give(heldBytesMax / 2)
  assert.ok(held.take(heldBytesMax / 2))
})

test('resources that hold nothing are no way around', () => {
  const held = new HeldBytes()
  let count = 0
  while (held.take(0)) count++
  assert.is(count, heldBytesMax / 256)
})

test.run()
