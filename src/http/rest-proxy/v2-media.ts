/**
 * The media types of v2, `application/vnd.kafka[.format].v2+json`: they tell the format of embedded keys and values,
 * and they are how a request says that it means the REST Proxy.
 */
import type { Context } from 'hono'
import { mediaType } from '../body.ts'
import { type Format, schemaFormats } from './embedded.ts'
import { formatMismatch, ProxyError } from './errors.ts'
import { isBelowBase } from './links.ts'

export const v2Type = 'application/vnd.kafka.v2+json'
const pattern = /^application\/vnd\.kafka(?:\.(binary|json|avro|jsonschema|protobuf))?(?:\.v2)?\+json$/
/** Which of them a request for records may ask for; the first that it names counts. */
const anything = new Set(['', '*/*', 'application/*', 'application/json'])

export function answerV2(c: Context, body: unknown): Response {
  return c.body(JSON.stringify(body), 200, { 'Content-Type': v2Type })
}

/** What clients call a body when nobody told them. */
const unsaid = new Set(['', 'application/json', 'text/plain', 'application/x-www-form-urlencoded'])

/** By the base path, a body that is called nothing in particular is JSON. */
function isPlainByBase(c: Context, type: string): boolean {
  return unsaid.has(type) && isBelowBase(new URL(c.req.url).pathname)
}

/** What the body of a produce request embeds. */
export function formatOfBody(c: Context): Format | 'schema' {
  const type = mediaType(c)
  const found = pattern.exec(type)
  if (found !== null) return formatNamed(found[1] ?? 'binary')
  if (isPlainByBase(c, type)) return 'json'
  throw new ProxyError(415, 415, `HTTP 415 Unsupported Media Type: use application/vnd.kafka.json.v2+json or .binary`)
}

function formatNamed(name: string): Format | 'schema' {
  return schemaFormats.includes(name) ? 'schema' : (name as Format)
}

/** Refuses a body that is something else; plain JSON is let through where nothing is embedded. */
export function requireJson(c: Context): void {
  const type = mediaType(c)
  if (type === '' || type === 'application/json' || pattern.test(type) || isPlainByBase(c, type)) return
  throw new ProxyError(415, 415, `HTTP 415 Unsupported Media Type: use ${v2Type}`)
}

/** The type in which records of a consumer of this format are answered, if the client takes that. */
export function typeForRecords(c: Context, format: Format): string {
  const accepted = (c.req.header('accept') ?? '').split(',').map((type) => type.split(';')[0]!.trim().toLowerCase())
  for (const type of accepted) {
    const found = pattern.exec(type)
    if (anything.has(type) || (found !== null && (found[1] ?? 'binary') === format)) {
      return `application/vnd.kafka.${format}.v2+json`
    }
  }
  if (accepted.some((type) => pattern.test(type))) throw formatMismatch(format)
  throw new ProxyError(406, 406, 'HTTP 406 Not Acceptable')
}
