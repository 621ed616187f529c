/**
 * A batch in the thread of a plugin of 0.2: the records that are still open are shown to it, many at a call, and its verdicts
 * written down.
 *
 * Verdicts of a call count all or none. What they carry is sent before they are written, so that what is found after the
 * thread died is whole.
 */
import { RecordCursor } from '../protocol/record-cursor.ts'
import type { Details } from './batch-details.ts'
import { type BatchShape, partsOf } from './batch-shape.ts'
import { verdict } from './crossing.ts'
import { BadResult, type Surroundings } from './instance.ts'
import type { Replacement } from './judgement.ts'

/** jco's idea of the WIT's records: options are undefined, 64 bits are bigint. */
export interface BoundRecord {
  readonly key: Uint8Array | undefined
  readonly value: Uint8Array | undefined
  readonly headers: readonly BoundHeader[]
  readonly timestamp: bigint
  readonly offset: bigint | undefined
}

interface BoundHeader {
  readonly key: string
  readonly value: Uint8Array | undefined
}

export interface BoundBatch {
  readonly topic: string
  readonly partition: number
  readonly clientId: string | undefined
  readonly principal: string | undefined
  readonly records: readonly BoundRecord[]
}

export type BoundVerdict =
  | { readonly tag: 'accept' | 'drop' | 'pass' | 'hide' }
  | { readonly tag: 'reject'; readonly val: string }
  | { readonly tag: 'replace'; readonly val: BoundRecord }
  | { readonly tag: 'throttle'; readonly val: number }

export interface RecordHooks {
  readonly records?: { onRecords(batch: BoundBatch): readonly BoundVerdict[] }
  readonly fetches?: { onFetch(batch: BoundBatch): readonly BoundVerdict[] }
}

/** Of one call: a larger batch is shown in several, so that a plugin with little memory need not hold it whole. */
export const recordsPerCallMax = 1000
export const bytesPerCallMax = 1024 * 1024
/** Reasons are for people, and go into answers to producers. */
const reasonCharactersMax = 1024
const noHeaders: readonly BoundHeader[] = []

/** What is shown in one call, and which records of the batch these are. */
interface Shown {
  readonly records: BoundRecord[]
  readonly indexes: number[]
}

export class BatchJudge {
  readonly #hooks: RecordHooks
  readonly #surroundings: Surroundings

  constructor(hooks: RecordHooks, surroundings: Surroundings) {
    this.#hooks = hooks
    this.#surroundings = surroundings
  }

  judge(buffer: SharedArrayBuffer, shape: BatchShape): void {
    const { crossing, details } = this.#surroundings
    const { topic, verdicts, aligned } = partsOf(buffer, shape)
    const told = details!.get()
    const { client, way } = told
    const call = this.#hookFor(way)
    const batch = {
      topic: topic.toString(),
      partition: shape.partition,
      clientId: client.id ?? undefined,
      principal: client.principal ?? undefined,
    }
    const section = Buffer.from(aligned).subarray(shape.skew) // Out of shared memory, which is slow to copy from.
    const cursor = new RecordCursor(section, { ...told, recordCount: shape.recordCount })
    let notAccepted = 0
    for (let index = 0; index < shape.recordCount; ) {
      const shown: Shown = { records: [], indexes: [] }
      index = gather(cursor, section, verdicts, index, way, shown)
      if (shown.indexes.length === 0) break
      notAccepted += this.#settle(shown.indexes, call({ ...batch, records: shown.records }), way, verdicts)
    }
    crossing.setNotAccepted(notAccepted)
  }

  #hookFor(way: Details['way']): (batch: BoundBatch) => readonly BoundVerdict[] {
    const { records, fetches } = this.#hooks
    return way === 'fetched' ? (batch) => fetches!.onFetch(batch) : (batch) => records!.onRecords(batch)
  }

  /** Returns how many were not accepted. */
  #settle(
    indexes: readonly number[],
    answers: readonly BoundVerdict[],
    way: Details['way'],
    verdicts: Uint8Array,
  ): number {
    if (answers.length !== indexes.length) {
      const hook = way === 'fetched' ? 'on-fetch' : 'on-records'
      throw new BadResult(`${hook} answered ${answers.length} verdicts for ${indexes.length} records`)
    }
    if (way === 'subscribed') {
      for (const index of indexes) verdicts[index] = verdict.accepted
      return 0
    }
    const gathered = new Gathered()
    const codes = answers.map((answer, at) => gathered.codeOf(answer, indexes[at]!))
    if (gathered.isAny) this.#surroundings.replies!.send(gathered)
    let notAccepted = 0
    indexes.forEach((index, at) => {
      verdicts[index] = codes[at]!
      if (codes[at] !== verdict.accepted) notAccepted++
    })
    return notAccepted
  }
}

/** Takes records that are still open, as many as a call may have. Returns the index of the first that was not looked at. */
function gather(
  cursor: RecordCursor,
  section: Buffer,
  verdicts: Uint8Array,
  from: number,
  way: Details['way'],
  { records, indexes }: Shown,
): number {
  const bytes = new Uint8Array(section.buffer, section.byteOffset, section.length)
  let bytesLeft = bytesPerCallMax
  let index = from
  while (index < verdicts.length && bytesLeft > 0 && records.length < recordsPerCallMax) {
    cursor.next()
    if (verdicts[index] === verdict.pending) {
      records.push(boundRecord(cursor, bytes, way !== 'produced'))
      indexes.push(index)
      bytesLeft -= cursor.end - cursor.start
    }
    index++
  }
  return index
}

function boundRecord(cursor: RecordCursor, bytes: Uint8Array, isStored: boolean): BoundRecord {
  const { keyStart, keyBytes, valueStart, valueBytes, headerCount } = cursor
  return {
    key: keyBytes < 0 ? undefined : bytes.subarray(keyStart, keyStart + keyBytes),
    value: valueBytes < 0 ? undefined : bytes.subarray(valueStart, valueStart + valueBytes),
    headers:
      headerCount === 0 ? noHeaders : cursor.headers().map(({ key, value }) => ({ key, value: value ?? undefined })),
    timestamp: BigInt(cursor.timestamp),
    offset: isStored ? BigInt(cursor.offset) : undefined,
  }
}

/** What verdicts carry, record by record. */
class Gathered {
  readonly reasons = new Map<number, string>()
  readonly replacements = new Map<number, Replacement>()
  throttleMs = 0

  get isAny(): boolean {
    return this.reasons.size > 0 || this.replacements.size > 0 || this.throttleMs > 0
  }

  codeOf(answer: BoundVerdict, index: number): number {
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
