/**
 * What does the log cost: to check a batch, to store it, to find and read it, and to keep it?
 *
 * Run with `--expose-gc` for the figures of memory. Prints a table; compare two commits by running it on both.
 */
import { setTimeout } from 'node:timers/promises'
import { MemoryBudget } from '../../src/log/memory-budget.ts'
import { Partition, type PartitionConfig } from '../../src/log/partition.ts'
import { KafkaError } from '../../src/protocol/errors.ts'
import { encodeBatch, type ProducedBatch, validate } from '../../src/protocol/records.ts'

const config: PartitionConfig = {
  segmentBytes: 1024 ** 3,
  segmentMs: 7 * 24 * 3_600_000,
  segmentJitterMs: 0,
  retentionMs: -1,
  retentionBytes: -1,
  maxMessageBytes: 16 * 1024 ** 2,
  decompressedBytesMax: 2147483639,
  isLogAppendTime: false,
  codec: null,
  isCompacted: false,
  deleteRetentionMs: 24 * 3_600_000,
  compactionLagMinMs: 0,
  compactionLagMaxMs: Number.MAX_SAFE_INTEGER,
  dirtyRatioMin: 0.5,
  timestampBeforeMaxMs: Number.MAX_SAFE_INTEGER,
  timestampAfterMaxMs: 3_600_000,
}
const now = 1_700_000_000_000
const rows: { what: string; value: string }[] = []

function batchOf(recordCount: number, valueBytes: number): Buffer {
  const value = Buffer.alloc(valueBytes, 'blink')
  return encodeBatch(Array.from({ length: recordCount }, () => ({ timestamp: now, key: null, value })))
}

function checked(bytes: Buffer): ProducedBatch {
  const batch = validate(bytes, { uncompressedBytesMax: 1024 ** 3 })
  if (batch instanceof KafkaError) throw new Error(`${batch.name}: ${batch.message}`)
  return batch
}

/** What is appended belongs to the log, so each time it is another copy, as from a socket. */
function append(partition: Partition, batch: ProducedBatch): void {
  partition.append({ ...batch, bytes: Buffer.from(batch.bytes) }, now)
}

/** Nanoseconds per call, once warm. */
function nanoseconds(count: number, run: () => unknown): number {
  for (let index = 0; index < Math.min(count, 10_000); index++) run()
  const start = process.hrtime.bigint()
  for (let index = 0; index < count; index++) run()
  return Number(process.hrtime.bigint() - start) / count
}

function newPartition(budget?: MemoryBudget): Partition {
  return new Partition({ topic: 'bench', index: 0, config, ...(budget === undefined ? {} : { budget }) })
}

/** Heap and buffers, once the garbage is gone; freeing buffers takes a second collection. */
async function memoryBytes(): Promise<number> {
  for (let turn = 0; turn < 3; turn++) {
    globalThis.gc?.()
    await setTimeout(20)
  }
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

for (const valueBytes of [20, 100, 1000, 20_000, 200_000]) {
  const batch = checked(batchOf(1, valueBytes))
  const count = Math.min(1_000_000, Math.ceil(300e6 / batch.bytes.length))
  const before = await memoryBytes()
  const residentBefore = process.memoryUsage.rss()
  const partition = newPartition()
  for (let index = 0; index < count; index++) append(partition, batch)
  const ratio = ((await memoryBytes()) - before) / partition.byteLength
  const resident = (process.memoryUsage.rss() - residentBefore) / partition.byteLength
  const what = `keep ${count} batches of ${batch.bytes.length} B`
  rows.push({
    what,
    value: `${ratio.toFixed(3)} bytes of heap and buffers per stored byte, ${resident.toFixed(2)} resident`,
  })

  let offset = 0
  const step = Math.max(1, Math.floor(count / 997))
  const read = nanoseconds(20_000, () => {
    partition.read(offset, 1024 ** 2, { minOneBatch: true })
    offset = (offset + step) % count
  })
  rows.push({ what: `  read up to 1 MiB of them from anywhere`, value: `${read.toFixed(0)} ns` })
  partition.delete()
}

for (const [recordCount, valueBytes] of [
  [1, 100],
  [10, 100],
  [1000, 100],
  [100, 1024],
] as const) {
  const bytes = batchOf(recordCount, valueBytes)
  const cost = nanoseconds(Math.ceil(1e6 / recordCount), () => checked(bytes))
  rows.push({ what: `check ${recordCount} × ${valueBytes} B`, value: `${(cost / recordCount).toFixed(0)} ns a record` })
}

for (const [recordCount, valueBytes, count] of [
  [1, 100, 1_000_000],
  [100, 100, 50_000],
  [1, 1024 ** 2, 2_000],
] as const) {
  const budget = new MemoryBudget(256 * 1024 ** 2)
  const partition = newPartition(budget)
  const batch = checked(batchOf(recordCount, valueBytes))
  const cost = nanoseconds(count, () => append(partition, batch))
  const speed = `${(1e9 / cost / 1e6).toFixed(2)} M batches/s, ${(batch.bytes.length / cost).toFixed(2)} GB/s`
  rows.push({ what: `copy and append ${recordCount} × ${valueBytes} B`, value: speed })
}

const width = Math.max(...rows.map(({ what }) => what.length))
process.stdout.write(`${rows.map(({ what, value }) => `${what.padEnd(width)}  ${value}`).join('\n')}\n`)
