/**
 * Records as JSON: what a person writes in a request, and how stored bytes are shown.
 *
 * Text stands for its UTF-8, `{ "base64": "…" }` for any bytes, null for null; any other JSON for itself, as text.
 */
import { isUtf8 } from 'node:buffer'
import type { Record as KafkaRecord, NewHeader } from '../protocol/records.ts'
import { shown, wrongField } from './errors.ts'
import {
  anyJson,
  byName,
  either,
  fields,
  integer,
  list,
  named,
  nullable,
  object,
  oneOf,
  optional,
  type Out,
  text,
  wholeNumber,
} from './schema.ts'

export const partitionMax = 2 ** 31 - 1

const bytes = 'text, { "base64": "…" } for bytes, null, or any other JSON, which is kept as its text'
const headerRemedy = 'use { "name": "value" } or [{ "key": "name", "value": "value" }]'
const headerByName = byName(anyJson(bytes), headerRemedy)
const headerList = list(
  fields(
    { key: text("use the header's name"), value: optional(anyJson(bytes)) },
    'use { "key": "name", "value": "value" }',
  ),
  headerRemedy,
)

/** The fields of a record that a client sends; what `key`, `value` and headers hold is looked at by `readRecord`. */
export const recordFields = {
  partition: optional(nullable(wholeNumber({ max: partitionMax }))),
  key: optional(anyJson(bytes)),
  value: anyJson(bytes),
  headers: optional(
    nullable(oneOf([headerByName, headerList], (input) => (Array.isArray(input) ? headerList : headerByName))),
  ),
  timestamp: optional(nullable(wholeNumber({ max: Number.MAX_SAFE_INTEGER }))),
}

export type NewRecordFields = { readonly [K in keyof typeof recordFields]?: Out<(typeof recordFields)[K]> }

export const shownBytes = nullable(named('Bytes', either([text(), object({ base64: text() })])))

export const shownRecord = named(
  'Record',
  object({
    offset: integer(),
    timestamp: integer(),
    key: shownBytes,
    value: shownBytes,
    /** A list, because headers have an order and may repeat. */
    headers: list(object({ key: text(), value: shownBytes })),
  }),
)

type Mutable = Out<typeof shownRecord>
export type ShownRecord = Readonly<Mutable>
export type ShownBytes = Mutable['key']

export interface AskedRecord {
  /** Null: chosen by the key, or else by the broker. */
  readonly partition: number | null
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly headers: readonly NewHeader[]
  readonly timestamp: number
}

/**
 * A record of this moment, if it does not say its time. `path` begins the names of fields in errors: '' or
 * `records[2].`.
 */
export function readRecord(asked: NewRecordFields, now: number, path = ''): AskedRecord {
  const { partition, key, value, headers, timestamp } = asked
  if (value === undefined) throw wrongField(`${path}value`, 'is missing; null makes a tombstone')
  return {
    partition: partition ?? null,
    key: readBytes(key ?? null, `${path}key`),
    value: readBytes(value, `${path}value`),
    headers: readHeaders(headers ?? {}, `${path}headers`),
    timestamp: timestamp ?? now,
  }
}

/** A whole number from 0 on, also as text, as forms and queries have it; null when it is not there. */
export function readInteger(raw: unknown, field: string, max: number): number | null {
  if (raw === undefined || raw === null) return null
  const number = typeof raw === 'string' && /^\d+$/.test(raw) ? Number(raw) : raw
  if (typeof number === 'number' && Number.isInteger(number) && number >= 0 && number <= max) return number
  throw wrongField(field, `is ${shown(raw)}; use a whole number from 0 to ${max}`)
}

function readHeaders(asked: NonNullable<NewRecordFields['headers']>, field: string): readonly NewHeader[] {
  if (Array.isArray(asked)) {
    return asked.map(({ key, value }, at) => ({ key, value: readBytes(value ?? null, `${field}[${at}].value`) }))
  }
  return Object.entries(asked).map(([key, value]) => ({ key, value: readBytes(value, `${field}.${key}`) }))
}

function readBytes(raw: unknown, field: string): Buffer | null {
  if (raw === null || raw instanceof Buffer) return raw
  if (typeof raw === 'string') return Buffer.from(raw)
  return isBase64Form(raw) ? readBase64(raw.base64, field) : Buffer.from(jsonText(raw, field))
}

function isBase64Form(raw: unknown): raw is { readonly base64: unknown } {
  return typeof raw === 'object' && raw !== null && 'base64' in raw && Object.keys(raw).length === 1
}

function readBase64(raw: unknown, field: string): Buffer {
  if (typeof raw === 'string' && /^[A-Za-z0-9+/]*={0,2}$/.test(raw) && raw.length % 4 === 0)
    return Buffer.from(raw, 'base64')
  throw wrongField(`${field}.base64`, `is ${shown(raw)}; use base64 with its padding, which is a multiple of 4 long`)
}

/** What was sent as JSON is kept as JSON, but for its spaces; numbers that would change on the way are refused. */
function jsonText(raw: unknown, field: string): string {
  const exact = (name: string, value: unknown) => {
    if (typeof value !== 'number' || Math.abs(value) <= Number.MAX_SAFE_INTEGER) return value
    const where = name === '' ? field : `${field}: ${name}`
    throw wrongField(where, 'has a number beyond 2^53, which would not be kept exactly; send it as text')
  }
  try {
    return JSON.stringify(raw, exact)
  } catch (error) {
    if (error instanceof RangeError) throw wrongField(field, 'is nested too deeply; send it as text')
    throw error
  }
}

export function showRecord({ offset, timestamp, key, value, headers }: KafkaRecord): ShownRecord {
  return {
    offset,
    timestamp,
    key: showBytes(key),
    value: showBytes(value),
    headers: headers.map((header) => ({ key: header.key, value: showBytes(header.value) })),
  }
}

/** Text where it is text, so that what is read can be written again unchanged. */
export function showBytes(bytes: Buffer | null): ShownBytes {
  if (bytes === null) return null
  return isUtf8(bytes) ? bytes.toString() : { base64: bytes.toString('base64') }
}
