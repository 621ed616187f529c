/**
 * The buffer in which a plugin is shown batches, one at a time. It outlives the plugin's threads, so that the
 * verdicts of a batch are kept when its thread is replaced.
 */
import type { RecordContext } from '../protocol/records.ts'
import type { Way } from './batch-details.ts'
import { type BatchParts, type BatchShape, bytesOf, partsOf, wordBytes } from './batch-shape.ts'
import { verdict } from './crossing.ts'
import type { Client } from './judgement.ts'

const bufferBytesMin = 64 * 1024
/** A larger buffer serves one batch and is given back. */
const keptBytesMax = 4 * 1024 * 1024

/** A batch on its way through the pipeline. */
export interface Batch extends RecordContext {
  readonly topic: string
  readonly partition: number
  /** The records, uncompressed, as on the wire. */
  readonly section: Buffer
  readonly way: Way
  /** Who sent it, or reads it. */
  readonly client: Client
  /** The plugins whose doing it is that it was produced: they are not to see it. */
  readonly by: readonly string[]
}

export interface PlacedBatch extends BatchParts {
  readonly batch: Batch
  readonly buffer: SharedArrayBuffer
  readonly shape: BatchShape
}

export class BatchMemory {
  #buffer = new SharedArrayBuffer(bufferBytesMin)

  place(batch: Batch, passedOver: Iterable<number>): PlacedBatch {
    const { topic, partition, recordCount, section } = batch
    const skew = section.byteOffset % wordBytes
    const topicBytes = Buffer.byteLength(topic)
    const shape = { skew, sectionBytes: section.length, recordCount, topicBytes, partition }
    const buffer = this.#fit(bytesOf(shape))
    const parts = partsOf(buffer, shape)
    // By whole words, which the skew makes possible: byte by byte it takes ten times as long.
    parts.aligned.set(section, skew)
    parts.verdicts.fill(verdict.pending)
    for (const index of passedOver) parts.verdicts[index] = verdict.passedOver
    parts.topic.write(topic)
    return { ...parts, batch, buffer, shape }
  }

  #fit(bytes: number): SharedArrayBuffer {
    const isTooSmall = bytes > this.#buffer.byteLength
    const isTooLarge = this.#buffer.byteLength > keptBytesMax && bytes <= keptBytesMax
    if (isTooSmall || isTooLarge) {
      this.#buffer = new SharedArrayBuffer(Math.max(bufferBytesMin, 2 ** Math.ceil(Math.log2(bytes))))
    }
    return this.#buffer
  }
}
