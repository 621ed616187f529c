/**
 * A batch in the thread of a plugin of 0.2: the records that are still open are shown to it, many at a call, and its
 * verdicts written down.
 *
 * Verdicts of a call count all or none. What they carry is sent before they are written, so that what is found after
 * the thread died is whole.
 */
import { RecordCursor } from '../../protocol/record-cursor.ts'
import type { Answers, BatchCaller } from './batch-caller.ts'
import type { Way } from '../crossing/batch-details.ts'
import { type BatchShape, partsOf } from '../crossing/batch-shape.ts'
import { verdict } from '../crossing/crossing.ts'
import { BadResult, type Surroundings } from './instance.ts'
import { ShownRecords } from './shown-records.ts'

/**
 * What the verdicts on one batch may carry, in however many calls: it waits for the broker's thread until all are
 * given, and is in no limit of the plugin's memory.
 */
export const carriedBytesMax = 64 * 1024 * 1024

/** A plugin without one of them is not asked about such batches. */
export interface BatchCallers {
  onRecords: BatchCaller
  onFetch: BatchCaller
}

export class BatchJudge {
  readonly #callers: BatchCallers
  readonly #surroundings: Pick<Surroundings, 'crossing' | 'details' | 'replies'>
  readonly #shown = new ShownRecords()

  constructor(callers: BatchCallers, surroundings: Pick<Surroundings, 'crossing' | 'details' | 'replies'>) {
    this.#callers = callers
    this.#surroundings = surroundings
  }

  judge(buffer: SharedArrayBuffer, shape: BatchShape): void {
    const { crossing, details } = this.#surroundings
    const { topic, verdicts, aligned } = partsOf(buffer, shape)
    const { recordCount, partition } = shape
    const told = details![crossing.batch]!.get()
    const { client, way } = told
    const call = way === 'fetched' ? this.#callers.onFetch : this.#callers.onRecords
    const clientId = client.id ?? undefined
    const head = { topic: topic.toString(), partition, clientId, principal: client.principal ?? undefined }
    const section = Buffer.from(aligned).subarray(shape.skew) // Out of shared memory, which is slow to copy from.
    const cursor = new RecordCursor(section, { ...told, recordCount })
    const shown = this.#shown
    shown.bytes = new Uint8Array(section.buffer, section.byteOffset, section.length)
    shown.isStored = way !== 'produced'
    let notAccepted = 0
    let carriedBytes = 0
    for (let index = 0; index < recordCount; ) {
      index = shown.take(cursor, verdicts, index)
      if (shown.count === 0) continue
      const answers = call(head, shown)
      carriedBytes += answers.carriedBytes
      if (carriedBytes > carriedBytesMax)
        throw new BadResult(`its verdicts on a batch carry over ${carriedBytesMax} bytes`)
      notAccepted += this.#settle(answers, way, verdicts)
    }
    crossing.setNotAccepted(notAccepted)
  }

  /** Returns how many were not accepted. */
  #settle(answers: Answers, way: Way, verdicts: Uint8Array): number {
    const { indexes, count } = this.#shown
    const isHeard = way !== 'subscribed'
    if (isHeard) this.#surroundings.replies!.send(answers)
    let notAccepted = 0
    for (let at = 0; at < count; at++) {
      const code = isHeard ? answers.codes[at]! : verdict.accepted
      verdicts[indexes[at]!] = code
      if (code !== verdict.accepted) notAccepted++
    }
    return notAccepted
  }
}
