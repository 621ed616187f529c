/**
 * The buffer in which a plugin is shown batches, one or some at a time. It outlives the plugin's threads, so that the
 * verdicts of a batch are kept when its thread is replaced.
 */
import type { RecordContext } from '../../protocol/records.ts'
import type { Way } from './batch-details.ts'
import { type BatchParts, type BatchShape, endOf, partsOf, wordBytes } from './batch-shape.ts'
import { verdict } from './crossing.ts'
import type { Client } from '../judgement.ts'

const bufferBytesMin = 64 * 1024
/** A larger buffer serves once and is given back. */
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

export interface WaitingBatch {
  readonly batch: Batch
  /** Indexes of records that the plugin is not shown. */
  readonly passedOver: readonly number[]
}

export interface PlacedBatch extends BatchParts {
  readonly batch: Batch
  readonly buffer: SharedArrayBuffer
  readonly shape: BatchShape
}

export class BatchMemory {
  #buffer = new SharedArrayBuffer(bufferBytesMin)

  /** What was placed before is gone. */
  place(waiting: readonly WaitingBatch[]): readonly PlacedBatch[] {
    let end = 0
    const shapes = waiting.map(({ batch }) => {
      const shape = shapeOf(batch, end)
      end = endOf(shape)
      return shape
    })
    const buffer = this.#fit(end)
    return waiting.map((one, nth) => placed(one, buffer, shapes[nth]!))
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

function shapeOf({ section, recordCount, topic, partition }: Batch, at: number): BatchShape {
  const skew = section.byteOffset % wordBytes
  return { at, skew, sectionBytes: section.length, recordCount, topicBytes: Buffer.byteLength(topic), partition }
}

/** Field by field: a spread takes microseconds. */
function placed({ batch, passedOver }: WaitingBatch, buffer: SharedArrayBuffer, shape: BatchShape): PlacedBatch {
  const { aligned, verdicts, topic } = partsOf(buffer, shape)
  // By whole words, which the skew makes possible: byte by byte it takes ten times as long.
  aligned.set(batch.section, shape.skew)
  verdicts.fill(verdict.pending)
  for (const index of passedOver) verdicts[index] = verdict.passedOver
  topic.write(batch.topic)
  return { aligned, verdicts, topic, batch, buffer, shape }
}
