/** The log against the simplest model of it: an array of batches. Prints its seed when they differ. */
import * as assert from 'uvu/assert'
import { SeededRandom } from '../../src/base/random.ts'
import type { Partition } from '../../src/log/partition.ts'
import { accepted, newPartition, spans, timed } from '../support/partitions.ts'
import { suite } from '../support/suite.ts'

interface Stored {
  readonly first: number
  readonly last: number
  readonly byteLength: number
  readonly timestamps: readonly number[]
}

const test = suite('partition, against a model', 30)

function grow(partition: Partition, random: SeededRandom, steps: number, largeBytes: number): Stored[] {
  const model: Stored[] = []
  for (let step = 0; step < steps; step++) {
    const count = 1 + random.below(random.below(10) === 0 ? 50 : 3)
    const timestamps = Array.from({ length: count }, () => 1000 + step * 10 + random.below(40))
    const valueBytes = random.below(50) === 0 ? random.below(largeBytes) : random.below(300)
    const batch = timed(timestamps, Math.ceil(valueBytes / count))
    const { baseOffset } = accepted(partition.append(batch, 1000))
    model.push({ first: baseOffset, last: baseOffset + count - 1, byteLength: batch.bytes.length, timestamps })
  }
  return model
}

function expectedSpans(model: readonly Stored[], offset: number, bytesMax: number, minOneBatch: boolean): string {
  const found: Stored[] = []
  let left = bytesMax
  for (const batch of model.filter(({ last }) => last >= offset)) {
    const fits = batch.byteLength <= left || (minOneBatch && found.length === 0)
    if (!fits) break
    found.push(batch)
    left -= batch.byteLength
  }
  return found.map(({ first, last }) => `${first}-${last}`).join(' ')
}

function expectedOffset(model: readonly Stored[], timestamp: number, logStartOffset: number): number {
  for (const { first, timestamps } of model) {
    const index = timestamps.findIndex((time, index) => time >= timestamp && first + index >= logStartOffset)
    if (index >= 0) return first + index
  }
  return -1
}

for (const [seed, segmentBytes] of [
  [1, 1024 ** 3],
  [2, 110_000],
  [3, 3000],
  [4, 150_000],
] as const) {
  test(`reads and looks up what was appended, in segments of ${segmentBytes} bytes`, () => {
    const random = new SeededRandom(seed)
    const partition = newPartition({ segmentBytes, timestampAfterMaxMs: 1e15 })
    const model = grow(partition, random, 400, Math.min(100_000, segmentBytes - 2000))
    const logStartOffset = random.below(partition.logEndOffset / 2)
    accepted(partition.deleteRecordsBefore(logStartOffset))
    for (let offset = logStartOffset; offset <= partition.logEndOffset; offset++) {
      const bytesMax = random.below(random.below(4) === 0 ? 400_000 : 1000)
      const minOneBatch = random.below(2) === 0
      const expected = expectedSpans(model, offset, bytesMax, minOneBatch)
      const where = `seed ${seed}, offset ${offset}, ${bytesMax} bytes, ${minOneBatch}`
      assert.is(spans(partition, offset, bytesMax, { minOneBatch }), expected, where)
      const left = model.filter(({ last }) => last >= offset).reduce((sum, { byteLength }) => sum + byteLength, 0)
      assert.is(partition.bytesFrom(offset), left, where)
    }
    for (let timestamp = 990; timestamp < 5100; timestamp += 7) {
      const expected = expectedOffset(model, timestamp, logStartOffset)
      assert.is(partition.offsetFor(timestamp).offset, expected, `seed ${seed}, time ${timestamp}`)
    }
  })
}

test.run()
