import * as assert from 'uvu/assert'
import { openMsMax, Segment } from '../../src/log/segment.ts'
import { readBatch } from '../../src/protocol/records.ts'
import { timed } from '../support/partitions.ts'
import { suite } from '../support/suite.ts'

const test = suite('segment')
const batchBytes = timed([0, 0], 200).bytes.length

/** So many batches of two records from offset 1000 on, at times 10 apart. */
function filled(count: number): Segment {
  const segment = new Segment(1000)
  for (let index = 0; index < count; index++) {
    const batch = timed([10 * index, 10 * index + 5], 200)
    const stamp = {
      baseOffset: segment.nextOffset,
      leaderEpoch: 1,
      isLogAppendTime: false,
      maxTimestamp: 10 * index + 5,
    }
    segment.append(batch, stamp, 7)
  }
  return segment
}

test('a segment closes earlier by a part of segment.jitter.ms that is its own', () => {
  const openMs = (index: number, segmentJitterMs: number, baseOffset = 0) =>
    openMsMax({ topic: 't', index }, new Segment(baseOffset), { segmentMs: 1000, segmentJitterMs })
  assert.is(openMs(0, 0), 1000)
  const drawn = Array.from({ length: 100 }, (_, index) => openMs(index, 500))
  assert.ok(drawn.every((ms) => ms > 500 && ms <= 1000))
  assert.ok(new Set(drawn).size > 50)
  assert.is(openMs(7, 500), drawn[7])
  assert.ok(openMs(7, 500, 100) !== drawn[7])
  // As in Kafka it is no more than segment.ms itself.
  assert.ok(openMs(1, 1_000_000) > 0)
})

test('an offset is found at the start of its batch', () => {
  const segment = filled(100)
  for (let index = 0; index < 100; index++) {
    assert.is(segment.positionOf(1000 + 2 * index), index * batchBytes)
    assert.is(segment.positionOf(1001 + 2 * index), index * batchBytes)
  }
  assert.is(segment.positionOf(1200), segment.byteLength)
})

test('the end within some bytes is the end of a batch', () => {
  const segment = filled(100)
  for (const [from, bytesMax, batches] of [
    [0, 0, 0],
    [0, batchBytes - 1, 0],
    [0, batchBytes, 1],
    [3, 50 * batchBytes + 1, 53],
    [90, 100 * batchBytes, 100],
  ] as const) {
    assert.is(segment.endWithin(from * batchBytes, bytesMax), batches * batchBytes)
  }
  assert.is(segment.endOfBatch(5 * batchBytes), 6 * batchBytes)
})

test('batches since a time are those with a record as late', () => {
  const offsets = [...filled(100).batchesSince(906)].map(({ baseOffset }) => baseOffset)
  assert.equal(offsets, [1182, 1184, 1186, 1188, 1190, 1192, 1194, 1196, 1198])
  assert.equal([...filled(100).batchesSince(996)], [])
})

test('the largest timestamp is known, and which batch has it first', () => {
  const segment = filled(100)
  assert.is(segment.maxTimestamp, 995)
  assert.is(segment.batchOfMaxTimestamp().baseOffset, 1198)
})

test('what was written stays readable after the segment is closed', () => {
  const segment = filled(10)
  segment.close()
  const bytes = Buffer.concat(segment.views(0, segment.byteLength))
  assert.is(readBatch(bytes, 9 * batchBytes).baseOffset, 1018)
})

test('a batch that would stretch it over 2^31 offsets needs a new one', () => {
  const segment = filled(1)
  const batch = timed([0])
  const mustRoll = (lastOffsetDelta: number) => segment.mustRoll({ ...batch, lastOffsetDelta }, 0, 0, 1e9, 1e9)
  assert.is(mustRoll(2 ** 31 - 3), false)
  assert.is(mustRoll(2 ** 31 - 2), true)
})

test.run()
