/**
 * Messages as JSON, for files and for other programs: only the fields that a version has, bytes in base64, the largest
 * int64 exactly as Java has it.
 */
import { INT64_MAX } from '../../src/base/bytes.ts'
import type { AnyType, Fields } from '../../src/protocol/schema.ts'

/** In a field or in a list, not within a text. */
const greatest = new RegExp(`(?<=[:,[])${INT64_MAX}(?=[,\\]}])`, 'g')

export function asJson(fields: Fields, version: number, message: object): string {
  return JSON.stringify(plainMessage(fields, version, message)).replaceAll(greatest, '9223372036854775807')
}

export function plainMessage(fields: Fields, version: number, message: object): Record<string, unknown> {
  const values = new Map(Object.entries(message))
  const here = Object.entries(fields).filter(
    ([, { presence }]) => presence.since <= version && version <= presence.until,
  )
  return Object.fromEntries(here.map(([name, type]) => [name, plainField(type, version, values.get(name))]))
}

// biome-ignore lint/suspicious/noExplicitAny: what a value is, its wire type says.
function plainField({ wire }: AnyType, version: number, value: any): unknown {
  if (value === null) return null
  if (wire.kind === 'bytes') return value.toString('base64')
  if (wire.kind === 'records') return Buffer.concat(value).toString('base64')
  if (wire.kind === 'struct') return plainMessage(wire.fields, version, value)
  if (wire.kind === 'array') return value.map((element: unknown) => plainField(wire.of, version, element))
  return value
}
