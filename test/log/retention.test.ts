import * as assert from 'uvu/assert'
import { accepted, counted, newPartition, timed } from '../support/partitions.ts'
import { suite } from '../support/suite.ts'

const test = suite('retention')
const batchBytes = counted(1, 100).bytes.length
/** One batch in each segment. */
const oneEach = { segmentBytes: batchBytes }

test('whole segments go until the log is no larger than it may be', () => {
  const partition = newPartition({ ...oneEach, retentionBytes: 3 * batchBytes + 1 })
  for (let index = 0; index < 6; index++) accepted(partition.append(counted(1, 100), 0))
  assert.is(partition.applyRetention(0), 2 * batchBytes)
  assert.is(partition.logStartOffset, 2)
  assert.is(partition.byteLength, 4 * batchBytes)
})

test('a segment goes when its largest timestamp is too old', () => {
  const partition = newPartition({ ...oneEach, retentionMs: 1000 })
  for (const timestamp of [100, 900, 500]) accepted(partition.append(timed([timestamp, 0], 45), 100))
  assert.is(partition.applyRetention(1100), 0)
  partition.applyRetention(1101)
  assert.is(partition.logStartOffset, 2)
  // The third is old enough, but the second is before it.
  partition.applyRetention(1600)
  assert.is(partition.logStartOffset, 2)
  partition.applyRetention(1901)
  assert.is(partition.logStartOffset, 6)
})

test('records without timestamp are as old as their append', () => {
  const partition = newPartition({ retentionMs: 1000 })
  accepted(partition.append(timed([-1]), 5000))
  partition.applyRetention(6000)
  assert.is(partition.logStartOffset, 0)
  partition.applyRetention(6001)
  assert.is(partition.logStartOffset, 1)
})

test('the segment in use goes, too, and the next record gets the next offset', () => {
  const partition = newPartition({ retentionMs: 1000 })
  accepted(partition.append(timed([0, 0, 0]), 0))
  partition.applyRetention(2000)
  assert.is(partition.byteLength, 0)
  assert.is(partition.logStartOffset, 3)
  assert.is(partition.logEndOffset, 3)
  assert.is(accepted(partition.append(timed([2000]), 2000)).baseOffset, 3)
})

test('negative means for ever and without limit', () => {
  const partition = newPartition({ ...oneEach, retentionMs: -1, retentionBytes: -1 })
  for (let index = 0; index < 6; index++) accepted(partition.append(counted(1, 100), 0))
  assert.is(partition.applyRetention(Number.MAX_SAFE_INTEGER), 0)
})

test('an empty log has nothing to lose', () => {
  assert.is(newPartition({ retentionMs: 0, retentionBytes: 0 }).applyRetention(1000), 0)
})

test.run()
