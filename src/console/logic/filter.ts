/** What is searched for in lists: every word of the query, in any case, anywhere. */
import { type Payload, preview } from './payload.ts'

export function words(query: string): readonly string[] {
  return query
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '')
}

/** Whether a text has all of the words. */
export function hasAll(text: string, wanted: readonly string[]): boolean {
  const searched = text.toLowerCase()
  return wanted.every((word) => searched.includes(word))
}

/** The items whose text has every word of the query; all of them for an empty one. */
export function search<T>(items: readonly T[], query: string, textOf: (item: T) => string): readonly T[] {
  const wanted = words(query)
  return wanted.length === 0 ? items : items.filter((item) => hasAll(textOf(item), wanted))
}

export interface Searched {
  readonly key: Payload
  readonly value: Payload
  readonly headers: readonly { readonly key: string; readonly value: Payload }[]
}

export type Place = 'anywhere' | 'key' | 'value' | 'headers'

const wholeMax = 1_000_000

/** The text of a record in which is searched. */
export function textIn({ key, value, headers }: Searched, place: Place): string {
  const inHeaders = () => headers.map((header) => `${header.key}: ${preview(header.value, wholeMax)}`).join('\n')
  switch (place) {
    case 'key':
      return preview(key, wholeMax)
    case 'value':
      return preview(value, wholeMax)
    case 'headers':
      return inHeaders()
    case 'anywhere':
      return [preview(key, wholeMax), preview(value, wholeMax), inHeaders()].join('\n')
  }
}

export type Direction = 'ascending' | 'descending'

/** Texts by the alphabet, numbers within them by their size: topic-2 before topic-10. */
const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' })

export function sorted<T>(items: readonly T[], by: (item: T) => string | number, direction: Direction): readonly T[] {
  const sign = direction === 'ascending' ? 1 : -1
  return [...items].sort((a, b) => {
    const left = by(a)
    const right = by(b)
    const order =
      typeof left === 'number' && typeof right === 'number' ? left - right : collator.compare(`${left}`, `${right}`)
    return sign * order
  })
}
