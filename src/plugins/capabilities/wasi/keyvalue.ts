/**
 * `wasi:keyvalue`: the plugin's own values by key, in one bucket, shared by its instances and kept when the broker
 * stops.
 */
import type { CapabilityEnvironment, Imports } from '../capability-environment.ts'
import { HeldBytes, heldBytesMax } from '../../guest/held-bytes.ts'
import { KeyvalueError, KeyvalueStore } from '../keyvalue-store.ts'
import { SharedFolder } from '../shared-folder.ts'

/** At once, to `list-keys`. */
const keysPerAnswer = 1000
/** What one call may answer: the plugin has it in its memory at once. */
const answerBytesMax = 16 * 1024 * 1024
const [smallest, largest] = [-(2n ** 63n), 2n ** 63n - 1n]

type Error = { readonly tag: 'no-such-store' } | { readonly tag: 'other'; readonly val: string }

const dispose: typeof Symbol.dispose = Symbol.dispose ?? Symbol.for('dispose')

class Bucket {
  readonly store: KeyvalueStore
  /** By the values that handles of an instance, of all its buckets, have read. */
  readonly held: HeldBytes

  constructor(store: KeyvalueStore, held: HeldBytes) {
    this.store = store
    this.held = held
  }

  get(key: string): Uint8Array | undefined {
    return told(() => this.store.get(key)) ?? undefined
  }

  set(key: string, value: Uint8Array): void {
    told(() => this.store.change([[key, value]]))
  }

  delete(key: string): void {
    told(() => this.store.change(this.store.has(key) ? [[key, null]] : []))
  }

  exists(key: string): boolean {
    return told(() => this.store.has(key))
  }

  /** The cursor is the last key that was answered, so that what comes and goes meanwhile hides no other key. */
  listKeys(cursor: string | undefined): { keys: readonly string[]; cursor: string | undefined } {
    const keys = told(() => this.store.keysAfter(cursor ?? null, keysPerAnswer))
    return { keys, cursor: keys.length < keysPerAnswer ? undefined : keys.at(-1) }
  }
}

class Cas {
  readonly bucket: Bucket
  readonly key: string
  readonly read: Uint8Array | null

  /** What WIT calls `new`; bindings call the function of that name, and never this. */
  constructor(bucket: Bucket, key: string, read: Uint8Array | null) {
    if (!bucket.held.take(read?.length ?? 0)) {
      throw new KeyvalueError(`handles for cas hold more than ${heldBytesMax} bytes: drop those that are not needed`)
    }
    this.bucket = bucket
    this.key = key
    this.read = read
  }

  static new(bucket: Bucket, key: string): Cas {
    return told(() => new Cas(bucket, key, bucket.store.get(key)))
  }

  [dispose](): void {
    this.bucket.held.give(this.read?.length ?? 0)
  }

  current(): Uint8Array | undefined {
    return this.read ?? undefined
  }
}

export function keyvalue({ grants, folder, shared, log }: CapabilityEnvironment): Imports {
  if (grants.keyvalue === null || folder === null) return {}
  const { bytesMax } = grants.keyvalue
  const held = new HeldBytes()
  let store: KeyvalueStore | undefined
  const open = (name: string) => {
    if (name !== '' && name !== 'default') throw { tag: 'no-such-store' } satisfies Error
    store ??= told(
      () => new KeyvalueStore(new SharedFolder(folder, shared), bytesMax, (message) => log('warn', message)),
    )
    return new Bucket(store, held)
  }
  return {
    'wasi:keyvalue/store': { Bucket, open },
    'wasi:keyvalue/atomics': { Cas, increment, swap },
    'wasi:keyvalue/batch': { getMany, setMany, deleteMany },
  }
}

function increment({ store }: Bucket, key: string, delta: bigint): bigint {
  return told(() =>
    store.decide(key, (value) => {
      const sum = numberIn(key, value) + delta
      if (sum < smallest || sum > largest) throw new KeyvalueError(`${JSON.stringify(key)} would be beyond 64 bits`)
      return [Buffer.from(String(sum)), sum]
    }),
  )
}

function numberIn(key: string, value: Uint8Array | null): bigint {
  const text = value === null ? '0' : Buffer.from(value.subarray(0, 20)).toString('latin1')
  if (!/^-?\d{1,19}$/.test(text) || (value?.length ?? 0) > 20) {
    throw new KeyvalueError(`the value of ${JSON.stringify(key)} is no number in decimal digits`)
  }
  return BigInt(text)
}

/** The handle is used up. */
function swap(cas: Cas, value: Uint8Array): void {
  const { bucket, key, read } = cas
  cas[dispose]()
  const found = casTold(() =>
    bucket.store.decide(key, (now) => {
      const isSame = now === null || read === null ? now === read : Buffer.compare(now, read) === 0
      return isSame ? [value, null] : [null, new Cas(bucket, key, now)]
    }),
  )
  if (found !== null) throw { tag: 'cas-failed', val: found }
}

function getMany({ store }: Bucket, keys: readonly string[]): ([string, Uint8Array] | undefined)[] {
  let bytes = 0
  return keys.map((key) => {
    const value = told(() => store.get(key))
    bytes += value?.length ?? 0
    if (bytes > answerBytesMax) {
      throw { tag: 'other', val: `these values are more than ${answerBytesMax} bytes: ask for fewer` } satisfies Error
    }
    return value === null ? undefined : [key, value]
  })
}

function setMany({ store }: Bucket, values: readonly (readonly [string, Uint8Array])[]): void {
  told(() => store.change(values))
}

function deleteMany({ store }: Bucket, keys: readonly string[]): void {
  told(() => store.change([...new Set(keys)].filter((key) => store.has(key)).map((key) => [key, null])))
}

/** What the store says, or the disk, is for the plugin to know; anything else is a bug of ours. */
function told<Value>(run: () => Value): Value {
  try {
    return run()
  } catch (error) {
    throw asError(error)
  }
}

function casTold<Value>(run: () => Value): Value {
  try {
    return run()
  } catch (error) {
    throw { tag: 'store-error', val: asError(error) }
  }
}

function asError(error: unknown): Error {
  if (error instanceof KeyvalueError) return { tag: 'other', val: error.message }
  const code = (error as NodeJS.ErrnoException).code
  if (typeof code === 'string') return { tag: 'other', val: `the store's file: ${code}` }
  throw error
}
