/**
 * Compares a description of ours with Kafka's definition of the same message, field by field and version by version.
 *
 * Both are laid out flat for one version: every field by its path, `topics[].partitions[].records`, in wire order.
 * Defaults are compared where they show: in tagged fields, which do not travel at their default, and in fields that
 * some version lacks.
 */
import { INT64_MAX } from '../../src/base/bytes.ts'
import type { AnyType, Api, Fields } from '../../src/protocol/schema.ts'
import { isWithin, type KafkaField, type KafkaMessage, versionRange } from './definitions.ts'

export interface Difference {
  /** `Fetch request`, or `Fetch` where the API as a whole differs. */
  readonly message: string
  /** A field's path; empty where the message as a whole differs. */
  readonly path: string
  readonly versions: readonly [first: number, last: number]
  readonly what: string
}

interface Laid {
  readonly path: string
  readonly type: string
  readonly isNullable: boolean
  readonly tag: number | null
  /** As JSON; null where it does not show, which ours says. */
  readonly default: string | null
}

export function compareApi(api: Api, request: KafkaMessage, response: KafkaMessage): Difference[] {
  const ours = `versions ${api.versions[0]}-${api.versions[1]}, flexible from ${api.flexible}, key ${api.key}`
  const parts = [
    { fields: api.request, theirs: request, message: `${api.name} request` },
    { fields: api.response, theirs: response, message: `${api.name} response` },
  ]
  return parts.flatMap(({ fields, theirs, message }) => {
    const flexible = versionRange(theirs.flexibleVersions)?.[0] ?? Number.POSITIVE_INFINITY
    const range = theirs.validVersions.includes('-')
      ? theirs.validVersions
      : `${theirs.validVersions}-${theirs.validVersions}`
    const same = `versions ${range}, flexible from ${flexible}, key ${theirs.apiKey}`
    const whole = ours === same ? [] : [{ message, path: '', versions: api.versions, what: `${ours}; Kafka: ${same}` }]
    return [...whole, ...compareFields(message, fields, theirs, api.versions)]
  })
}

/** In versions that the current release no longer serves, by the definitions of one that did. */
export function compareOlder(api: Api, request: KafkaMessage, response: KafkaMessage): Difference[] {
  const versions = [api.oldest!, api.versions[0] - 1] as const
  return [
    ...compareFields(`${api.name} request`, api.request, request, versions),
    ...compareFields(`${api.name} response`, api.response, response, versions),
  ]
}

function compareFields(message: string, fields: Fields, theirs: KafkaMessage, versions: Api['versions']): Difference[] {
  const found = new Map<string, Difference>()
  for (let version = versions[0]; version <= versions[1]; version++) {
    const differences = compareLayouts(layOut(fields, version, versions), layOutKafka(theirs, version))
    for (const [path, what] of differences) {
      const key = `${path} ${what}`
      const first = found.get(key)?.versions[0] ?? version
      found.set(key, { message, path, what, versions: [first, version] })
    }
  }
  return [...found.values()]
}

function compareLayouts(ours: readonly Laid[], theirs: readonly Laid[]): (readonly [path: string, what: string])[] {
  const [oursByPath, theirsByPath] = [ours, theirs].map((all) => new Map(all.map((field) => [field.path, field])))
  const differences: (readonly [string, string])[] = []
  for (const field of theirs) if (!oursByPath!.has(field.path)) differences.push([field.path, 'missing'])
  for (const field of ours) {
    const twin = theirsByPath!.get(field.path)
    if (twin === undefined) differences.push([field.path, 'unknown to Kafka'])
    else for (const what of compareField(field, twin)) differences.push([field.path, what])
  }
  const order = (all: readonly Laid[]) => all.filter(({ tag }) => tag === null).map(({ path }) => path)
  if (differences.length === 0 && order(ours).join() !== order(theirs).join()) differences.push(['', 'another order'])
  return differences
}

function compareField(ours: Laid, theirs: Laid): string[] {
  const aspects = ['type', 'isNullable', 'tag', 'default'] as const
  return aspects
    .filter((aspect) => ours[aspect] !== theirs[aspect] && (aspect !== 'default' || ours.default !== null))
    .map((aspect) => `${aspect} ${ours[aspect]}; Kafka: ${theirs[aspect]}`)
}

// Ours.

function layOut(fields: Fields, version: number, range: Api['versions'], prefix = '', inTag = false): Laid[] {
  return Object.entries(fields).flatMap(([name, type]) => {
    const { since, until, nullableSince, tag, absent } = type.presence
    if (version < since || version > until) return []
    const path = `${prefix}${name}`
    const { suffix, word, inner } = ourType(type)
    const shows = inTag || tag !== null || since > range[0] || until < range[1]
    const isPlainStruct = word === 'struct' && absent !== null
    const laid = {
      path,
      type: word,
      isNullable: version >= nullableSince,
      tag,
      default: shows && !isPlainStruct ? JSON.stringify(absent) : null,
    }
    return [laid, ...layOut(inner, version, range, `${path}${suffix}.`, shows && word === 'struct')]
  })
}

function ourType({ wire }: AnyType): { suffix: string; word: string; inner: Fields } {
  if (wire.kind === 'struct') return { suffix: '', word: 'struct', inner: wire.fields }
  if (wire.kind !== 'array') return { suffix: '', word: wire.kind, inner: {} }
  const { word, inner } = ourType(wire.of)
  return { suffix: '[]', word: `[]${word}`, inner }
}

// Kafka's.

function layOutKafka(message: KafkaMessage, version: number): Laid[] {
  const common = new Map(message.commonStructs?.map(({ name, fields }) => [name, fields]))

  const layOutAll = (fields: readonly KafkaField[], prefix: string): Laid[] =>
    fields.flatMap((field) => {
      if (!isWithin(version, field.versions)) return []
      const path = `${prefix}${field.name[0]!.toLowerCase()}${field.name.slice(1)}`
      const [, suffix, element] = /^(\[\])?(.*)$/.exec(field.type)!
      const inner = field.fields ?? common.get(element!) ?? []
      const word = `${suffix ?? ''}${/^[A-Z]/.test(element!) ? 'struct' : element}`
      const tag = isWithin(version, field.taggedVersions) ? field.tag! : null
      const laid = {
        path,
        type: word,
        isNullable: isWithin(version, field.nullableVersions),
        tag,
        default: JSON.stringify(kafkaDefault(field)),
      }
      return [laid, ...layOutAll(inner, `${path}${suffix ?? ''}.`)]
    })

  return layOutAll(message.fields, '')
}

function kafkaDefault({ type, default: given }: KafkaField): unknown {
  if (given === 'null') return null
  if (type.startsWith('[]')) return []
  switch (type) {
    case 'bool':
      return String(given) === 'true'
    case 'uuid':
      return 'AAAAAAAAAAAAAAAAAAAAAA'
    case 'string':
      return given ?? ''
    case 'bytes':
    case 'records':
      return []
    default:
      return Math.min(Number(given ?? 0), INT64_MAX)
  }
}
