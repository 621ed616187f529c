/**
 * The body of a request as one object of fields, whether it came as JSON or as a form.
 *
 * A form has texts only, or files for bytes. Unless told otherwise, curl calls every body a form and `fetch` plain
 * text; one that begins with a brace is read as the JSON it is.
 */
import type { Context } from 'hono'
import { HttpError } from './errors.ts'

export type Fields = Readonly<Record<string, unknown>>

export interface BodyLimits {
  readonly httpBodyBytesMax: number
}

export interface Body {
  readonly fields: Fields
  readonly isForm: boolean
}

/** What clients call a body when nobody told them. */
const mislabelled = ['application/x-www-form-urlencoded', 'text/plain', '']

export async function readBody(c: Context, bytesMax: number): Promise<Body> {
  const bytes = await readBytes(c, bytesMax)
  const type = mediaType(c)
  if (type === 'multipart/form-data') {
    return { fields: await multipart(bytes, c.req.header('content-type')!), isForm: true }
  }
  const text = bytes.toString()
  if (type === 'application/json' || type.endsWith('+json')) return { fields: parseJson(text), isForm: false }
  if (mislabelled.includes(type) && /^\s*\{/.test(text)) return { fields: parseJson(text), isForm: false }
  if (type === 'application/x-www-form-urlencoded' || text === '') {
    return { fields: withoutRepeats(new URLSearchParams(text)), isForm: true }
  }
  const remedy = 'use application/json, application/x-www-form-urlencoded or multipart/form-data'
  throw new HttpError(415, 'unsupported_media_type', `the body is ${type}; ${remedy}`)
}

/** Any JSON, whatever its type is called, unless it is plainly something else. Nothing is `{}` where that may be. */
export async function readJson(c: Context, bytesMax: number, isOptional = false): Promise<unknown> {
  const type = mediaType(c)
  if (type !== 'application/json' && !type.endsWith('+json') && !mislabelled.includes(type)) {
    throw new HttpError(415, 'unsupported_media_type', `the body is ${type}; use application/json`)
  }
  const text = (await readBytes(c, bytesMax)).toString()
  return isOptional && text === '' ? {} : parsed(text, 'the body')
}

/** Without its parameters; empty when the request does not say. */
export function mediaType(c: Context): string {
  return (c.req.header('content-type') ?? '').split(';')[0]!.trim().toLowerCase()
}

/** Refused as soon as it is known to be too large: by what it says of itself, or by what has come. */
export async function readBytes(c: Context, bytesMax: number): Promise<Buffer> {
  const told = c.req.header('content-length')
  if (told !== undefined) {
    if (Number(told) > bytesMax) throw tooLarge(bytesMax)
    return Buffer.from(await c.req.raw.arrayBuffer()) // Node sees to it that no more comes than was told.
  }
  const { body } = c.req.raw
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of body ?? []) {
    length += chunk.length
    if (length > bytesMax) throw tooLarge(bytesMax)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function tooLarge(bytesMax: number): HttpError {
  const message = `the body is larger than ${bytesMax} bytes; send less, or raise http_max_body_size`
  return new HttpError(413, 'body_too_large', message)
}

async function multipart(bytes: Buffer, contentType: string): Promise<Fields> {
  const parts = new Response(bytes, { headers: { 'content-type': contentType } })
  const form = await parts.formData().catch(() => {
    throw new HttpError(400, 'invalid_request', 'the body is no multipart form; check the boundary in its Content-Type')
  })
  const entries: [string, unknown][] = []
  for (const [name, value] of form) {
    entries.push([name, typeof value === 'string' ? value : Buffer.from(await value.arrayBuffer())])
  }
  return withoutRepeats(entries)
}

function withoutRepeats(entries: Iterable<[string, unknown]>): Fields {
  const fields = new Map<string, unknown>()
  for (const [name, value] of entries) {
    if (fields.has(name))
      throw new HttpError(400, 'invalid_request', `${name} is given twice; give it once`, { field: name })
    fields.set(name, value)
  }
  return Object.fromEntries(fields)
}

function parseJson(text: string): Fields {
  const value = parsed(text, 'the body')
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new HttpError(400, 'invalid_request', 'the body is JSON, but no object; use { … }')
  }
  return value as Fields
}

/**
 * JSON, or a refusal that says where it ceases to be: line and column, or, where V8 tells only that, the text there.
 */
export function parsed(text: string, what: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    const [why, position] = (error as Error).message.split(/ (?:in JSON )?at position /)
    throw new HttpError(400, 'invalid_json', `${what} is not JSON${placeOf(text, position)}: ${why}; correct it`)
  }
}

function placeOf(text: string, position: string | undefined): string {
  if (position === undefined) return ''
  const before = text.slice(0, Number.parseInt(position, 10)).split('\n')
  return ` in line ${before.length}, column ${before.at(-1)!.length + 1}`
}
