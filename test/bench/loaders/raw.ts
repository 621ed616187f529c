/**
 * Load by sockets and nothing else: requests encoded beforehand, answers barely looked at. It takes little of the two
 * cores that loader and broker share, so it shows what a broker can do where librdkafka itself is the limit.
 */
import { batchHeaderBytes, readBatch } from '../../../src/protocol/records.ts'
import { fetchedPartition, fetchFrame, produceError, produceFrame, sampleBatch } from '../calls.ts'
import { Wire } from '../wire.ts'
import type { Load, Loader } from './loader.ts'

/** As the Java client: batches of 16 KiB, five requests under way. */
const batchBytes = 16 * 1024
const requestsInFlight = 5
const recordOverhead = 8

export const rawLoader: Loader = {
  name: 'raw',
  title: 'raw sockets, batches of 16 KiB',
  partitionCounts: [1, 8],
  async prepare() {},
  produce,
  fetch,
}

async function produce(port: number, { topic, partitionCount, recordBytes, recordCount }: Load): Promise<number> {
  const recordsInBatch = Math.max(1, Math.floor(batchBytes / (recordBytes + recordOverhead)))
  const batch = sampleBatch(recordsInBatch, recordBytes)
  let left = Math.ceil(recordCount / recordsInBatch)
  // As many producers: a broker answers the requests of one connection one after another.
  const wires = await Promise.all(Array.from({ length: partitionCount }, () => Wire.connect(port)))
  const start = performance.now()
  const lane = async (wire: Wire, frame: Buffer) => {
    while (left-- > 0) {
      const error = produceError(await wire.send(frame))
      if (error !== 0) throw new Error(`produce failed with error ${error}`)
    }
  }
  const producers = wires.map((wire, index) => {
    const frame = produceFrame(topic, index, batch)
    return Promise.all(Array.from({ length: requestsInFlight }, () => lane(wire, frame)))
  })
  await Promise.all(producers)
  const seconds = (performance.now() - start) / 1000
  for (const wire of wires) wire.close()
  return recordCount / seconds
}

/** Reads the partitions side by side, each with one request under way, as each must know where the last one ended. */
async function fetch(port: number, { topic, partitionCount, recordCount }: Load): Promise<number> {
  const wires = await Promise.all(Array.from({ length: partitionCount }, () => Wire.connect(port)))
  let left = recordCount
  const start = performance.now()
  const readAll = async (wire: Wire, partition: number) => {
    for (let offset = 0; left > 0; ) {
      const answer = await wire.send(fetchFrame({ topic, partition, offset, maxWaitMs: 0 }))
      const { errorCode, records } = fetchedPartition(answer)
      const next = endOffset(Buffer.concat(records ?? []), offset)
      if (errorCode !== 0) throw new Error(`fetch failed with error ${errorCode}`)
      if (next === offset) return
      left -= next - offset
      offset = next
    }
  }
  await Promise.all(wires.map(readAll))
  const seconds = (performance.now() - start) / 1000
  for (const wire of wires) wire.close()
  return (recordCount - left) / seconds
}

/** The offset after the last whole batch. */
function endOffset(records: Buffer, offset: number): number {
  let end = offset
  for (let at = 0; at + batchHeaderBytes <= records.length; ) {
    const length = 12 + records.readInt32BE(at + 8)
    if (at + length > records.length) break
    const batch = readBatch(records, at)
    end = batch.baseOffset + batch.lastOffsetDelta + 1
    at += length
  }
  return end
}
