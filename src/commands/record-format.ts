/**
 * How `blink consume` prints a record: by a format in the spirit of kcat, or as a line of JSON, which `blink produce
 * --format ndjson` reads again.
 */
import { isUtf8 } from 'node:buffer'
import type { Record } from '../protocol/record-cursor.ts'
import { Mistake } from '../terminal/shell.ts'

export interface PlacedRecord extends Record {
  readonly topic: string
  readonly partition: number
}

type Print = (record: PlacedRecord) => string | Buffer

const tokens: Readonly<{ [token: string]: Print }> = {
  s: ({ value }) => value ?? '',
  S: ({ value }) => `${value?.length ?? -1}`,
  k: ({ key }) => key ?? '',
  K: ({ key }) => `${key?.length ?? -1}`,
  t: ({ topic }) => topic,
  p: ({ partition }) => `${partition}`,
  o: ({ offset }) => `${offset}`,
  T: ({ timestamp }) => `${timestamp}`,
  D: ({ timestamp }) => (timestamp < 0 ? '' : new Date(timestamp).toISOString()),
  h: ({ headers }) => headers.map(({ key, value }) => `${key}=${value ?? 'NULL'}`).join(','),
  '%': () => '%',
}

export const formatHelp = `
In a format stand
  %s value    %S its bytes, -1: none    %t topic        %T timestamp in ms
  %k key      %K its bytes, -1: none    %p partition    %D timestamp, ISO 8601
  %h headers  %% a percent sign         %o offset       \\n \\t \\r \\\\ \\0 \\x1f`

const escapes: Readonly<{ [sign: string]: string }> = {
  n: '\n',
  r: '\r',
  t: '\t',
  '0': '\0',
  '\\': '\\',
}

/** What prints a record by a format; Mistake for one that names nothing. */
export function formatter(format: string): (record: PlacedRecord) => Buffer {
  const steps: Print[] = []
  const piece = /%(.?)|\\(x[0-9a-fA-F]{2}|.?)|[^%\\]+/gsu
  for (const [whole, token, sign] of format.matchAll(piece)) {
    if (token !== undefined) steps.push(tokenOf(token))
    else if (sign !== undefined) steps.push(constant(Buffer.from(escaped(sign))))
    else steps.push(constant(Buffer.from(whole)))
  }
  return (record) => {
    const parts = steps.map((print) => {
      const part = print(record)
      return typeof part === 'string' ? Buffer.from(part) : part
    })
    return parts.length === 1 ? parts[0]! : Buffer.concat(parts)
  }
}

function tokenOf(token: string): Print {
  const print = Object.hasOwn(tokens, token) ? tokens[token] : undefined
  if (print !== undefined) return print
  throw new Mistake(`--format: %${token} stands for nothing; use %${Object.keys(tokens).join(', %')}`, 2)
}

function escaped(sign: string): string | Buffer {
  if (/^x../.test(sign)) return Buffer.from(sign.slice(1), 'hex')
  const character = escapes[sign]
  if (character !== undefined) return character
  throw new Mistake(`--format: \\${sign} stands for nothing; use \\n, \\t, \\r, \\0, \\\\ or \\x1f`, 2)
}

function constant(text: Buffer): Print {
  return () => text
}

/** Text where it is text, so that what is read can be written again unchanged. */
export function jsonLine({ topic, partition, offset, timestamp, key, value, headers }: PlacedRecord): Buffer {
  const shown = {
    topic,
    partition,
    offset,
    timestamp,
    key: shownBytes(key),
    value: shownBytes(value),
    headers: headers.map((header) => ({ key: header.key, value: shownBytes(header.value) })),
  }
  return Buffer.from(`${JSON.stringify(shown)}\n`)
}

function shownBytes(bytes: Buffer | null) {
  if (bytes === null) return null
  return isUtf8(bytes) ? bytes.toString() : { base64: bytes.toString('base64') }
}
