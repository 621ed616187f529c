import * as assert from 'uvu/assert'
import { type Batch, BatchMemory } from '../../../src/plugins/crossing/batch-memory.ts'
import { partsOf } from '../../../src/plugins/crossing/batch-shape.ts'
import { suite } from '../../support/suite.ts'
import { placedAlone, shownBatch } from '../../support/threads.ts'

const test = suite('memory for batches')
const waiting = (batch: Batch, passedOver: readonly number[] = []) => ({ batch, passedOver })
const batch = (bytes: number, recordCount = 3) =>
  shownBatch([], { topic: 'café', partition: 7, recordCount, section: Buffer.alloc(bytes, 'x') })

test('the plugin finds in it what was put there', () => {
  const { buffer, shape } = placedAlone(batch(10), [1])
  const { topic, verdicts, aligned } = partsOf(buffer, shape)
  const section = Buffer.from(aligned.subarray(shape.skew)).toString()
  assert.equal([topic.toString(), shape.partition, section], ['café', 7, 'x'.repeat(10)])
  assert.equal([...verdicts], [0, 5, 0])
})

test('a section keeps its distance from a multiple of eight, so that it is copied by words', () => {
  const bytes = Buffer.from(new ArrayBuffer(64)).fill('x')
  for (const start of [0, 1, 7, 8, 13]) {
    const section = bytes.subarray(start, start + 20)
    const { aligned, shape } = placedAlone({ ...batch(0), section })
    assert.equal([shape.skew, Buffer.from(aligned.subarray(shape.skew))], [start % 8, section])
  }
})

test('batches lie one behind the other, each as if alone', () => {
  const all = [1, 30, 8].map((bytes) => batch(bytes, bytes))
  const placed = new BatchMemory().place(all.map((one, nth) => waiting(one, [nth % one.recordCount])))
  for (const [nth, { buffer, shape, batch: same }] of placed.entries()) {
    const alone = placedAlone(all[nth]!, [nth % all[nth]!.recordCount])
    const [parts, expected] = [partsOf(buffer, shape), partsOf(alone.buffer, alone.shape)]
    assert.equal([same, parts.aligned, parts.verdicts], [all[nth], expected.aligned, expected.verdicts])
    assert.is(parts.topic.toString(), expected.topic.toString())
  }
})

test('a batch leaves nothing to the next', () => {
  const memory = new BatchMemory()
  memory.place([waiting(batch(10), [0, 1, 2])])[0]!.verdicts.fill(3)
  assert.equal([...memory.place([waiting(batch(10))])[0]!.verdicts], [0, 0, 0])
})

test('it is kept while it fits, grows when it must, and is given back after a giant', () => {
  const memory = new BatchMemory()
  const sizes = [100, 60_000, 70_000, 100, 5_000_000, 6_000_000, 100].map(
    (bytes) => memory.place([waiting(batch(bytes))])[0]!.buffer,
  )
  assert.is(sizes[1], sizes[0])
  assert.is(sizes[2]!.byteLength, 131_072)
  assert.is(sizes[3], sizes[2])
  assert.is(sizes[4]!.byteLength, 8_388_608)
  assert.is(sizes[5], sizes[4])
  assert.is(sizes[6]!.byteLength, 65_536)
})

test.run()
