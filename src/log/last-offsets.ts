/**
 * The last offset of each key in a stretch of the log: what compaction goes by. It takes no more than so many bytes;
 * once it is full, the rest of the log has to wait for the next round, as in Kafka.
 */
import type { RecordCursor } from '../protocol/record-cursor.ts'

/** What an entry takes beside its key. */
const entryBytes = 64

export class LastOffsets {
  readonly #byKey = new Map<string, number>()
  readonly #bytesMax: number
  #bytes = 0
  /** It knows everything before this offset. */
  endOffset = 0

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax
  }

  /** False: there is no room for another key. The first one always finds room. */
  note(key: Buffer, offset: number): boolean {
    const name = key.toString('latin1')
    if (!this.#byKey.has(name)) {
      const bytes = this.#bytes + entryBytes + name.length
      if (bytes > this.#bytesMax && this.#bytes > 0) return false
      this.#bytes = bytes
    }
    this.#byKey.set(name, offset)
    return true
  }

  /** Whether nothing later is known of its key; a record without a key has nobody to speak for it. */
  isLast({ key, offset }: RecordCursor): boolean {
    if (offset >= this.endOffset) return true
    return key !== null && offset >= (this.#byKey.get(key.toString('latin1')) ?? -1)
  }
}
