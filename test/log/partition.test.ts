import * as assert from 'uvu/assert'
import { KafkaError } from '../../src/protocol/errors.ts'
import {
  type BatchOptions,
  readBatch,
  recordsIn,
  recordsSection,
  validate,
  withoutRecords,
} from '../../src/protocol/records.ts'
import { accepted, counted, newPartition, refusal, sound, spans, timed } from '../support/partitions.ts'
import { suite } from '../support/suite.ts'

const test = suite('partition')
const hourMs = 3_600_000

function filled(counts: readonly number[], config = {}) {
  const partition = newPartition(config)
  for (const count of counts) accepted(partition.append(counted(count), 0))
  return partition
}

/** The first stored batch from this offset on. */
function stored(partition: ReturnType<typeof newPartition>, offset: number) {
  const { batches } = accepted(partition.read(offset, 1_000_000))
  return readBatch(batches[0]!)
}

test('offsets are given in the order of the appends', () => {
  const partition = newPartition()
  assert.equal(partition.append(counted(3), 7), { baseOffset: 0, logAppendTimeMs: -1, logStartOffset: 0 })
  assert.equal(partition.append(counted(2), 7), { baseOffset: 3, logAppendTimeMs: -1, logStartOffset: 0 })
  assert.is(partition.logEndOffset, 5)
  assert.is(partition.highWatermark, 5)
  assert.is(partition.lastStableOffset, 5)
})

test('a stored batch has its offset and the epoch of the leader, and its checksum still holds', () => {
  const partition = newPartition({}, { leaderEpoch: 6 })
  accepted(partition.append(counted(3), 0))
  accepted(partition.append(counted(2), 0))
  const batch = stored(partition, 3)
  assert.is(batch.baseOffset, 3)
  assert.is(batch.leaderEpoch, 6)
  const sent = Buffer.from(batch.bytes)
  sent.fill(0, 0, 8)
  assert.not.instance(validate(sent, { uncompressedBytesMax: 1000 }), KafkaError)
})

test('what the producer sent is not changed', () => {
  const batch = counted(3)
  const before = Buffer.from(batch.bytes)
  const partition = filled([4], { isLogAppendTime: true })
  accepted(partition.append(batch, 99))
  assert.ok(batch.bytes.equals(before))
})

test('a read begins with the batch that holds the offset', () => {
  const partition = filled([3, 1, 4, 1, 5])
  const table: [number, string][] = [
    [0, '0-2 3-3 4-7 8-8 9-13'],
    [2, '0-2 3-3 4-7 8-8 9-13'],
    [3, '3-3 4-7 8-8 9-13'],
    [7, '4-7 8-8 9-13'],
    [13, '9-13'],
    [14, ''],
  ]
  for (const [offset, expected] of table) assert.is(spans(partition, offset, 1_000_000), expected)
})

test('a read returns whole batches within the bytes asked for, and one at least if told so', () => {
  const partition = filled([3, 1, 4])
  const [first, second] = [counted(3).bytes.length, counted(1).bytes.length]
  assert.is(spans(partition, 0, first + second), '0-2 3-3')
  assert.is(spans(partition, 0, first + second - 1), '0-2')
  assert.is(spans(partition, 0, first - 1), '')
  assert.is(spans(partition, 0, 0), '')
  assert.is(spans(partition, 0, first - 1, { minOneBatch: true }), '0-2')
  assert.is(spans(partition, 0, 0, { minOneBatch: true }), '0-2')
})

test('a read does not pass the end it is given', () => {
  const partition = filled([3, 1, 4])
  assert.is(spans(partition, 0, 1_000_000, { endOffset: 4 }), '0-2 3-3')
  assert.is(spans(partition, 0, 0, { endOffset: 3, minOneBatch: true }), '0-2')
  assert.is(spans(partition, 4, 1_000_000, { endOffset: 4 }), '')
})

test('a read goes on across segments', () => {
  const partition = filled([3, 1, 4, 1, 5], { segmentBytes: counted(5).bytes.length })
  assert.is(spans(partition, 3, 1_000_000), '3-3 4-7 8-8 9-13')
})

test('an offset outside the log is out of range', () => {
  const partition = filled([3, 1, 4])
  partition.deleteRecordsBefore(2)
  assert.is(refusal(partition.read(1, 1000)), 'OFFSET_OUT_OF_RANGE')
  assert.is(refusal(partition.read(9, 1000)), 'OFFSET_OUT_OF_RANGE')
  assert.is(refusal(partition.read(-1, 1000)), 'OFFSET_OUT_OF_RANGE')
  assert.is(refusal(partition.read(8, 1000)), 'none')
})

test('the bytes from an offset on are those of its batch and all after it', () => {
  const partition = filled([3, 1, 4], { segmentBytes: counted(4).bytes.length })
  const [first, second, third] = [3, 1, 4].map((count) => counted(count).bytes.length) as [number, number, number]
  assert.is(partition.bytesFrom(0), first + second + third)
  assert.is(partition.bytesFrom(2), first + second + third)
  assert.is(partition.bytesFrom(3), second + third)
  assert.is(partition.bytesFrom(3, 4), second)
  assert.is(partition.bytesFrom(8), 0)
  assert.is(partition.bytesFrom(99), 0)
})

test('a batch larger than the topic allows is refused', () => {
  const { length } = counted(1).bytes
  assert.is(refusal(newPartition({ maxMessageBytes: length }).append(counted(1), 0)), 'none')
  assert.is(refusal(newPartition({ maxMessageBytes: length - 1 }).append(counted(1), 0)), 'MESSAGE_TOO_LARGE')
  assert.is(refusal(newPartition({ segmentBytes: length - 1 }).append(counted(1), 0)), 'RECORD_LIST_TOO_LARGE')
})

test('timestamps too far from now are refused', () => {
  const partition = newPartition({ timestampBeforeMaxMs: 1000, timestampAfterMaxMs: 500 })
  const table: [readonly number[], string][] = [
    [[9000, 10_500], 'none'],
    [[8999, 10_000], 'INVALID_TIMESTAMP'],
    [[10_000, 10_501], 'INVALID_TIMESTAMP'],
    [[-1, -1], 'none'],
    [[-1, 10_000], 'none'],
    [[-1, 8999], 'INVALID_TIMESTAMP'],
  ]
  for (const [timestamps, expected] of table) {
    assert.is(refusal(partition.append(timed(timestamps), 10_000)), expected, `${timestamps}`)
  }
})

test('the time of the append replaces the timestamps where the topic says so', () => {
  const partition = newPartition({ isLogAppendTime: true, timestampAfterMaxMs: 0 })
  assert.is(accepted(partition.append(timed([5, 99 * hourMs]), 1234)).logAppendTimeMs, 1234)
  const batch = stored(partition, 0)
  const times = [...recordsIn(recordsSection(batch), batch)].map(({ timestamp }) => timestamp)
  assert.equal(times, [1234, 1234])
  const again = Buffer.from(batch.bytes)
  assert.not.instance(validate(again, { uncompressedBytesMax: 1000 }), KafkaError)
})

test('a producer may not claim to know the time of the append', () => {
  const claimed = { ...timed([5]), isLogAppendTime: true }
  assert.is(refusal(newPartition({ isLogAppendTime: true }).append(claimed, 0)), 'INVALID_TIMESTAMP')
})

test('the largest timestamp that a producer claims is put right', () => {
  const partition = newPartition()
  accepted(partition.append({ ...timed([5, 7]), maxTimestamp: 6 }, 0))
  const batch = stored(partition, 0)
  assert.is(batch.maxTimestamp, 6)
  assert.not.instance(validate(Buffer.from(batch.bytes), { uncompressedBytesMax: 1000 }), KafkaError)
})

test('a topic that names a codec has its batches stored in that', () => {
  const sent = timed([1, 2, 3], 500, { compression: 'gzip', producerId: 7, producerEpoch: 0, baseSequence: 4 })
  for (const compression of ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const) {
    const partition = newPartition({ codec: { compression } })
    accepted(partition.append(sent, 0))
    const batch = stored(partition, 0)
    assert.is(batch.compression, compression)
    assert.is(batch.bytes.subarray(61).equals(sent.bytes.subarray(61)), compression === 'gzip')
    const { producerId, baseSequence, lastOffsetDelta, recordCount, baseTimestamp, maxTimestamp } = batch
    assert.equal([producerId, baseSequence, lastOffsetDelta, recordCount], [7, 4, 2, 3])
    assert.equal([baseTimestamp, maxTimestamp], [1, 3])
    assert.equal(recordsSection(batch), sent.section)
    assert.not.instance(validate(Buffer.from(batch.bytes), { uncompressedBytesMax: 10_000 }), KafkaError)
  }
})

test('a batch must not be too large as it comes, nor as it is stored', () => {
  const codec = { compression: 'none' } as const
  const packed = timed([1], 2000, { compression: 'gzip' })
  assert.is(refusal(newPartition({ codec, maxMessageBytes: 1000 }).append(packed, 0)), 'MESSAGE_TOO_LARGE')
  const loose = timed([1], 2000)
  const smaller = { codec: { compression: 'gzip' }, maxMessageBytes: 1000 } as const
  assert.is(refusal(newPartition(smaller).append(loose, 0)), 'MESSAGE_TOO_LARGE')
})

test('a record of a compressed batch must not be too large once it is unpacked', () => {
  const append = (valueBytes: number, compression: 'none' | 'gzip') =>
    refusal(newPartition({ decompressedBytesMax: 20 }).append(timed([0, 0], valueBytes, { compression }), 0))
  // Seven bytes beside the value, of which one is missing without a key.
  assert.equal([append(14, 'gzip'), append(15, 'gzip'), append(100, 'none')], ['none', 'INVALID_RECORD', 'none'])
})

test('a codec compresses as hard as it is told', () => {
  const varied = timed(
    Array.from({ length: 300 }, (_, index) => (index * 7919) % 1000),
    20,
  )
  for (const compression of ['gzip', 'zstd'] as const) {
    const lengths = [1, 9].map((level) => {
      const partition = newPartition({ codec: { compression, level } })
      accepted(partition.append(varied, 0))
      return partition.byteLength
    })
    assert.ok(lengths[0]! > lengths[1]!, `${compression}: ${lengths}`)
  }
})

test('a segment ends when it is full, and after its time', () => {
  const size = counted(1).bytes.length
  const bySize = filled([1, 1, 1], { segmentBytes: 2 * size })
  assert.is(bySize.oldestClosedMs, 0)
  const byTime = newPartition({ segmentMs: 1000 })
  accepted(byTime.append(timed([5000]), 5000))
  accepted(byTime.append(timed([6000]), 9000))
  assert.is(byTime.oldestClosedMs, null)
  accepted(byTime.append(timed([6001]), 9000))
  assert.is(byTime.oldestClosedMs, 9000)
})

test('without timestamps a segment ends by the time of its appends', () => {
  const partition = newPartition({ segmentMs: 1000 })
  accepted(partition.append(timed([-1]), 5000))
  accepted(partition.append(timed([-1]), 6000))
  assert.is(partition.oldestClosedMs, null)
  accepted(partition.append(timed([-1]), 6001))
  assert.is(partition.oldestClosedMs, 6000)
})

test('the places that ListOffsets knows by name', () => {
  const partition = newPartition({}, { leaderEpoch: 3 })
  const nothing = { offset: -1, timestamp: -1, leaderEpoch: -1 }
  assert.equal(partition.offsetFor('max-timestamp'), nothing)
  assert.equal(partition.offsetFor('earliest'), { offset: 0, timestamp: -1, leaderEpoch: 3 })
  accepted(partition.append(timed([10, 40, 20]), 0))
  accepted(partition.append(timed([40, 30]), 0))
  partition.deleteRecordsBefore(1)
  partition.beginLeaderEpoch(4)
  assert.equal(partition.offsetFor('earliest'), { offset: 1, timestamp: -1, leaderEpoch: 3 })
  assert.equal(partition.offsetFor('latest'), { offset: 5, timestamp: -1, leaderEpoch: 4 })
  assert.equal(partition.offsetFor('latest', 3), { offset: 3, timestamp: -1, leaderEpoch: 4 })
  assert.equal(partition.offsetFor('max-timestamp'), { offset: 1, timestamp: 40, leaderEpoch: 3 })
  assert.equal(partition.offsetFor('max-timestamp', 1), nothing)
})

test('a time is answered by the first record at or after it, even inside a packed batch', () => {
  const options: BatchOptions = { compression: 'zstd' }
  for (const segmentBytes of [1024 ** 3, 200]) {
    const partition = newPartition({ segmentBytes })
    for (const timestamps of [[10, 12, 11], [9, 30, 20], [25], [50, 40]]) {
      accepted(partition.append(timed(timestamps, 10, options), 0))
    }
    const found = [0, 10, 11, 12, 13, 20, 30, 31, 50, 51].map((time) => partition.offsetFor(time).offset)
    assert.equal(found, [0, 0, 1, 1, 4, 4, 4, 7, 7, -1])
    assert.is(partition.offsetFor(13).timestamp, 30)
    partition.deleteRecordsBefore(5)
    assert.is(partition.offsetFor(13).offset, 5)
  }
})

test('with the time of the append, a time is answered by the first record of a batch', () => {
  const partition = newPartition({ isLogAppendTime: true })
  accepted(partition.append(counted(3), 100))
  accepted(partition.append(counted(3), 200))
  assert.equal(partition.offsetFor(101), { offset: 3, timestamp: 200, leaderEpoch: 0 })
  assert.is(partition.offsetFor('max-timestamp').offset, 3)
})

test('a batch that plugins emptied has no timestamp to be found', () => {
  const partition = newPartition()
  accepted(partition.append(timed([10]), 0))
  accepted(partition.append(readBatch(withoutRecords(timed([99, 98]), new Set([0, 1]))), 0))
  assert.is(partition.logEndOffset, 3)
  assert.is(partition.offsetFor('max-timestamp').offset, 0)
  assert.is(partition.offsetFor(50).offset, -1)
  assert.is(spans(partition, 2, 1_000_000), '1-2')
})

test('DeleteRecords moves the start of the log, never back and never beyond its end', () => {
  const partition = filled([3, 1, 4])
  assert.is(partition.deleteRecordsBefore(2), 2)
  assert.is(partition.deleteRecordsBefore(1), 2)
  assert.is(refusal(partition.deleteRecordsBefore(9)), 'OFFSET_OUT_OF_RANGE')
  assert.is(refusal(partition.deleteRecordsBefore(-2)), 'OFFSET_OUT_OF_RANGE')
  assert.is(spans(partition, 2, 1_000_000), '0-2 3-3 4-7')
  assert.is(partition.deleteRecordsBefore(-1), 8)
  assert.is(partition.byteLength, 0)
  assert.is(accepted(partition.append(counted(1), 0)).logStartOffset, 8)
})

test('a batch sent twice is stored once and answered alike', () => {
  const partition = newPartition()
  const batch = timed([70, 60], 10, { producerId: 5, producerEpoch: 0, baseSequence: 0 })
  accepted(partition.append(counted(4), 0))
  assert.is(partition.precheck(batch, 0), null)
  assert.is(accepted(partition.append(batch, 0)).baseOffset, 4)
  for (const outcome of [partition.precheck(batch, 0), partition.append(batch, 0)]) {
    assert.equal(outcome, { baseOffset: 4, logAppendTimeMs: 70, logStartOffset: 0 })
  }
  assert.is(partition.logEndOffset, 6)
})

test('a gap in a producer’s sequence is refused and changes nothing', () => {
  const partition = newPartition()
  const numbered = (baseSequence: number) => counted(2, 10, { producerId: 5, producerEpoch: 0, baseSequence })
  accepted(partition.append(numbered(0), 0))
  assert.is(refusal(partition.precheck(numbered(3), 0)), 'OUT_OF_ORDER_SEQUENCE_NUMBER')
  assert.is(refusal(partition.append(numbered(3), 0)), 'OUT_OF_ORDER_SEQUENCE_NUMBER')
  assert.is(accepted(partition.append(numbered(2), 0)).baseOffset, 2)
})

test('a producer stays in step when plugins took records out', () => {
  const partition = newPartition()
  const numbered = (baseSequence: number) => counted(4, 10, { producerId: 5, producerEpoch: 0, baseSequence })
  accepted(partition.append(readBatch(withoutRecords(numbered(0), new Set([1, 3]))), 0))
  assert.is(accepted(partition.append(numbered(4), 0)).baseOffset, 4)
  assert.ok('baseOffset' in partition.precheck(numbered(0), 0)!)
})

test('leaders are told apart by the offsets at which they began', () => {
  const partition = filled([3])
  partition.beginLeaderEpoch(2)
  accepted(partition.append(counted(2), 0))
  assert.equal(partition.endOffsetOf(0), { leaderEpoch: 0, endOffset: 3 })
  assert.equal(partition.endOffsetOf(2), { leaderEpoch: 2, endOffset: 5 })
  assert.is(stored(partition, 3).leaderEpoch, 2)
})

test('who waits is woken by each append until it has enough', () => {
  const partition = newPartition()
  let woken = 0
  const leave = partition.onAppend(() => woken++)
  accepted(partition.append(counted(1), 0))
  accepted(partition.append(counted(1), 0))
  leave()
  accepted(partition.append(counted(1), 0))
  assert.is(woken, 2)
})

test('a deleted partition wakes who waits and knows nothing any more', () => {
  const partition = filled([3])
  let woken = 0
  partition.onAppend(() => woken++)
  partition.delete()
  assert.is(woken, 1)
  assert.is(refusal(partition.read(0, 1000)), 'UNKNOWN_TOPIC_OR_PARTITION')
  assert.is(refusal(partition.append(counted(1), 0)), 'UNKNOWN_TOPIC_OR_PARTITION')
  assert.is(refusal(partition.precheck(counted(1), 0)), 'UNKNOWN_TOPIC_OR_PARTITION')
})

test('timestamps at the ends of 64 bits are stored', () => {
  const batch = timed([0])
  const unlimited = Number.POSITIVE_INFINITY
  const partition = newPartition({ timestampBeforeMaxMs: unlimited, timestampAfterMaxMs: unlimited })
  for (const timestamp of [2 ** 63, 1.5 * 2 ** 63, -(2 ** 63), -1.5 * 2 ** 63]) {
    accepted(partition.append({ ...batch, minTimestamp: timestamp, maxTimestamp: timestamp }, 0))
  }
  assert.is(partition.logEndOffset, 4)
  assert.is(sound(Buffer.from(stored(partition, 0).bytes)).recordCount, 1)
})

test.run()
