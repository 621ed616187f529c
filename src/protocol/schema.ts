/**
 * The words in which Kafka messages are described.
 *
 * A field is a wire type plus the versions it lives in: `int32.since(1)`, `string.nullable().until(12)`.
 * A message value always has every field; a version that lacks a field leaves it at its `absent` value, so handlers
 * never ask which version they serve unless behaviour, not layout, depends on it.
 */
import { ZERO_UUID } from '../base/bytes.ts'

export class Type<T> {
  /** For the type checker only; `Value` reads it. */
  declare readonly value: T
  readonly wire: Wire
  readonly presence: Presence

  constructor(wire: Wire, presence: Presence) {
    this.wire = wire
    this.presence = presence
  }

  /** The first version that carries this field. */
  since(version: number): Type<T> {
    return this.#with({ since: version })
  }
  /** The last version that carries this field. */
  until(version: number): Type<T> {
    return this.#with({ until: version })
  }
  /** The last version that carries this field; the current release serves none of those, so it may be left out. */
  gone(version: number): Type<T | undefined> {
    return this.#with({ until: version, isGone: true })
  }
  /** May be null, from the given version on; null is then also its absent value. */
  nullable(since = 0): Type<T | null> {
    return this.#with({ nullableSince: since, absent: null })
  }
  /** Travels in the tagged section of a flexible version (KIP-482), unless it holds its absent value. */
  tag(tag: number): Type<T> {
    return this.#with({ tag })
  }
  /** The value in versions that lack this field, and in a message whose sender left it out. */
  absent(value: T): Type<T> {
    return this.#with({ absent: value })
  }

  // biome-ignore lint/suspicious/noExplicitAny: each caller above names the type.
  #with(change: Partial<Presence>): Type<any> {
    return new Type(this.wire, { ...this.presence, ...change })
  }
}

export interface Presence {
  readonly since: number
  readonly until: number
  readonly nullableSince: number
  readonly tag: number | null
  readonly absent: unknown
  readonly isGone: boolean
}

type Scalar = 'bool' | 'int8' | 'int16' | 'uint16' | 'int32' | 'int64' | 'float64' | 'uuid'

export type Wire =
  | { readonly kind: Scalar }
  | { readonly kind: 'string' | 'bytes' | 'records' }
  | { readonly kind: 'array'; readonly of: AnyType }
  | { readonly kind: 'struct'; readonly fields: Fields }

// biome-ignore lint/suspicious/noExplicitAny: a list of fields mixes types; `Value` recovers each.
export type AnyType = Type<any>
export type Fields = Readonly<Record<string, AnyType>>

/** The JavaScript value of a set of fields: `Value<typeof heartbeat.request>`. */
export type Value<F extends Fields> = { -readonly [Name in Exclude<keyof F, Gone<F>>]: F[Name]['value'] } & {
  -readonly [Name in Gone<F>]?: F[Name]['value']
}

/** The names of fields that may be left out. */
type Gone<F extends Fields> = { [Name in keyof F]: undefined extends F[Name]['value'] ? Name : never }[keyof F]

function type<T>(wire: Wire, absent: T): Type<T> {
  return new Type<T>(wire, {
    since: 0,
    until: Number.POSITIVE_INFINITY,
    nullableSince: Number.POSITIVE_INFINITY,
    tag: null,
    absent,
    isGone: false,
  })
}

export const bool = type({ kind: 'bool' }, false)
export const int8 = type({ kind: 'int8' }, 0)
export const int16 = type({ kind: 'int16' }, 0)
export const uint16 = type({ kind: 'uint16' }, 0)
export const int32 = type({ kind: 'int32' }, 0)
/** As a number: exact to 2^53, which no offset, time or producer id reaches. */
export const int64 = type({ kind: 'int64' }, 0)
export const float64 = type({ kind: 'float64' }, 0)
/** In Kafka's own spelling, base64url without padding. */
export const uuid = type({ kind: 'uuid' }, ZERO_UUID)
export const string = type({ kind: 'string' }, '')
/** Decoded as a view of the message, not a copy. */
export const bytes = type<Buffer>({ kind: 'bytes' }, Buffer.alloc(0))
/** Like `bytes`, but a list of buffers that are sent from where they lie; decoded as a list of one view. */
export const records = type<readonly Buffer[]>({ kind: 'records' }, [])

export function struct<F extends Fields>(fields: F): Type<Value<F>> {
  return type({ kind: 'struct', fields }, emptyValue(fields) as Value<F>)
}
export function array<T>(of: Type<T>): Type<T[]>
export function array<F extends Fields>(of: F): Type<Value<F>[]>
export function array(of: AnyType | Fields): Type<unknown[]> {
  return type({ kind: 'array', of: of instanceof Type ? of : struct(of as Fields) }, [])
}

/** A message in which every field is absent. */
function emptyValue(fields: Fields): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).map(([name, { presence }]) => [name, presence.absent]))
}

/** One Kafka API: its number, its versions, and what travels each way. */
export interface Api<Request extends Fields = Fields, Response extends Fields = Fields> {
  readonly key: number
  readonly name: string
  /** Those that the current release of Kafka serves. */
  readonly versions: readonly [min: number, max: number]
  /** The first that releases before 4.0 served, where that was another (KIP-896). */
  readonly oldest?: number
  /** The first version with compact lengths and tagged fields. */
  readonly flexible: number
  readonly request: Request
  readonly response: Response
}

export function api<Q extends Fields, S extends Fields>(definition: Api<Q, S>): Api<Q, S> {
  return definition
}
