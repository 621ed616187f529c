/**
 * The records that a plugin of 0.2 is shown in one call, as numbers: where in the section their parts lie. Kept from
 * call to call, since making an object for each record costs as much as showing it.
 */
import type { RecordCursor, RecordHeader } from '../../protocol/record-cursor.ts'
import { verdict } from '../crossing/crossing.ts'

/** Of one call: a larger batch is shown in several, so that a plugin with little memory need not hold it whole. */
export const recordsPerCallMax = 1000
export const bytesPerCallMax = 1024 * 1024

export class ShownRecords {
  count = 0
  /** The section in which they lie. */
  bytes: Uint8Array = new Uint8Array()
  /** Whether they have offsets. */
  isStored = false
  /** Which of the batch they are. */
  readonly indexes = new Int32Array(recordsPerCallMax)
  readonly keyStarts = new Int32Array(recordsPerCallMax)
  /** Negative for null, as those of values. */
  readonly keyBytes = new Int32Array(recordsPerCallMax)
  readonly valueStarts = new Int32Array(recordsPerCallMax)
  readonly valueBytes = new Int32Array(recordsPerCallMax)
  readonly timestamps = new Float64Array(recordsPerCallMax)
  readonly offsets = new Float64Array(recordsPerCallMax)
  readonly headers: (readonly RecordHeader[])[] = []

  /**
   * Takes records that are still open, as many as a call may have, beginning with the one of index `from`. Returns the
   * index of the first that was not looked at.
   */
  take(cursor: RecordCursor, verdicts: Uint8Array, from: number): number {
    let bytesLeft = bytesPerCallMax
    let index = from
    this.count = 0
    while (index < verdicts.length && bytesLeft > 0 && this.count < recordsPerCallMax) {
      cursor.next()
      if (verdicts[index] === verdict.pending) {
        this.#add(cursor, index)
        bytesLeft -= cursor.end - cursor.start
      }
      index++
    }
    return index
  }

  #add(cursor: RecordCursor, index: number): void {
    const at = this.count++
    this.indexes[at] = index
    this.keyStarts[at] = cursor.keyStart
    this.keyBytes[at] = cursor.keyBytes
    this.valueStarts[at] = cursor.valueStart
    this.valueBytes[at] = cursor.valueBytes
    this.timestamps[at] = cursor.timestamp
    if (this.isStored) this.offsets[at] = cursor.offset
    this.headers[at] = cursor.headers()
  }
}
