/** From one right request many wrong or strange ones: each changes one field, found by walking the description. */
import { INT64_MAX, ZERO_UUID } from '../../../src/base/bytes.ts'
import type { AnyType, Fields } from '../../../src/protocol/schema.ts'
import { newName } from './names.ts'
import type { Message } from './side.ts'

export interface Mutation {
  /** The path of the field and what it becomes: `topics[0].name = null`. */
  readonly title: string
  /** The path without indexes: `topics.name`. */
  readonly field: string
  /** To be done to the messages for both sides; they stay as they are, and what comes back is changed. */
  begin(): (message: Message) => Message
}

type Path = readonly (string | number)[]

const int32Max = 2_147_483_647
const longestName = 249
const values: Readonly<Record<string, readonly unknown[]>> = {
  bool: [true, false],
  int8: [-1, 0, 1, 2, 100],
  int16: [-2, -1, 0, 99],
  uint16: [0, 99],
  int32: [-2, -1, 0, 99, int32Max],
  int64: [-2, -1, 0, 99, INT64_MAX],
  float64: [0, -1],
  uuid: [ZERO_UUID, 'AAAAAAAAAAAAAAAAAAAAAg'],
  string: [null, '', 'nowhere', 'not a name!', 'x'.repeat(longestName + 1)],
  bytes: [null, Buffer.alloc(0), Buffer.from([0, 1])],
  records: [null, []],
}

/** Those of a request of this version, less the fields named in `except` by their path without indexes. */
export function mutations(
  fields: Fields,
  version: number,
  message: Message,
  except: readonly string[] = [],
): readonly Mutation[] {
  return inFields(fields, version, message, []).filter(({ field }) => !except.includes(field))
}

/** The fields that can be changed, by their paths without indexes. */
export function fieldPaths(fields: Fields, version: number, path: Path = []): readonly string[] {
  const inType = ({ wire }: AnyType, at: Path): readonly string[] => {
    if (wire.kind === 'struct') return fieldPaths(wire.fields, version, at)
    return wire.kind === 'array' ? [...new Set([pathText(at, ''), ...inType(wire.of, at)])] : [pathText(at, '')]
  }
  return Object.entries(fields)
    .filter(([, { presence }]) => presence.since <= version && version <= presence.until)
    .flatMap(([name, field]) => inType(field, [...path, name]))
}

function inFields(fields: Fields, version: number, message: Message, path: Path): Mutation[] {
  return Object.entries(fields)
    .filter(([, { presence }]) => presence.since <= version && version <= presence.until)
    .flatMap(([name, field]) => inField(field, version, message?.[name], [...path, name]))
}

function inField({ wire }: AnyType, version: number, value: Message, path: Path): Mutation[] {
  if (wire.kind === 'struct') return value === null ? [] : inFields(wire.fields, version, value, path)
  if (wire.kind !== 'array') {
    return values[wire.kind]!.filter((other) => !isSame(other, value)).map((other) => becomes(path, other))
  }
  if (!Array.isArray(value)) return [becomes(path, [])]
  const [first] = value
  if (first === undefined) return [becomes(path, null)]
  const twice = becomes(path, [first, ...value], 'its first twice')
  return [becomes(path, null), becomes(path, []), twice, ...inField(wire.of, version, first, [...path, 0])]
}

function becomes(path: Path, value: unknown, text = textOf(value)): Mutation {
  const title = `${pathText(path, '[0]')} = ${text}`
  // What stands twice is taken from the message at hand: in a fresh one it has other names.
  const begin = () => {
    const other = numbered(value)
    const change = (old: Message) => (text === 'its first twice' ? [old[0], ...old] : other)
    return (message: Message) => changed(message, path, change)
  }
  return { title, field: pathText(path, ''), begin }
}

/** Another one at each use, as long as it was: a group of the same name would still be there. */
function numbered(value: unknown): unknown {
  return typeof value === 'string' && /^[a-z ]+!?$/.test(value) ? newName(value, longestName) : value
}

function changed(message: Message, [step, ...rest]: Path, change: (old: Message) => unknown): Message {
  const copy = Array.isArray(message) ? [...message] : { ...message }
  copy[step!] = rest.length === 0 ? change(message[step!]) : changed(message[step!], rest, change)
  return copy
}

function pathText(path: Path, index: string): string {
  return path
    .map((step) => (typeof step === 'number' ? index : `.${step}`))
    .join('')
    .slice(1)
}

function isSame(a: unknown, b: unknown): boolean {
  return textOf(a) === textOf(b)
}

function textOf(value: unknown): string {
  if (Buffer.isBuffer(value)) return `${value.length} bytes`
  if (typeof value === 'string' && value.length > longestName) return `${value.length} letters`
  return JSON.stringify(value)
}
