/**
 * The buffer in which a plugin is shown batches, one at a time. It outlives the plugin's threads, so that the
 * verdicts of a batch are kept when its thread is replaced.
 */
import { type BatchParts, type BatchShape, bytesOf, partsOf, wordBytes } from './batch-shape.ts'
import { verdict } from './crossing.ts'

const bufferBytesMin = 64 * 1024
/** A larger buffer serves one batch and is given back. */
const keptBytesMax = 4 * 1024 * 1024

/** A batch on its way through the pipeline. */
export interface Batch {
  readonly topic: string
  readonly partition: number
  readonly recordCount: number
  /** The records, uncompressed, as on the wire. */
  readonly section: Buffer
}

export interface PlacedBatch extends BatchParts {
  readonly buffer: SharedArrayBuffer
  readonly shape: BatchShape
}

export class BatchMemory {
  #buffer = new SharedArrayBuffer(bufferBytesMin)

  place({ topic, partition, recordCount, section }: Batch, passedOver: Iterable<number>): PlacedBatch {
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
    return { ...parts, buffer, shape }
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
