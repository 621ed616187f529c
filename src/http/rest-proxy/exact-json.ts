/**
 * JSON whose numbers stay as they were written: `500.0` does not become `500`, and what is beyond 2^53 keeps its last
 * digits, since records are to hold what was sent.
 *
 * Only numbers that JavaScript would write otherwise are kept apart.
 */
import type { Json } from './fields.ts'

/** A number as it was written. */
export class ExactNumber {
  readonly source: string

  constructor(source: string) {
    this.source = source
  }
}

/** A text, or a number that stands outside of texts. */
const token = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g

/** Throws SyntaxError, as JSON.parse does, whose messages it has; RangeError for what is nested beyond all measure. */
export function parseExactly(text: string): Json {
  const plain = JSON.parse(text) as Json
  if (!hasOddNumber(text)) return plain
  const marked = text.replaceAll(token, (found, at: number) => {
    if (isOdd(found)) return `"${nul}n${found}"`
    return found.startsWith(`"${nul}`) && !isKey(text, at + found.length) ? `"${nul}s${found.slice(1)}` : found
  })
  return JSON.parse(marked, (_, value) => unmarked(value)) as Json
}

/** Numbers are marked by a text that begins so, and texts that begin so by themselves are marked as texts. */
const nul = '\\u0000'
const mark = '\u0000'

function unmarked(value: unknown): unknown {
  if (typeof value !== 'string' || !value.startsWith(mark)) return value
  return value[1] === 'n' ? new ExactNumber(value.slice(2)) : value.slice(2)
}

function isKey(text: string, end: number): boolean {
  const colon = /\s*:/y
  colon.lastIndex = end
  return colon.test(text)
}

/** As JSON.stringify, but for such numbers. */
export function exactText(value: Json | ExactNumber | undefined): string {
  if (value instanceof ExactNumber) return value.source
  if (Array.isArray(value)) return `[${value.map((one) => exactText(one as Json)).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const fields = Object.entries(value).map(([name, one]) => `${JSON.stringify(name)}:${exactText(one as Json)}`)
  return `{${fields.join(',')}}`
}

function hasOddNumber(text: string): boolean {
  for (const [found] of text.matchAll(token)) if (isOdd(found)) return true
  return false
}

function isOdd(found: string): boolean {
  return !found.startsWith('"') && `${Number(found)}` !== found
}
