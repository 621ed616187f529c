/** How keys, values and headers are shown, by the `format` that is asked for. */
import { isUtf8 } from 'node:buffer'
import type { Record as KafkaRecord } from '../protocol/records.ts'
import { anyJson, choice, described, integer, list, named, object, orElse, type Out, text } from './schema.ts'

export const formats = ['auto', 'text', 'json', 'base64', 'hex'] as const
export type Format = (typeof formats)[number]

const meaning = `How keys and values are shown. auto: text, or { "base64" } where it is none; text: always text; json:
what the JSON says, or as auto; base64, hex: any bytes as such a text.`

/** A parameter of a query. */
export const formatQuery = orElse(described(choice(...formats), meaning), 'auto')

const shown = anyJson('As `format` has it; null for null.')

export const formattedRecord = named(
  'FormattedRecord',
  object({
    partition: integer(),
    offset: integer(),
    timestamp: integer(),
    key: shown,
    value: shown,
    headers: list(object({ key: text(), value: shown })),
    key_bytes: described(integer(), '-1 for null.'),
    value_bytes: described(integer(), '-1 for null.'),
  }),
)

export type FormattedRecord = Out<typeof formattedRecord>

export function formatRecord(record: KafkaRecord, partition: number, format: Format): FormattedRecord {
  const { offset, timestamp, key, value, headers } = record
  return {
    partition,
    offset,
    timestamp,
    key: show(key, format),
    value: show(value, format),
    headers: headers.map((header) => ({ key: header.key, value: show(header.value, format) })),
    key_bytes: key?.length ?? -1,
    value_bytes: value?.length ?? -1,
  }
}

function show(bytes: Buffer | null, format: Format): unknown {
  if (bytes === null) return null
  switch (format) {
    case 'auto':
      return isUtf8(bytes) ? bytes.toString() : { base64: bytes.toString('base64') }
    case 'text':
      return bytes.toString()
    case 'json':
      return asJson(bytes)
    case 'base64':
    case 'hex':
      return bytes.toString(format)
    default:
      return format satisfies never
  }
}

function asJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString())
  } catch {
    return show(bytes, 'auto') // It is no JSON, which is nothing wrong.
  }
}
