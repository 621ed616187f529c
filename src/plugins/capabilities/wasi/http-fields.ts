/** `fields` of `wasi:http/types`: the headers of a request or a response, with names that do not care about case. */
import type http from 'node:http'
import { createRequire } from 'node:module'
import { bytes } from '../../guest/bound-values.ts'
import type { HttpHeaders } from '../http-call.ts'
import { forbiddenHeaders } from '../http-exchange.ts'

/** Loaded when it is first needed: it takes a plugin's thread 5 ms of its start, and most plugins see no HTTP. */
let nodeHttp: typeof http | null = null

type Entry = readonly [name: string, value: Uint8Array]
/** The value as text, a character a byte: in JavaScript's heap, which is bounded, where buffers are not. */
type Kept = readonly [name: string, value: string]

/** A plain value is the error of a `result`; an Error would be a failure of the plugin. */
type HeaderError = { readonly tag: 'invalid-syntax' | 'forbidden' | 'immutable' }

/** How the host makes some: components can name what is in a class, but no symbols. */
export const frozen = Symbol('frozen')

export class Fields {
  #entries: readonly Kept[] = []
  #isImmutable = false

  static fromList(entries: readonly Entry[]): Fields {
    const fields = new Fields()
    for (const [name, value] of entries) check(name, [value])
    fields.#entries = entries.map(kept)
    return fields
  }

  /** Of a request that was made, or of what a server said, which is taken as it is. */
  static [frozen](entries: HttpHeaders): Fields {
    const fields = new Fields()
    fields.#entries = entries.map(kept)
    fields.#isImmutable = true
    return fields
  }

  get(name: string): Uint8Array[] {
    return this.#entries.flatMap(([other, value]) => (isSame(name, other) ? [bytesOf(value)] : []))
  }

  has(name: string): boolean {
    return this.#entries.some(([other]) => isSame(name, other))
  }

  set(name: string, values: readonly Uint8Array[]): void {
    this.#change(name, values)
    const others = this.#entries.filter(([other]) => !isSame(name, other))
    this.#entries = [...others, ...values.map((value) => kept([name, value]))]
  }

  append(name: string, value: Uint8Array): void {
    this.#change(name, [value])
    this.#entries = [...this.#entries, kept([name, value])]
  }

  delete(name: string): void {
    this.#change(name, [])
    this.#entries = this.#entries.filter(([other]) => !isSame(name, other))
  }

  entries(): readonly Entry[] {
    return this.#entries.map(([name, value]) => [name, bytesOf(value)])
  }

  /** Which may be changed. */
  clone(): Fields {
    const fields = new Fields()
    fields.#entries = this.#entries
    return fields
  }

  #change(name: string, values: readonly Uint8Array[]): void {
    if (this.#isImmutable) throw { tag: 'immutable' } satisfies HeaderError
    check(name, values)
  }
}

function kept([name, value]: Entry): Kept {
  return [name, Buffer.from(value).toString('latin1')]
}

function bytesOf(value: string): Uint8Array {
  return new Uint8Array(Buffer.from(value, 'latin1'))
}

function isSame(name: string, other: string): boolean {
  return name.toLowerCase() === other.toLowerCase()
}

function check(name: string, values: readonly Uint8Array[]): void {
  try {
    nodeHttp ??= createRequire(import.meta.url)('node:http') as typeof http
    nodeHttp.validateHeaderName(name)
    for (const value of values) {
      nodeHttp.validateHeaderValue(name, Buffer.from(bytes(value, 'header')).toString('latin1'))
    }
  } catch {
    throw { tag: 'invalid-syntax' } satisfies HeaderError
  }
  if (forbiddenHeaders.has(name.toLowerCase())) throw { tag: 'forbidden' } satisfies HeaderError
}
