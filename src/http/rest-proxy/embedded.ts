/**
 * The formats in which keys and values lie embedded in the JSON of requests and answers: bytes as base64, JSON as it
 * is, text as its UTF-8.
 */
import { badRequest, ProxyError } from './errors.ts'
import { exactText } from './exact-json.ts'
import type { Json } from './fields.ts'

export type Format = 'binary' | 'json' | 'string'

/** Those that need a Schema Registry, which Blink has none of. */
export const schemaFormats = ['avro', 'jsonschema', 'protobuf']

/** Null, or nothing, is a null key or value in each format. */
export function toBytes(format: Format, data: Json | undefined): Buffer | null {
  if (data === undefined || data === null) return null
  switch (format) {
    case 'binary':
      return fromBase64(data)
    case 'json':
      return Buffer.from(exactText(data))
    case 'string':
      if (typeof data !== 'string') throw badRequest(`data=${JSON.stringify(data)} is not a string.`)
      return Buffer.from(data)
  }
}

function fromBase64(data: Json): Buffer {
  if (typeof data !== 'string') throw badRequest(`data=${JSON.stringify(data)} is not a base64 string.`)
  if (!isBase64(data)) throw badRequest(`data=${JSON.stringify(data)} is not a valid base64 string.`)
  return Buffer.from(data, 'base64')
}

/** Its padding may be left out. */
export function isBase64(text: string): boolean {
  const bare = text.replace(/={1,2}$/, '')
  return /^[A-Za-z0-9+/]*$/.test(bare) && bare.length % 4 !== 1 && (bare === text || text.length % 4 === 0)
}

/** As JSON text. A record that is no JSON cannot be shown as such; a consumer has to seek past it. */
export function jsonOf(format: Format, bytes: Buffer | null): string {
  if (bytes === null) return 'null'
  if (format === 'binary') return `"${bytes.toString('base64')}"`
  const text = bytes.toString()
  try {
    JSON.parse(text)
    return text
  } catch {
    const where = `${JSON.stringify(text.slice(0, shownMax))} is not JSON`
    throw new ProxyError(408, 40801, `${where}; read it with a consumer of the format binary, or seek past it`)
  }
}

const shownMax = 40
