/**
 * A batch in the plugin's thread: each record that is still open is shown to the plugin, and its verdict written down.
 */
import { RecordCursor } from '../../protocol/record-cursor.ts'
import { type BatchShape, partsOf } from '../crossing/batch-shape.ts'
import type { Caller } from './caller.ts'
import { type Crossing, verdict } from '../crossing/crossing.ts'
import type { RecordInstance } from './instance-0-1.ts'
import type { NonUtf8, Tombstones } from '../plugin-settings.ts'
import { isText } from './text.ts'

export interface Policies {
  readonly nonUtf8: NonUtf8
  readonly tombstones: Tombstones
}

/** Calls within one jco task. Each log line adds to the task until it ends. */
const callsPerTask = 256
/** A longer section is copied into a buffer of its own. */
const ownBytesMax = 1024 * 1024
/** A plugin is told neither offset nor timestamp. */
const nothingButRecords = { baseOffset: 0, baseTimestamp: 0, maxTimestamp: 0, isLogAppendTime: false } as const

export class Judge {
  readonly #instance: RecordInstance
  readonly #policies: Policies
  readonly #crossing: Crossing
  #own = Buffer.allocUnsafeSlow(0)

  constructor(instance: RecordInstance, policies: Policies, crossing: Crossing) {
    this.#instance = instance
    this.#policies = policies
    this.#crossing = crossing
  }

  judge(buffer: SharedArrayBuffer, shape: BatchShape): void {
    const { topic, verdicts, aligned } = partsOf(buffer, shape)
    const section = this.#owned(aligned).subarray(shape.skew)
    const bytes = new Uint8Array(section.buffer, section.byteOffset, section.length) // Views of a Buffer cost more.
    const view = new DataView(section.buffer, section.byteOffset, section.length)
    const cursor = new RecordCursor(section, { ...nothingButRecords, recordCount: shape.recordCount })
    const { caller } = this.#instance
    let index = 0
    let notAccepted = 0
    caller.prepare(bytes, topic, shape.partition)
    const judgeSome = () => {
      for (let left = callsPerTask; left > 0 && index < shape.recordCount; index++) {
        cursor.next()
        if (verdicts[index] === verdict.pending) {
          left--
          this.#crossing.begin(index)
          verdicts[index] = this.#verdictOn(cursor, bytes, view, caller)
        }
        if (verdicts[index] !== verdict.accepted && verdicts[index] !== verdict.passedOver) notAccepted++
      }
    }
    while (index < shape.recordCount) caller.within(judgeSome)
    this.#crossing.setNotAccepted(notAccepted)
  }

  #verdictOn(record: RecordCursor, bytes: Uint8Array, view: DataView, caller: Caller): number {
    const { keyStart, keyBytes, valueStart, valueBytes } = record
    const { nonUtf8, tombstones } = this.#policies
    if (valueBytes < 0 && tombstones === 'skip') return verdict.accepted
    const isTextual =
      (keyBytes <= 0 || isText(bytes, view, keyStart, keyBytes)) &&
      (valueBytes <= 0 || isText(bytes, view, valueStart, valueBytes))
    if (!isTextual && nonUtf8 !== 'lossy') return nonUtf8 === 'reject' ? verdict.notUtf8 : verdict.accepted
    const isAccepted = caller.call(keyStart, keyBytes, valueStart, valueBytes, isTextual)
    return isAccepted ? verdict.accepted : verdict.refused
  }

  /** Out of shared memory, from which V8 copies pieces at odd addresses byte by byte, ten times as slowly. */
  #owned(shared: Uint8Array): Buffer {
    const { length } = shared
    if (length > ownBytesMax) return Buffer.from(shared)
    if (length > this.#own.length) this.#own = Buffer.allocUnsafeSlow(2 ** Math.ceil(Math.log2(length)))
    this.#own.set(shared)
    return this.#own.subarray(0, length)
  }
}
