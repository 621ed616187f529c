/** The ways to show a plugin of 0.2 records, and its answers, as its thread knows them: both ways are called alike. */
import { bigint, bytes, list, optional, text, uint32 } from './bound-values.ts'
import { verdict } from '../crossing/crossing.ts'
import { BadResult } from './instance.ts'
import type { Replacement } from '../judgement.ts'
import type { Reply } from '../crossing/replies.ts'
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
  /** About as many bytes as reasons and replacements take, wherever they go. */
  carriedBytes = 0

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
        this.#refuse(index, text(answer.val, 'reason').slice(0, reasonCharactersMax))
        return verdict.refused
      case 'replace':
        this.#replace(index, replacementOf(answer.val))
        return verdict.replaced
      case 'throttle':
        this.throttleMs = Math.max(this.throttleMs, uint32(answer.val, 'time to throttle'))
        return verdict.throttled
      default:
        throw new BadResult(`it answered the verdict ${(answer satisfies never as BoundVerdict).tag}, which is none`)
    }
  }

  #refuse(index: number, reason: string): void {
    this.reasons.set(index, reason)
    this.carriedBytes += objectBytes + reason.length
  }

  #replace(index: number, replacement: Replacement): void {
    this.replacements.set(index, replacement)
    this.carriedBytes += sizeOf(replacement)
  }
}

/** Of an object, however little is in it. */
const objectBytes = 64

function sizeOf({ key, value, headers }: Replacement): number {
  const own = objectBytes + (key?.length ?? 0) + (value?.length ?? 0)
  return headers.reduce((sum, header) => sum + objectBytes + header.key.length + (header.value?.length ?? 0), own)
}

function replacementOf({ key, value, headers, timestamp }: BoundRecord): Replacement {
  return {
    key: part(key, 'key') ?? null,
    value: part(value, 'value') ?? null,
    headers: readHeaders(headers, 'headers'),
    timestamp: Number(bigint(timestamp, 'timestamp')),
  }
}

const part = optional(bytes)
const readHeaders = list((header, what) => {
  const { key, value } = Object(header)
  return { key: text(key, what), value: part(value, what) ?? null }
})

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
    key: partOf(shown.bytes, shown.keyStarts[at]!, shown.keyBytes[at]!),
    value: partOf(shown.bytes, shown.valueStarts[at]!, shown.valueBytes[at]!),
    headers: shown.headers[at]!.map(({ key, value }) => ({ key, value: value ?? undefined })),
    timestamp: BigInt(shown.timestamps[at]!),
    offset: shown.isStored ? BigInt(shown.offsets[at]!) : undefined,
  }
}

function partOf(bytes: Uint8Array, start: number, length: number): Uint8Array | undefined {
  return length < 0 ? undefined : bytes.subarray(start, start + length)
}
