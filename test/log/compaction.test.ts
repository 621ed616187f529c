import * as assert from 'uvu/assert'
import { MemoryBudget } from '../../src/log/memory-budget.ts'
import type { Partition, PartitionConfig } from '../../src/log/partition.ts'
import { deleteHorizonOf } from '../../src/protocol/compacting.ts'
import {
  type BatchOptions,
  encodeBatch,
  type RecordBatch,
  recordsIn,
  recordsSection,
} from '../../src/protocol/records.ts'
import { accepted, newPartition, sound, storedBatches } from '../support/partitions.ts'
import { suite } from '../support/suite.ts'

const test = suite('compaction')
const hourMs = 3_600_000

/** `a=1` is a record, `a` a tombstone; each segment is closed by what follows. */
type Batch = readonly [records: string, options?: BatchOptions]

function compactedPartition(config: Partial<PartitionConfig> = {}, budget?: MemoryBudget): Partition {
  const compacted = { isCompacted: true, dirtyRatioMin: 0, segmentMs: 0, deleteRetentionMs: hourMs, ...config }
  return newPartition({ ...compacted, timestampAfterMaxMs: Number.MAX_SAFE_INTEGER }, budget ? { budget } : {})
}

/** Each batch a millisecond later than the one before, and so in a segment of its own. */
function fill(partition: Partition, batches: readonly Batch[], startMs = 1000): void {
  batches.forEach(([records, options], index) => {
    accepted(partition.append(batchOf(records, startMs + index, options), startMs + index))
  })
}

function batchOf(records: string, timestamp: number, options?: BatchOptions) {
  const all = records.split(' ').map((record) => {
    const [key, value] = record.split('=')
    return { timestamp, key: Buffer.from(key!), value: value === undefined ? null : Buffer.from(value) }
  })
  return sound(encodeBatch(all, options))
}

/** All steps of one round. */
function compact(partition: Partition, now: number): boolean {
  const steps = partition.compact(now)
  for (;;) {
    const { done, value } = steps.next()
    if (done) return value
  }
}

/** `0:a=1 2:b` in brackets for each batch; a marker is `commit` or `abort`. */
function told(partition: Partition): string {
  return storedBatches(partition).map(toldBatch).join(' ')
}

function toldBatch(batch: RecordBatch): string {
  const records = [...recordsIn(recordsSection(batch), batch)].map(({ offset, key, value }) => {
    if (batch.isControl) return `${offset}:${key!.readInt16BE(2) === 1 ? 'commit' : 'abort'}`
    return `${offset}:${key}${value === null ? '' : `=${value}`}`
  })
  const last = batch.baseOffset + batch.lastOffsetDelta
  return records.length === 0 ? `[-${last}]` : `[${records.join(' ')}]`
}

test('of each key the last record stays, at its offset and in its batch', () => {
  const partition = compactedPartition()
  fill(partition, [['a=1 b=1 c=1'], ['a=2 d=1'], ['b=2 a=3'], ['x=1']])
  assert.ok(compact(partition, 2000))
  assert.is(told(partition), '[2:c=1] [4:d=1] [5:b=2 6:a=3] [7:x=1]')
  assert.equal([partition.logStartOffset, partition.logEndOffset], [0, 8])
  const [first] = storedBatches(partition)
  assert.equal([first!.baseOffset, first!.lastOffsetDelta, first!.recordCount], [0, 2, 1])
})

test('the active segment is not compacted, and its keys count for nothing', () => {
  const partition = compactedPartition({ segmentMs: 7 * hourMs })
  fill(partition, [['a=1'], ['a=2']])
  assert.not.ok(compact(partition, 2000))
  fill(partition, [['a=3']], 8 * hourMs)
  assert.ok(compact(partition, 2000))
  assert.is(told(partition), '[1:a=2] [2:a=3]')
})

test('reads step over what is gone', () => {
  const partition = compactedPartition()
  fill(partition, [['a=1'], ['b=1'], ['a=2'], ['b=2'], ['x=1']])
  compact(partition, 2000)
  const firstFrom = (offset: number) => storedBatches(partition, offset)[0]!.baseOffset
  assert.equal([0, 1, 2, 3, 4].map(firstFrom), [2, 2, 2, 3, 4])
  assert.is(partition.bytesFrom(0), partition.byteLength)
  assert.is(partition.offsetFor(1000).offset, 2)
})

test('whatever compresses a batch compresses what is left of it', () => {
  for (const compression of ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const) {
    const partition = compactedPartition()
    fill(partition, [['a=1 b=1', { compression }], ['b=2', { compression }], ['x=1']])
    compact(partition, 2000)
    assert.is(told(partition), '[0:a=1] [2:b=2] [3:x=1]')
    assert.equal(
      storedBatches(partition).map((batch) => batch.compression),
      [compression, compression, 'none'],
    )
  }
})

test('a tombstone stays for delete.retention.ms after compaction has seen it, then it goes', () => {
  const partition = compactedPartition()
  fill(partition, [['a=1'], ['a'], ['x=1']])
  compact(partition, 2000)
  assert.is(told(partition), '[1:a] [2:x=1]')
  const [kept] = storedBatches(partition)
  assert.is(deleteHorizonOf(kept!), 2000 + hourMs)
  const [record] = recordsIn(recordsSection(kept!), kept!)
  assert.is(record!.timestamp, 1001, 'though the base timestamp is the horizon')

  fill(partition, [['y=1'], ['y=2']], 3000)
  compact(partition, 2000 + hourMs - 1)
  assert.is(told(partition), '[1:a] [2:x=1] [3:y=1] [4:y=2]')
  fill(partition, [['z=1']], 4000)
  compact(partition, 2000 + hourMs)
  assert.is(told(partition), '[2:x=1] [4:y=2] [5:z=1]')
})

test('it waits until enough is dirty, or until it has been for too long', () => {
  const due = (config: Partial<PartitionConfig>, now: number) => {
    const partition = compactedPartition({ dirtyRatioMin: 0.5, ...config })
    fill(partition, [['a=1'], ['b=1'], ['c=1'], ['x=1']])
    assert.ok(compact(partition, 2000), 'all of it is dirty at first')
    fill(partition, [['a=2'], ['x=2']], 3000)
    return compact(partition, now)
  }
  assert.not.ok(due({}, 4000))
  assert.ok(due({ dirtyRatioMin: 0.3 }, 4000))
  assert.not.ok(due({ compactionLagMaxMs: 5000 }, 1003 + 5000))
  assert.ok(due({ compactionLagMaxMs: 5000 }, 1003 + 5001))
})

test('records younger than min.compaction.lag.ms stay as they are', () => {
  const partition = compactedPartition({ compactionLagMinMs: 1000 })
  fill(partition, [['a=1'], ['a=2'], ['a=3'], ['x=1']])
  compact(partition, 2001)
  assert.is(told(partition), '[1:a=2] [2:a=3] [3:x=1]')
})

test('an open transaction keeps compaction out, and an aborted one leaves nothing', () => {
  const partition = compactedPartition()
  const producer = { producerId: 7, producerEpoch: 0, isTransactional: true }
  const begin = (records: string, baseSequence: number, now: number) => {
    const batch = batchOf(records, now, { ...producer, baseSequence })
    accepted(partition.append(batch, now, partition.beginVerification(batch, false, now)))
  }
  const end = (isCommitted: boolean, now: number) =>
    partition.endTransaction({ ...producer, coordinatorEpoch: 0, isSecondGeneration: false, isCommitted }, now)
  fill(partition, [['a=1'], ['a=2']])
  begin('a=3', 0, 1010)
  begin('b=3', 1, 1011)
  compact(partition, 1500)
  assert.is(told(partition), '[1:a=2] [2:a=3] [3:b=3]')

  end(false, 1012)
  begin('c=1', 2, 1013)
  end(true, 1014)
  fill(partition, [['x=1']], 1015)
  compact(partition, 2000)
  assert.is(told(partition), '[1:a=2] [4:abort] [5:c=1] [6:commit] [7:x=1]')
  assert.is(partition.abortedIn(0, { batches: [], byteLength: 0, untilOffset: 8 }).length, 1)

  fill(partition, [['c=2'], ['x=2']], 3000)
  compact(partition, 4000)
  assert.is(told(partition), '[1:a=2] [4:abort] [-5] [6:commit] [7:x=1] [8:c=2] [9:x=2]')
  assert.is(partition.abortedIn(0, { batches: [], byteLength: 0, untilOffset: 10 }).length, 0)
  fill(partition, [['x=3']], 5000)
  compact(partition, 4000 + hourMs)
  assert.is(told(partition), '[1:a=2] [-5] [6:commit] [8:c=2] [9:x=2] [10:x=3]')
})

test('the last batch of a producer stays as a header, so that its sequence is known', () => {
  const partition = compactedPartition()
  const producer = { producerId: 7, producerEpoch: 0 }
  fill(partition, [
    ['a=1', { ...producer, baseSequence: 0 }],
    ['a=2 b=2', { ...producer, baseSequence: 1 }],
    ['a=3 b=3'],
    ['x=1'],
  ])
  compact(partition, 2000)
  assert.is(told(partition), '[-2] [3:a=3 4:b=3] [5:x=1]')
  const [header] = storedBatches(partition)
  assert.equal([header!.producerId, header!.baseSequence, header!.baseTimestamp], [7, 1, -1])
  assert.is(header!.maxTimestamp, 1001)
})

test('small segments are put together, up to the size of one', () => {
  const partition = compactedPartition()
  fill(partition, [['a=1'], ['b=1'], ['c=1'], ['x=1']])
  assert.is(partition.segmentCount, 4)
  compact(partition, 2000)
  assert.is(partition.segmentCount, 2)
})

test('records that come while it goes on are left alone', () => {
  const partition = compactedPartition()
  const value = 'v'.repeat(100_000)
  fill(
    partition,
    ['a', 'b', 'a', 'b', 'a', 'b', 'a', 'b'].map((key): Batch => [`${key}=${value}`]),
  )
  const steps = partition.compact(2000)
  let count = 0
  while (!steps.next().done) {
    fill(partition, [[`b=${count}`]], 5000 + count)
    count++
  }
  assert.ok(count >= 3, 'it takes steps')
  const offsets = storedBatches(partition).map(({ baseOffset }) => baseOffset)
  assert.equal(offsets, [5, 6, 7, ...Array.from({ length: count }, (_, index) => 8 + index)])
})

test('what goes while it goes on is not brought back', () => {
  const budget = new MemoryBudget(10_000_000)
  const partition = compactedPartition({}, budget)
  const value = 'v'.repeat(100_000)
  fill(
    partition,
    ['a', 'b', 'c', 'd', 'e', 'f'].map((key): Batch => [`${key}=${value}`]),
  )
  const steps = partition.compact(2000)
  steps.next()
  steps.next()
  partition.deleteRecordsBefore(2)
  while (!steps.next().done) {}
  assert.is(storedBatches(partition)[0]!.baseOffset, 2)
  assert.is(budget.storedBytes, partition.byteLength)
  const again = partition.compact(2000)
  again.next()
  partition.delete()
  while (!again.next().done) {}
  assert.is(budget.storedBytes, 0)
})

test('max_memory holds while cleaned segments stand beside the old ones', () => {
  let most = 0
  const budget = new MemoryBudget(1_000_000, undefined, (stored) => {
    most = Math.max(most, stored)
  })
  const partition = compactedPartition({}, budget)
  const value = 'v'.repeat(60_000)
  for (let round = 0; round < 5; round++) {
    fill(
      partition,
      Array.from({ length: 10 }, (_, index): Batch => [`k${index % 8}=${value}`]),
      1000 + round * 10,
    )
    compact(partition, 2000 + round)
    assert.is(budget.storedBytes, partition.byteLength)
  }
  assert.ok(most <= budget.bytesMax, `${most} bytes`)
  assert.ok(most > 600_000)
})

test('what is brought back from an image is as clean as it was', () => {
  const partition = compactedPartition()
  fill(partition, [['a=1'], ['a=2'], ['x=1']])
  compact(partition, 2000)
  const image = partition.image()
  const revived = newPartition({ isCompacted: true, dirtyRatioMin: 0.9 }, { image })
  assert.is(revived.byteLength, partition.byteLength)
  assert.is(told(revived), told(partition))
})

test.run()
