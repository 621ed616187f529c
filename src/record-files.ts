/**
 * Records from files, as people keep them: a JSON document, lines of JSON, or CSV with a line of titles. A record is
 * written as `POST /produce` takes it; a file that names no topic is for the one it is told to be for.
 */
import { extname } from 'node:path/posix'
import { csvRows } from './base/csv.ts'
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
const ownTitles = ['topic', 'partition', 'key', 'value', 'timestamp'] as const

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

/** Throws RecordFileError. */
export async function* recordsIn(source: Source): AsyncGenerator<FileRecord> {
  if (source.format === 'json') yield* fromDocument(source)
  else if (source.format === 'ndjson') yield* fromLines(source)
  else yield* fromTable(source)
}

async function* fromDocument(source: Source): AsyncGenerator<FileRecord> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of source.chunks) {
    bytes += chunk.length
    if (bytes > documentBytesMax) {
      throw new RecordFileError(`${source.name} is larger than ${documentBytesMax} bytes: write it as lines of JSON`)
    }
    chunks.push(chunk)
  }
  const document = json(Buffer.concat(chunks).toString(), source.name)
  const all = Array.isArray(document) ? document : [document]
  for (const [at, one] of all.entries()) yield* fromEntry(one, `${source.name}[${at}]`, source)
}

/** A record, or a topic with a list of its records. */
function* fromEntry(entry: unknown, place: string, source: Source): Generator<FileRecord> {
  if (typeof entry !== 'object' || entry === null || !('records' in entry)) {
    yield recordOf(entry, place, source)
    return
  }
  const { topic, records, ...rest } = entry as { topic?: unknown; records: unknown }
  const strange = Object.keys(rest)[0]
  if (strange !== undefined) throw new RecordFileError(`${place}: ${strange} does not belong beside records`)
  if (!Array.isArray(records)) throw new RecordFileError(`${place}: records is no list; use [{ "value": … }]`)
  for (const [at, one] of records.entries()) {
    const whole = typeof one === 'object' && topic !== undefined ? { topic, ...one } : one
    yield recordOf(whole, `${place}.records[${at}]`, source)
  }
}

async function* fromLines(source: Source): AsyncGenerator<FileRecord> {
  let number = 0
  for await (const some of lines(source.chunks, source.name)) {
    for (const line of some) {
      number++
      if (line.toString().trim() === '') continue
      const place = `${source.name}:${number}`
      yield recordOf(json(line.toString(), place), place, source)
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

/** Columns that are not of a record itself make up its value, as JSON, where there is no column `value`. */
async function* fromTable(source: Source): AsyncGenerator<FileRecord> {
  let titles: readonly string[] | null = null
  for await (const { line, cells } of csvRows(source.chunks)) {
    const place = `${source.name}:${line}`
    if (titles === null) {
      titles = cells.map((title) => title.trim())
      const repeated = titles.find((title, at) => titles!.indexOf(title) !== at)
      if (repeated !== undefined) throw new RecordFileError(`${place}: two columns are called ${repeated}`)
      continue
    }
    if (cells.length !== titles.length) {
      throw new RecordFileError(`${place}: ${cells.length} cells, where there are ${titles.length} titles`)
    }
    yield recordOf(fromRow(titles, cells), place, source)
  }
}

function fromRow(titles: readonly string[], cells: readonly string[]): Record<string, unknown> {
  const row = new Map(titles.map((title, at) => [title, cells[at]!]))
  const isOwn = (title: string) => title.startsWith(headerTitle) || ownTitles.some((own) => own === title)
  const others = Object.fromEntries([...row].filter(([title]) => !isOwn(title)))
  const headers = [...row].filter(([title, cell]) => title.startsWith(headerTitle) && cell !== '')
  const number = (cell: string | undefined) => (cell === undefined || cell === '' ? undefined : Number(cell))
  const partition = number(row.get('partition'))
  const timestamp = number(row.get('timestamp'))
  return {
    ...(row.get('topic') ? { topic: row.get('topic') } : {}),
    ...(partition === undefined ? {} : { partition }),
    ...(row.get('key') ? { key: row.get('key') } : {}),
    value: row.get('value') ?? others,
    ...(timestamp === undefined ? {} : { timestamp }),
    headers: headers.map(([title, value]) => ({ key: title.slice(headerTitle.length), value })),
  }
}

/** As JSON has it. What HTTP says of a wrong field, is said of it here, too. */
export function recordOf(raw: unknown, place: string, { now }: Pick<Source, 'now'>): FileRecord {
  try {
    const asked = checked(record, raw, 'a record')
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
    throw new RecordFileError(`${place}: is not JSON: ${(error as Error).message}`)
  }
}
