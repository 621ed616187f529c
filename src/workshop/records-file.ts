/**
 * `records.jsonl`: records to try a plugin with, one a line, and what it is expected to say of each. Described for
 * people in templates/README.md.
 */
import { readFileSync } from 'node:fs'
import type { Client } from '../plugins/host.ts'
import type { NewHeader } from '../protocol/records.ts'
import { Mistake } from '../terminal/shell.ts'

export const verdictNames = ['accept', 'reject', 'drop', 'replace', 'throttle', 'fail'] as const
export type VerdictName = (typeof verdictNames)[number]

export interface Expected {
  readonly verdict: VerdictName
  /** Must be part of the reason told. */
  readonly reason?: string
  /** Of `replace`: what is named must be so. */
  readonly record?: Partial<Pick<TriedRecord, 'key' | 'value' | 'headers'>> & { readonly timestamp?: number }
  /** Of `throttle`. */
  readonly ms?: number
}

export interface TriedRecord {
  /** From 1, in the file. */
  readonly line: number
  readonly topic: string
  readonly partition: number
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly headers: readonly NewHeader[]
  /** Null: the time at which it is tried. */
  readonly timestamp: number | null
  readonly client: Client
  /** Null: anything will do. */
  readonly expect: Expected | null
}

const known = ['topic', 'partition', 'key', 'value', 'headers', 'timestamp', 'client', 'principal', 'expect']
const partitionMax = 0x7fff_ffff

export function readRecords(file: string): TriedRecord[] {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    throw new Mistake(`${file}: ${code === 'ENOENT' ? 'there is no such file' : message}; name a file of records`, 2)
  }
  const records = text.split('\n').flatMap((line, at) => (line.trim() === '' ? [] : [recordOf(line, at + 1, file)]))
  if (records.length === 0) throw new Mistake(`${file} holds no record: write one a line, as {"value":"text"}`, 2)
  return records
}

class Line {
  readonly number: number
  readonly #file: string

  constructor(file: string, number: number) {
    this.#file = file
    this.number = number
  }

  refuse(what: string): never {
    throw new Mistake(`${this.#file}:${this.number}: ${what}`, 2)
  }

  /** What may be in an object, and nothing else. */
  object(raw: unknown, what: string, keys: readonly string[]): Record<string, unknown> {
    if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) return this.refuse(`${what} is not an object`)
    const strange = Object.keys(raw).find((key) => !keys.includes(key))
    if (strange !== undefined) return this.refuse(`${what} knows no ${strange}; use ${keys.join(', ')}`)
    return raw as Record<string, unknown>
  }
}

function recordOf(text: string, number: number, file: string): TriedRecord {
  const line = new Line(file, number)
  const raw = line.object(parsed(text, line), 'a record', known)
  if (raw['value'] === undefined) line.refuse('value is missing; null is a tombstone')
  const partition = raw['partition'] ?? 0
  const isPartition = Number.isInteger(partition) && Number(partition) >= 0 && Number(partition) <= partitionMax
  return {
    line: number,
    topic: textOr(raw['topic'], 'test', 'topic', line),
    partition: isPartition ? Number(partition) : line.refuse('partition is to be a whole number from 0'),
    key: bytesOf(raw['key'] ?? null),
    value: bytesOf(raw['value']),
    headers: headersOf(raw['headers'], line),
    timestamp: timestampOf(raw['timestamp'], line),
    client: {
      id: textOr(raw['client'], null, 'client', line),
      principal: textOr(raw['principal'], null, 'principal', line),
    },
    expect: raw['expect'] === undefined ? null : expectedOf(raw['expect'], line),
  }
}

function parsed(text: string, line: Line): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    return line.refuse(`not JSON: ${(error as Error).message}`)
  }
}

function textOr<T>(raw: unknown, otherwise: T, what: string, line: Line): string | T {
  if (raw === undefined || raw === null) return otherwise
  return typeof raw === 'string' ? raw : line.refuse(`${what} is to be a text`)
}

/** A text; null; `{"base64":"…"}`; any other JSON stands for itself as text. */
function bytesOf(raw: unknown): Buffer | null {
  if (raw === null) return null
  if (typeof raw === 'string') return Buffer.from(raw)
  const keys = typeof raw === 'object' ? Object.keys(raw) : []
  if (keys.length === 1 && keys[0] === 'base64')
    return Buffer.from(String((raw as { base64: unknown }).base64), 'base64')
  return Buffer.from(JSON.stringify(raw))
}

function headersOf(raw: unknown, line: Line): NewHeader[] {
  if (raw === undefined || raw === null) return []
  const pairs: unknown = Array.isArray(raw) ? raw : typeof raw === 'object' ? Object.entries(raw) : null
  const isPair = (pair: unknown) => Array.isArray(pair) && pair.length === 2 && typeof pair[0] === 'string'
  if (!Array.isArray(pairs) || !pairs.every(isPair)) {
    return line.refuse('headers are to be an object, or pairs: [["name","value"]]')
  }
  return pairs.map(([key, value]: [string, unknown]) => ({ key, value: bytesOf(value) }))
}

function timestampOf(raw: unknown, line: Line): number | null {
  if (raw === undefined || raw === null) return null
  return Number.isSafeInteger(raw) ? Number(raw) : line.refuse('timestamp is to be milliseconds since 1970')
}

function expectedOf(raw: unknown, line: Line): Expected {
  const { verdict, reason, record, ms } =
    typeof raw === 'string'
      ? { verdict: raw, reason: undefined, record: undefined, ms: undefined }
      : line.object(raw, 'expect', ['verdict', 'reason', 'record', 'ms'])
  const name = verdictNames.find((one) => one === verdict)
  if (name === undefined) return line.refuse(`expect is ${JSON.stringify(verdict)}; use ${verdictNames.join(', ')}`)
  if (ms !== undefined && typeof ms !== 'number') return line.refuse('ms of expect is to be a number')
  return {
    verdict: name,
    ...(reason === undefined ? {} : { reason: textOr(reason, '', 'reason of expect', line) }),
    ...(record === undefined ? {} : { record: recordExpected(record, line) }),
    ...(ms === undefined ? {} : { ms }),
  }
}

function recordExpected(raw: unknown, line: Line): NonNullable<Expected['record']> {
  const named = line.object(raw, 'record of expect', ['key', 'value', 'headers', 'timestamp'])
  const timestamp = timestampOf(named['timestamp'], line)
  return {
    ...('key' in named ? { key: bytesOf(named['key']) } : {}),
    ...('value' in named ? { value: bytesOf(named['value']) } : {}),
    ...('headers' in named ? { headers: headersOf(named['headers'], line) } : {}),
    ...(timestamp === null ? {} : { timestamp }),
  }
}
