/** The ways to show a plugin of 0.2 records, and its answers, as its thread knows them: both ways are called alike. */
import { verdict } from './crossing.ts'
import { BadResult } from './instance.ts'
import type { Replacement } from './judgement.ts'
import type { Reply } from './replies.ts'
import type { ShownRecords } from './shown-records.ts'

/** One way to call `on-records` or `on-fetch`. Throws what ends the plugin. */
export type BatchCaller = (batch: BatchHead, shown: ShownRecords) => Answers

/** A batch without its records, as jco knows it. */
export interface BatchHead {
  readonly topic: string
  readonly partition: number
  readonly clientId: string | undefined
  readonly principal: string | undefined
}

/** jco's idea of the WIT's records: options are undefined, 64 bits are bigint. */
export interface BoundBatch extends BatchHead {
  readonly records: readonly BoundRecord[]
}

export interface BoundRecord {
  readonly key: Uint8Array | undefined
  readonly value: Uint8Array | undefined
  readonly headers: readonly BoundHeader[]
  readonly timestamp: bigint
  readonly offset: bigint | undefined
}

export interface BoundHeader {
  readonly key: string
  readonly value: Uint8Array | undefined
}

export type BoundVerdict =
  | { readonly tag: 'accept' | 'drop' | 'pass' | 'hide' }
  | { readonly tag: 'reject'; readonly val: string }
  | { readonly tag: 'replace'; readonly val: BoundRecord }
  | { readonly tag: 'throttle'; readonly val: number }

export type OnBatch = (batch: BoundBatch) => readonly BoundVerdict[]

/** Reasons are for people, and go into answers to producers. */
export const reasonCharactersMax = 1024

/** Verdicts in the order of the records that were shown, and what they carry by the index in the batch. */
export class Answers implements Reply {
  readonly codes: Uint8Array
  readonly reasons = new Map<number, string>()
  readonly replacements = new Map<number, Replacement>()
  throttleMs = 0

  /** All accepted, until something else is said. */
  constructor(count: number) {
    this.codes = new Uint8Array(count).fill(verdict.accepted)
  }

  add(at: number, index: number, answer: BoundVerdict): void {
    this.codes[at] = this.#codeOf(answer, index)
  }

  #codeOf(answer: BoundVerdict, index: number): number {
    switch (answer.tag) {
      case 'accept':
      case 'pass':
        return verdict.accepted
      case 'drop':
      case 'hide':
        return verdict.dropped
      case 'reject':
        this.reasons.set(index, answer.val.slice(0, reasonCharactersMax))
        return verdict.refused
      case 'replace':
        this.replacements.set(index, replacementOf(answer.val))
        return verdict.replaced
      case 'throttle':
        this.throttleMs = Math.max(this.throttleMs, answer.val)
        return verdict.throttled
      default:
        throw new BadResult(`it answered the verdict ${(answer satisfies never as BoundVerdict).tag}, which is none`)
    }
  }
}

function replacementOf({ key, value, headers, timestamp }: BoundRecord): Replacement {
  return {
    key: key ?? null,
    value: value ?? null,
    headers: headers.map((header) => ({ key: header.key, value: header.value ?? null })),
    timestamp: Number(timestamp),
  }
}

/** By jco's binding, which always works. */
export function bindingBatchCall(hook: 'on-records' | 'on-fetch', call: OnBatch): BatchCaller {
  return (batch, shown) => {
    const records = Array.from({ length: shown.count }, (_, at) => boundRecord(shown, at))
    const verdicts = call({ ...batch, records })
    checkCount(hook, verdicts.length, shown.count)
    const answers = new Answers(shown.count)
    verdicts.forEach((answer, at) => answers.add(at, shown.indexes[at]!, answer))
    return answers
  }
}

export function checkCount(hook: string, verdictCount: number, recordCount: number): void {
  if (verdictCount === recordCount) return
  throw new BadResult(`${hook} answered ${verdictCount} verdicts for ${recordCount} records`)
}

function boundRecord(shown: ShownRecords, at: number): BoundRecord {
  return {
    key: part(shown.bytes, shown.keyStarts[at]!, shown.keyBytes[at]!),
    value: part(shown.bytes, shown.valueStarts[at]!, shown.valueBytes[at]!),
    headers: shown.headers[at]!.map(({ key, value }) => ({ key, value: value ?? undefined })),
    timestamp: BigInt(shown.timestamps[at]!),
    offset: shown.isStored ? BigInt(shown.offsets[at]!) : undefined,
  }
}

function part(bytes: Uint8Array, start: number, length: number): Uint8Array | undefined {
  return length < 0 ? undefined : bytes.subarray(start, start + length)
}
