/** A table of settings, and how one is read: from a mapping, or from several sources of which the strongest holds. */
import { assert } from '../base/assert.ts'
import { type Kind, listed, nearest, type Part, Place } from './values.ts'

/** Its key is its name in settings.yaml; in capitals, its environment variable; with dashes, its flag. */
export interface Setting<T = unknown> extends Part {
  readonly kind: Kind<T>
  /** As a person would write it; it is read like any other value. Null: there is none. */
  readonly default: unknown
  /** Other environment variables that set it. */
  readonly aliases: readonly string[]
  /** What is said when nobody sets it; only where there is no going without. */
  readonly missing?: string
}

export type Table = Readonly<Record<string, Setting>>
export type Values<T extends Table> = { readonly [K in keyof T]: T[K] extends Setting<infer V> ? V : never }

/** A default of null makes null one of its values: nothing was set. */
export function setting<T, const D>(
  key: string,
  kind: Kind<T>,
  fallback: D,
  doc: string,
  aliases: readonly string[] = [],
): Setting<D extends null ? T | null : T> {
  return { key, kind: kind as Kind<D extends null ? T | null : T>, default: fallback, doc, aliases }
}

/** One that has no default. `missing` completes the sentence on the place that lacks it: “has no hosts; …”. */
export function required<T>(key: string, kind: Kind<T>, missing: string, doc: string): Setting<T> {
  return { key, kind, default: null, doc: `Required. ${doc}`, aliases: [], missing }
}

/** One place where a setting may be given a value. */
export interface Source {
  /** What it says, and where; undefined: nothing. */
  given(setting: Setting): { readonly raw: unknown; readonly place: Place } | undefined
}

/** Undefined when anything was wrong; what, the places have noted. Strongest source first. */
export function readTable<T extends Table>(table: T, sources: readonly Source[], home: Place): Values<T> | undefined {
  const mistakesBefore = home.mistakes.length
  const values = Object.entries(table).map(([name, one]) => [name, readSetting(one, sources, home)])
  return home.mistakes.length > mistakesBefore ? undefined : (Object.fromEntries(values) as Values<T>)
}

/** Weaker sources are read although a stronger one holds, so that their mistakes are told, too. */
function readSetting(one: Setting, sources: readonly Source[], home: Place): unknown {
  const given = sources.map((source) => source.given(one)).filter((found) => found !== undefined)
  const [strongest] = given.map(({ raw, place }) => one.kind.read(raw, place))
  if (given.length === 0 && one.missing !== undefined) return home.complain(one.missing)
  if (given.length > 0 || one.default === null) return strongest ?? null
  return one.kind.read(one.default, home.at(one.key))
}

/** A table as it is when nothing was said. A default that its kind refuses is a bug of the table. */
export function defaultsOf<T extends Table>(table: T): Values<T> {
  const place = new Place('defaults', '', { home: '.', from: '.' }, [])
  const values = readTable(table, [], place)
  assert(values !== undefined, place.mistakes.join('\n'))
  return values
}

/** A mapping of YAML as a source. A key with nothing after it says nothing; one that `table` lacks is a mistake. */
export function mapping(table: Table, raw: unknown, place: Place): Source {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) {
    place.complain(`is no mapping; write lines of the form “name: value”`)
    return { given: () => undefined }
  }
  const entries = new Map(Object.entries(raw))
  const known = Object.values(table).map(({ key }) => key)
  for (const key of entries.keys()) if (!known.includes(key)) place.at(key).complain(unknownKey(key, known))
  return {
    given: ({ key }) => (entries.get(key) == null ? undefined : { raw: entries.get(key), place: place.at(key) }),
  }
}

function unknownKey(key: string, known: readonly string[]): string {
  if (known.length === 0) return 'is no setting; leave it out'
  const meant = nearest(key, known)
  const remedy = meant === undefined ? `use one of ${listed(known)}` : `did you mean ${meant}?`
  return `is no setting; ${remedy}`
}

/** Each entry a table of its own. A lone text is the one setting that `short` names. */
export function record<T extends Table>(name: string, table: T, short: string): Kind<Values<T>> {
  return {
    name,
    parts: Object.values(table),
    read(raw, place) {
      const mistakesBefore = place.mistakes.length
      const entry = mapping(table, typeof raw === 'string' ? { [short]: raw } : raw, place)
      const values = readTable(table, [entry], place)
      return place.mistakes.length > mistakesBefore ? undefined : values
    },
  }
}

/** What stands in a list more than once. */
export function repeated<T>(items: readonly T[]): T[] {
  return [...new Set(items.filter((item, at) => items.indexOf(item) !== at))]
}
