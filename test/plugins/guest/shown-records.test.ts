import * as assert from 'uvu/assert'
import { bytesPerCallMax, recordsPerCallMax, ShownRecords } from '../../../src/plugins/guest/shown-records.ts'
import { RecordCursor } from '../../../src/protocol/records.ts'
import { suite } from '../../support/suite.ts'
import { shownBatch } from '../../support/threads.ts'

const test = suite('records of one call')

/** How many are shown in each call, and up to where of the batch each goes. */
function calls(values: readonly string[], passedOver: readonly number[] = []) {
  const batch = shownBatch(values)
  const verdicts = new Uint8Array(values.length)
  for (const index of passedOver) verdicts[index] = 5
  const cursor = new RecordCursor(batch.section, batch)
  const shown = new ShownRecords()
  const found: [count: number, first: number | undefined, to: number][] = []
  for (let index = 0; index < values.length; ) {
    index = shown.take(cursor, verdicts, index)
    found.push([shown.count, shown.count === 0 ? undefined : shown.indexes[0], index])
  }
  return found
}

test('as many as a call may have, by count and by size', () => {
  assert.equal(calls(Array(recordsPerCallMax).fill('x')), [[1000, 0, 1000]])
  assert.equal(
    calls(Array(2 * recordsPerCallMax + 1).fill('x')).map(([count]) => count),
    [1000, 1000, 1],
  )
  const half = 'x'.repeat(bytesPerCallMax / 2)
  assert.equal(
    calls(Array(5).fill(half)).map(([count]) => count),
    [2, 2, 1],
  )
  assert.equal(
    calls(['x'.repeat(3 * bytesPerCallMax), 'y']),
    [
      [1, 0, 1],
      [1, 1, 2],
    ],
    'a giant goes alone',
  )
})

test('what is settled is passed over', () => {
  assert.equal(calls(['a', 'b', 'c', 'd'], [0, 2]), [[2, 1, 4]])
  assert.equal(calls(['a', 'b'], [0, 1]), [[0, undefined, 2]])
})

test.run()
