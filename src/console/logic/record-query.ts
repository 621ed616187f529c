/** Where records are read from, as the address of the page has it and as the API is asked. */
import type { Place } from './filter.ts'

export type From = 'live' | 'start' | 'offset' | 'time'

export interface RecordQuery {
  readonly from: From
  /** Null: all of them. */
  readonly partition: number | null
  readonly offset: number
  readonly timeMs: number | null
  readonly text: string
  readonly place: Place
}

const froms: readonly string[] = ['live', 'start', 'offset', 'time']
const places: readonly string[] = ['anywhere', 'key', 'value', 'headers']

/** What makes no sense is as if it were not there. */
export function readRecordQuery(query: Readonly<Record<string, string>>): RecordQuery {
  const { from = 'live', partition = '', offset = '0', time = '', q = '', in: place = 'anywhere' } = query
  const timeMs = Date.parse(time)
  return {
    from: froms.includes(from) ? (from as From) : 'live',
    partition: /^\d+$/.test(partition) ? Number(partition) : null,
    offset: /^\d+$/.test(offset) ? Number(offset) : 0,
    timeMs: Number.isNaN(timeMs) ? null : timeMs,
    text: q.trim(),
    place: places.includes(place) ? (place as Place) : 'anywhere',
  }
}

export const pageRecords = 200

export type Parameters = Readonly<Record<string, string | number>>

/** Where a page of records begins; for a tail, the newest that are there already. */
export function startOf({ from, partition, offset, timeMs }: RecordQuery): Parameters {
  const where: Parameters = partition === null ? {} : { partition }
  switch (from) {
    case 'live':
      return { ...where, last: pageRecords, limit: pageRecords }
    case 'start':
      return { ...where, offset: 'earliest', limit: pageRecords }
    case 'offset':
      return { ...where, offset, limit: pageRecords }
    case 'time':
      return { ...where, timestamp: timeMs ?? 0, limit: pageRecords }
  }
}

/** The API has a filter for each place; a record that has the text anywhere is found by one of the three. */
export function filtersOf({ text, place }: Pick<RecordQuery, 'text' | 'place'>): readonly Parameters[] {
  if (text === '') return [{}]
  const names = { key: ['key'], value: ['value'], headers: ['header'], anywhere: ['key', 'value', 'header'] }[place]
  return names.map((name) => ({ [name]: text }))
}

/** Where each partition goes on: where the page that got least far in it ended. */
export function nextOf(
  pages: readonly { readonly next: Readonly<Record<string, number>> }[],
): ReadonlyMap<number, number> {
  const next = new Map<number, number>()
  for (const page of pages) {
    for (const [partition, offset] of Object.entries(page.next)) {
      const index = Number(partition)
      next.set(index, Math.min(offset, next.get(index) ?? offset))
    }
  }
  return next
}

interface Placed {
  readonly partition: number
  readonly offset: number
  readonly timestamp: number
}

/** Each record once, by time; those of one partition always by offset. */
export function merged<T extends Placed>(lists: readonly (readonly T[])[]): readonly T[] {
  const byPlace = new Map(lists.flat().map((record) => [`${record.partition}-${record.offset}`, record]))
  return [...byPlace.values()].sort((a, b) =>
    a.partition === b.partition ? a.offset - b.offset : a.timestamp - b.timestamp || a.partition - b.partition,
  )
}
