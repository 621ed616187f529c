/**
 * What a plugin of 0.2 is told of a batch beside its records, in memory that the broker's thread and the plugin's
 * share: whose it is, which way it goes, and what offsets and timestamps of its records count from.
 *
 * A memory of its own, apart from the crossing: plugins of 0.1 are told none of it, and pay nothing for it.
 */
import type { Batch } from './batch-memory.ts'
import { batchesMax } from './crossing.ts'
import type { Client } from '../judgement.ts'

export type Details = Pick<
  Batch,
  'way' | 'client' | 'by' | 'baseOffset' | 'baseTimestamp' | 'maxTimestamp' | 'isLogAppendTime'
>

/** Where the records are: not stored yet, just stored, or on their way to a consumer. */
export const ways = ['produced', 'subscribed', 'fetched'] as const
export type Way = (typeof ways)[number]

/** Floats of 64 bits, which hold offsets and timestamps exactly. */
const field = { way: 0, isLogAppendTime: 1, baseOffset: 2, baseTimestamp: 3, maxTimestamp: 4, senderBytes: 5 } as const
const fieldsBytes = 64
/** A client id of Kafka's has up to 32 KiB, which JSON may write as six characters each. */
const senderBytesMax = 256 * 1024

interface Sender {
  readonly client: Client
  readonly by: readonly string[]
}

const detailsBytes = fieldsBytes + senderBytesMax

const nobody: Sender = { client: { id: null, principal: null }, by: [] }

export class BatchDetails {
  readonly #fields: Float64Array
  readonly #sender: Buffer
  /** Whose name is written there. Clients send many batches. */
  #written: Sender | null = null
  /** What was read last, as text and as it is. */
  #text = ''
  #read: Sender = nobody

  constructor(memory: SharedArrayBuffer, at: number) {
    this.#fields = new Float64Array(memory, at, fieldsBytes / 8)
    this.#sender = Buffer.from(memory, at + fieldsBytes, senderBytesMax)
  }

  /** For all batches that may cross at once. Pages never written to cost nothing. */
  static memory(): SharedArrayBuffer {
    return new SharedArrayBuffer(batchesMax * detailsBytes)
  }

  /** By the batch's number. */
  static allIn(memory: SharedArrayBuffer): readonly BatchDetails[] {
    return Array.from({ length: batchesMax }, (_, batch) => new BatchDetails(memory, batch * detailsBytes))
  }

  set(details: Details): void {
    const fields = this.#fields
    fields[field.way] = ways.indexOf(details.way)
    fields[field.isLogAppendTime] = details.isLogAppendTime ? 1 : 0
    fields[field.baseOffset] = details.baseOffset
    fields[field.baseTimestamp] = details.baseTimestamp
    fields[field.maxTimestamp] = details.maxTimestamp
    const { client, by } = details
    if (this.#written?.client === client && this.#written.by === by) return
    this.#written = { client, by }
    const text = JSON.stringify({ client, by })
    const isTooLong = Buffer.byteLength(text) > senderBytesMax
    fields[field.senderBytes] = this.#sender.write(isTooLong ? JSON.stringify(nobody) : text)
  }

  get(): Details {
    const fields = this.#fields
    return {
      way: ways[fields[field.way]!]!,
      isLogAppendTime: fields[field.isLogAppendTime] === 1,
      baseOffset: fields[field.baseOffset]!,
      baseTimestamp: fields[field.baseTimestamp]!,
      maxTimestamp: fields[field.maxTimestamp]!,
      ...this.#senderRead(),
    }
  }

  /** Of the batch in hand, or the last one. */
  get by(): readonly string[] {
    return this.#senderRead().by
  }

  #senderRead(): Sender {
    const text = this.#sender.toString('utf8', 0, this.#fields[field.senderBytes]!)
    if (text !== this.#text) {
      this.#text = text
      this.#read = JSON.parse(text)
    }
    return this.#read
  }
}
