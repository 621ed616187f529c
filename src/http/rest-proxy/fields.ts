/**
 * The fields of a JSON body or a query, each read as what it has to be, or refused with the REST Proxy's codes: 422 for
 * a field that is not one or is missing, 400 for a value of another type.
 */
import type { Context } from 'hono'
import { parsed, readBytes } from '../body.ts'
import { HttpError, shown } from '../errors.ts'
import { ProxyError } from './errors.ts'
import { parseExactly } from './exact-json.ts'

export type Json = null | boolean | number | string | readonly Json[] | Fields
export interface Fields {
  readonly [name: string]: Json
}

export const int32Max = 2 ** 31 - 1

/** Null when there is no body. */
export async function readBody(c: Context, bytesMax: number, known: readonly string[]): Promise<Fields | null> {
  try {
    const text = (await bytesOf(c, bytesMax)).toString()
    return text.trim() === '' ? null : fieldsOf(parsedExactly(text), 'the body', known)
  } catch (error) {
    if (error instanceof HttpError) throw new ProxyError(error.status, error.status, error.message)
    throw error
  }
}

/** Parsed twice only to say where it ceases to be JSON. */
function parsedExactly(text: string): Json {
  try {
    return parseExactly(text)
  } catch (error) {
    if (error instanceof SyntaxError) parsed(text, 'the body')
    throw error
  }
}

/** With GET, too, where the web's requests have no body and Node's do: v2 asks so for committed offsets. */
async function bytesOf(c: Context, bytesMax: number): Promise<Buffer> {
  if (c.req.method !== 'GET') return readBytes(c, bytesMax)
  const { incoming = [] } = (c.env ?? {}) as { readonly incoming?: AsyncIterable<Buffer> }
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of incoming) {
    length += chunk.length
    if (length > bytesMax) throw new ProxyError(413, 413, `the body is larger than ${bytesMax} bytes; send less`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** As `readBody`, where there has to be one. */
export async function requireBody(c: Context, bytesMax: number, known: readonly string[]): Promise<Fields> {
  const fields = await readBody(c, bytesMax, known)
  if (fields === null) throw new ProxyError(422, 42206, 'Payload error. Null input provided. Data is required.')
  return fields
}

/** An object with no other fields than these. */
export function fieldsOf(value: Json | undefined, path: string, known: readonly string[]): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrong(path, value, 'an object')
  const fields = value as Fields
  const unknown = Object.keys(fields).find((name) => !known.includes(name))
  if (unknown !== undefined) {
    throw new ProxyError(422, 422, `Unrecognized field: ${unknown}; ${path} has ${known.join(', ')}`)
  }
  return fields
}

export function listOf(value: Json | undefined, path: string): readonly Json[] {
  if (value === undefined || value === null) return []
  if (!Array.isArray(value)) throw wrong(path, value, 'a list')
  return value
}

export function textOf(value: Json | undefined, path: string): string | null {
  if (value === undefined || value === null) return null
  // Jackson takes numbers and booleans for text, so clients send them.
  if (typeof value === 'number' || typeof value === 'boolean') return `${value}`
  if (typeof value !== 'string') throw wrong(path, value, 'text')
  return value
}

export function requireText(value: Json | undefined, path: string): string {
  const text = textOf(value, path)
  if (text === null) throw missing(path)
  return text
}

export function booleanOf(value: Json | undefined, path: string): boolean | null {
  if (value === undefined || value === null) return null
  if (value === 'true' || value === 'false') return value === 'true'
  if (typeof value !== 'boolean') throw wrong(path, value, 'true or false')
  return value
}

/** A whole number, also as text; null when it is not there. */
export function integerOf(value: Json | undefined, path: string, min = 0, max = int32Max): number | null {
  if (value === undefined || value === null) return null
  const number = typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value
  if (typeof number === 'number' && Number.isInteger(number) && number >= min && number <= max) return number
  throw wrong(path, value, `a whole number from ${min} to ${max}`)
}

export function requireInteger(value: Json | undefined, path: string, min = 0, max = int32Max): number {
  const number = integerOf(value, path, min, max)
  if (number === null) throw missing(path)
  return number
}

function wrong(path: string, value: Json | undefined, remedy: string): ProxyError {
  return new ProxyError(400, 400, `${path} is ${shown(value)}; use ${remedy}`)
}

function missing(path: string): ProxyError {
  return new ProxyError(422, 422, `${path} may not be null`)
}
