/**
 * Records from files, as people keep them: a JSON document, lines of JSON, or CSV with a line of titles. What has a
 * `value` is a record, written as `POST /produce` takes it; anything else is the value of one.
 */
import { extname } from 'node:path/posix'
import { HttpError } from './http/errors.ts'
import { readRecord, recordFields } from './http/record-json.ts'
import { checked, fields, name, optional, wholeNumber } from './http/schema.ts'
import type { NewHeader } from './protocol/records.ts'

export const fileFormats = ['json', 'ndjson', 'csv'] as const
export type FileFormat = (typeof fileFormats)[number]

export interface FileRecord {
  /** Null: it does not say. */
  readonly topic: string | null
  /** Null: the key decides. */
  readonly partition: number | null
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly headers: readonly NewHeader[]
  readonly timestamp: number
  /** Where it stands, for messages: `orders.csv:3`. */
  readonly place: string
}

export interface Source {
  /** What messages call it. */
  readonly name: string
  readonly format: FileFormat
  readonly chunks: AsyncIterable<Uint8Array>
  /** The time of records that do not say theirs. */
  readonly now: () => number
}

/** A record cannot be read; the message says where it stands and what would do. */
export class RecordFileError extends Error {
  override readonly name = 'RecordFileError'
}

const documentBytesMax = 256 * 1024 * 1024
const lineBytesMax = 64 * 1024 * 1024
const newline = 0x0a
/** `offset` means nothing here; it stands in what `blink consume --json` prints, which is to be read again. */
const record = fields(
  {
    topic: optional(name('the name of a topic')),
    ...recordFields,
    offset: optional(wholeNumber({ max: Number.MAX_SAFE_INTEGER })),
  },
  'use { "value": … }',
)
const headerTitle = 'header.'

const extensions: Readonly<Record<string, FileFormat>> = {
  '.json': 'json',
  '.jsonl': 'ndjson',
  '.ndjson': 'ndjson',
  '.csv': 'csv',
}

/** By the name of a file; null: it says nothing. */
export function formatOf(file: string): FileFormat | null {
  return extensions[extname(file).toLowerCase()] ?? null
}

/** What stands for a record in a file, as JSON would have it. */
export interface RawRecord {
  readonly raw: unknown
  /** Where it stands, for messages: `orders.csv:3`. */
  readonly place: string
}

/** Throws RecordFileError. */
export async function* recordsIn(source: Source): AsyncGenerator<FileRecord> {
  for await (const { raw, place } of rawRecordsIn(source)) yield recordOf(raw, place, source)
}

/** Throws RecordFileError. */
export function rawRecordsIn({ name, format, chunks }: Omit<Source, 'now'>): AsyncGenerator<RawRecord> {
  if (format === 'json') return fromDocument(name, chunks)
  return format === 'ndjson' ? fromLines(name, chunks) : fromTable(name, chunks)
}

async function* fromDocument(name: string, chunks: AsyncIterable<Uint8Array>): AsyncGenerator<RawRecord> {
  const document = json(await whole(name, chunks), name)
  const all = Array.isArray(document) ? document : [document]
  for (const [at, raw] of all.entries()) yield { raw, place: `${name}[${at}]` }
}

async function whole(name: string, all: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of all) {
    bytes += chunk.length
    if (bytes > documentBytesMax) {
      throw new RecordFileError(`${name} is larger than ${documentBytesMax} bytes: write it as lines of JSON`)
    }
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}

async function* fromLines(name: string, chunks: AsyncIterable<Uint8Array>): AsyncGenerator<RawRecord> {
  let number = 0
  for await (const some of lines(chunks, name)) {
    for (const line of some) {
      number++
      const text = line.toString()
      const place = `${name}:${number}`
      if (text.trim() !== '') yield { raw: json(text, place), place }
    }
  }
}

/** As many as a chunk completes, without their ends, which are \n or \r\n. The last need not have one. */
export async function* lines(chunks: AsyncIterable<Uint8Array>, name: string): AsyncGenerator<readonly Buffer[]> {
  let rest: Buffer[] = []
  let restBytes = 0
  for await (const piece of chunks) {
    const chunk = Buffer.from(piece.buffer, piece.byteOffset, piece.length)
    const some: Buffer[] = []
    let start = 0
    for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, start)) {
      const line = chunk.subarray(start, end)
      some.push(withoutReturn(rest.length === 0 ? line : Buffer.concat([...rest, line])))
      rest = []
      restBytes = 0
      start = end + 1
    }
    if (some.length > 0) yield some
    if (start === chunk.length) continue
    rest.push(chunk.subarray(start))
    restBytes += chunk.length - start
    if (restBytes > lineBytesMax) throw new RecordFileError(`${name} has a line of more than ${lineBytesMax} bytes`)
  }
  if (restBytes > 0) yield [withoutReturn(Buffer.concat(rest))]
}

function withoutReturn(line: Buffer): Buffer {
  return line.at(-1) === 0x0d ? line.subarray(0, -1) : line
}

/**
 * The first row names the columns: key, value, partition, timestamp and header.<name> are those of a record. Without a
 * column `value`, each row is one, as a JSON object of its columns, and a column `key` is its key, too.
 */
async function* fromTable(name: string, chunks: AsyncIterable<Uint8Array>): AsyncGenerator<RawRecord> {
  const { CsvError, parse } = await import('csv-parse/sync')
  const text = await whole(name, chunks)
  const options = { columns: true, bom: true, skip_empty_lines: true, trim: true, info: true } as const
  try {
    const rows = parse(text, options) as unknown as { record: Record<string, string>; info: { lines: number } }[]
    for (const { record, info } of rows) yield { raw: fromRow(record), place: `${name}:${info.lines}` }
  } catch (error) {
    if (error instanceof CsvError) throw new RecordFileError(`${name} is not CSV: ${error.message}`)
    throw error
  }
}

function fromRow(row: Record<string, string>): unknown {
  const { key, value, topic, partition, timestamp } = row
  if (value === undefined) return key === undefined ? { value: row } : { key, value: row }
  const headers = Object.entries(row).filter(([name]) => name.startsWith(headerTitle))
  return {
    value,
    headers: Object.fromEntries(headers.map(([name, one]) => [name.slice(headerTitle.length), one])),
    ...(key ? { key } : {}),
    ...(topic ? { topic } : {}),
    ...(partition ? { partition: Number(partition) } : {}),
    ...(timestamp ? { timestamp: Number(timestamp) } : {}),
  }
}

/** What HTTP says of a wrong field is said of it here, too. */
export function recordOf(raw: unknown, place: string, { now }: Pick<Source, 'now'>): FileRecord {
  const isRecord = typeof raw === 'object' && raw !== null && 'value' in raw
  try {
    const asked = checked(record, isRecord ? raw : { value: raw }, 'a record')
    return { topic: asked.topic ?? null, ...readRecord(asked, now()), place }
  } catch (error) {
    if (error instanceof HttpError) throw new RecordFileError(`${place}: ${error.message}`)
    throw error
  }
}

function json(text: string, place: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new RecordFileError(`${place} is not JSON: ${(error as Error).message}`)
  }
}
