/**
 * Which records are asked for, by what their keys, values and headers hold: a text, or `/a regular expression/`.
 *
 * Expressions are RE2's, which take time in proportion to what they are held against whatever they are, so nobody
 * stops the broker with one. What runs them is loaded when the first comes.
 */
import type { Record } from '../protocol/records.ts'
import { wrongField } from './errors.ts'
import { described, name, optional } from './schema.ts'

export type Filter = (record: Record) => boolean

type Part = 'key' | 'value' | 'header'
type Test = (bytes: Buffer) => boolean

const patternLengthMax = 1000
/** Of one key or value; what follows is not looked at by an expression. */
const matchedBytesMax = 64 * 1024

const either = 'Records that hold this text, or match this /regular expression/; /…/i disregards case.'
const part = (what: string) => optional(described(name('a text or /a regular expression/', patternLengthMax), what))

/** Parameters of a query. */
export const filterQuery = {
  key: part(`In the key. ${either}`),
  value: part(`In the value. ${either}`),
  header: part(`In a header, as name:value. ${either}`),
}

export type FilterQuery = { readonly [K in Part]?: string | undefined }

/** Null: every record is asked for. */
export async function readFilter(query: FilterQuery): Promise<Filter | null> {
  const parts = (['key', 'value', 'header'] as const).filter((part) => query[part] !== undefined)
  if (parts.length === 0) return null
  const filters = await Promise.all(parts.map(async (part) => filterFor(part, await readTest(query[part]!, part))))
  return (record) => filters.every((filter) => filter(record))
}

function filterFor(part: Part, test: Test): Filter {
  if (part !== 'header') return (record) => record[part] !== null && test(record[part])
  return ({ headers }) =>
    headers.some(({ key, value }) => test(Buffer.concat([Buffer.from(`${key}:`), value ?? Buffer.alloc(0)])))
}

async function readTest(raw: string, field: string): Promise<Test> {
  const [, pattern, flags] = /^\/(.+)\/(i?)$/s.exec(raw) ?? []
  if (pattern === undefined) {
    const held = Buffer.from(raw)
    return (bytes) => bytes.includes(held)
  }
  const { RE2JS } = await import('re2js')
  try {
    const expression = RE2JS.compile(pattern, flags === 'i' ? RE2JS.CASE_INSENSITIVE : 0)
    return (bytes) => expression.matcher(bytes.toString('utf8', 0, matchedBytesMax)).find()
  } catch (error) {
    const why = (error as Error).message.replace(/^error parsing regexp: /, '')
    throw wrongField(field, `is no regular expression of RE2: ${why}; mend it, or leave the slashes out for a text`)
  }
}
