/**
 * The kinds of values that settings have: how each is read, whether it comes from YAML, from an environment variable or
 * from a flag, where everything is text.
 *
 * A mistake is noted at its place and reading goes on, so that all mistakes of a file are told at once.
 */
import { resolve } from 'node:path'

export interface Folders {
  /** The folder of settings.yaml. */
  readonly home: string
  /** What relative paths at this place start from: home, or for flags and variables where Blink was started. */
  readonly from: string
}

/** Where a value stands, for messages: `settings.yaml: plugins[1].timeout`. */
export class Place {
  readonly source: string
  readonly path: string
  readonly folders: Folders
  readonly mistakes: string[]

  constructor(source: string, path: string, folders: Folders, mistakes: string[]) {
    this.source = source
    this.path = path
    this.folders = folders
    this.mistakes = mistakes
  }

  at(step: string | number): Place {
    const path = typeof step === 'number' ? `${this.path}[${step}]` : this.path === '' ? step : `${this.path}.${step}`
    return new Place(this.source, path, this.folders, this.mistakes)
  }

  refuse(value: unknown, remedy: string): undefined {
    return this.complain(`is ${shown(value)}; ${remedy}`)
  }

  complain(what: string): undefined {
    this.mistakes.push(`${this.source}: ${this.path}${this.path === '' ? '' : ' '}${what}`)
    return undefined
  }
}

/** `undefined`: refused, and noted at the place. */
export interface Kind<T> {
  /** What the reference calls it. */
  readonly name: string
  read(raw: unknown, place: Place): T | undefined
  /** What a value consists of, when it has settings of its own. */
  readonly parts?: readonly Part[]
  /** Whether it is kept out of messages and lists. */
  readonly isSecret?: boolean
}

export interface Part {
  readonly key: string
  readonly kind: Kind<unknown>
  readonly default: unknown
  readonly doc: string
}

export function integer(min: number, max: number, name = 'number'): Kind<number> {
  return {
    name,
    read(raw, place) {
      const number = typeof raw === 'string' && /^[+-]?\d+$/.test(raw.trim()) ? Number(raw) : raw
      if (typeof number === 'number' && Number.isInteger(number) && number >= min && number <= max) return number
      return place.refuse(raw, `use ${min}–${max}`)
    },
  }
}

/** 0 asks for any free port. */
export const port = integer(0, 65_535, 'port')

export const boolean: Kind<boolean> = {
  name: 'true or false',
  read(raw, place) {
    const word = wordOf(raw)
    if (['true', 'yes', 'on', '1'].includes(word)) return true
    if (['false', 'no', 'off', '0'].includes(word)) return false
    return place.refuse(raw, 'use true or false')
  },
}

export function oneOf<const W extends string>(...words: readonly W[]): Kind<W> {
  return {
    name: words.join(', '),
    read(raw, place) {
      const wanted = wordOf(raw)
      return words.find((word) => word === wanted) ?? place.refuse(raw, `use ${listed(words)}`)
    },
  }
}

/** As it would be written in a variable. A list of one is not that one: whoever wrote it meant something else. */
function wordOf(raw: unknown): string {
  return typeof raw === 'object' ? '' : String(raw).trim().toLowerCase()
}

/** `example` completes “use …”. */
export function text(name: string, pattern: RegExp, example: string): Kind<string> {
  return {
    name,
    read(raw, place) {
      const value = typeof raw === 'number' ? String(raw) : raw
      return typeof value === 'string' && pattern.test(value) ? value : place.refuse(raw, `use ${example}`)
    },
  }
}

export const topicName = text(
  'topic name',
  /^(?!\.\.?$)[\w.-]{1,249}$/,
  'at most 249 letters, digits, dots, dashes and underscores',
)

/** An absolute path. */
export const path: Kind<string> = {
  name: 'path',
  read(raw, place) {
    const written = writtenPath.read(raw, place)
    return written === undefined ? undefined : resolve(place.folders.from, written)
  },
}

/** A path relative to the folder of settings.yaml, as it was written, since that is how the log names it. */
export const componentPath: Kind<string> = {
  name: 'path',
  read(raw, place) {
    const { home, from } = place.folders
    return home === from ? writtenPath.read(raw, place) : path.read(raw, place)
  },
}

const writtenPath = text('path', /\S/, 'the path of a file or folder')

/** In YAML a list, or a single one; as text, separated by commas. */
export function list<T>(item: Kind<T>, countMin = 0): Kind<readonly T[]> {
  return {
    ...item,
    name: `list of ${item.name}`,
    read(raw, place) {
      const items: readonly unknown[] = Array.isArray(raw) ? raw : typeof raw === 'string' ? splitList(raw) : [raw]
      if (items.length < countMin) return place.refuse(raw, `name at least ${countMin}`)
      const values = items.map((one, at) => item.read(one, Array.isArray(raw) ? place.at(at) : place))
      return values.some((value) => value === undefined) ? undefined : (values as T[])
    },
  }
}

function splitList(items: string): string[] {
  return items.trim() === '' ? [] : items.split(',').map((item) => item.trim())
}

const second = 1000
const durationUnits: Readonly<Record<string, number>> = {
  '': 1,
  ms: 1,
  s: second,
  m: 60 * second,
  h: 3600 * second,
  d: 86_400 * second,
}

/** Milliseconds, written as `500ms`, `5s`, `10m`, `1h`, `7d` or a plain number. */
export function duration(min: string, max: string): Kind<number> {
  const remedy = `use ${min}–${max}, written as 500ms, 5s, 10m, 1h or 7d`
  return measured('duration', /^(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)?$/, durationUnits, { min, max, remedy })
}

const kilo = 1024
const sizeUnits: Readonly<Record<string, number>> = { '': 1, k: kilo, m: kilo ** 2, g: kilo ** 3, t: kilo ** 4 }

/** Bytes, written as `1GB`, `64MiB`, `512k` or a plain number; K, M and G are powers of 1024, in any spelling. */
export function size(min: string, max: string): Kind<number> {
  const remedy = `use ${min}–${max}, written as 512KB, 64MB, 1GB or a number of bytes`
  return measured('size', /^(\d+(?:\.\d+)?)\s*([kmgt]?)(?:i?b|bytes)?$/, sizeUnits, { min, max, remedy })
}

interface Bounds {
  readonly min: string
  readonly max: string
  readonly remedy: string
}

function measured(
  name: string,
  pattern: RegExp,
  units: Readonly<Record<string, number>>,
  { min, max, remedy }: Bounds,
): Kind<number> {
  const measure = (raw: unknown): number => {
    const [, number, unit = ''] = pattern.exec(wordOf(raw)) ?? []
    return number === undefined ? Number.NaN : Math.round(Number(number) * units[unit]!)
  }
  return {
    name,
    read(raw, place) {
      const value = measure(raw)
      return value >= measure(min) && value <= measure(max) ? value : place.refuse(raw, remedy)
    },
  }
}

type Word = string | boolean | number

/** Words that stand for a value which the kind cannot write: `off`, `unlimited`. */
export function orWords<T, const V>(kind: Kind<T>, words: readonly Word[], value: V): Kind<T | V> {
  return {
    name: `${kind.name} or ${words[0]}`,
    read(raw, place) {
      const word = typeof raw === 'string' ? raw.trim().toLowerCase() : raw
      return words.some((one) => one === word || String(one) === word) ? value : kind.read(raw, place)
    },
  }
}

const comparedLengthMax = 100

/** The known name that a mistyped one is likely to mean. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  // Nobody mistypes so much, and to compare takes the longer, the longer it is.
  if (name.length > comparedLengthMax) return undefined
  const scored = known.map((one) => ({ one, distance: editDistance(name.toLowerCase(), one) }))
  const best = scored.sort((a, b) => a.distance - b.distance)[0]
  return best !== undefined && best.distance <= Math.max(2, name.length / 3) ? best.one : undefined
}

/** Levenshtein's, one row at a time. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, at) => at)
  for (let i = 1; i <= from.length; i++) {
    const next = [i]
    for (let j = 1; j <= to.length; j++) {
      const replaced = row[j - 1]! + (from[i - 1] === to[j - 1] ? 0 : 1)
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1))
    }
    row = next
  }
  return row[to.length]!
}

/** `a, b or c` */
export function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`
}

const shownMax = 60

function shown(value: unknown): string {
  const written = typeof value === 'string' && /^[\w.:/-]+$/.test(value) ? value : `${JSON.stringify(value)}`
  return written.length > shownMax ? `${written.slice(0, shownMax)}…` : written
}
