/** wasi:keyvalue, as a component calls it. */
import * as assert from 'uvu/assert'
import { nothingGranted } from '../../../../src/plugins/capabilities/capabilities.ts'
import { heldBytesMax } from '../../../../src/plugins/guest/held-bytes.ts'
import { keyvalue } from '../../../../src/plugins/capabilities/wasi/keyvalue.ts'
import { environmentFor, grants, thrownBy } from '../../../support/capabilities.ts'
import { type Cleanup, suite } from '../../../support/suite.ts'

const test = suite('wasi:keyvalue')

interface Bucket {
  get(key: string): Uint8Array | undefined
  set(key: string, value: Uint8Array): void
  delete(key: string): void
  exists(key: string): boolean
  listKeys(cursor: string | undefined): { keys: readonly string[]; cursor: string | undefined }
}
interface Cas {
  current(): Uint8Array | undefined
}
interface Store {
  open(name: string): Bucket
}
interface Atomics {
  increment(bucket: Bucket, key: string, delta: bigint): bigint
  swap(cas: Cas, value: Uint8Array): void
  readonly Cas: { new: (bucket: Bucket, key: string) => Cas }
}
interface Batch {
  getMany(bucket: Bucket, keys: readonly string[]): ([string, Uint8Array] | undefined)[]
  setMany(bucket: Bucket, values: readonly (readonly [string, Uint8Array])[]): void
  deleteMany(bucket: Bucket, keys: readonly string[]): void
}

function opened(cleanup: Cleanup, environment = environmentFor(cleanup)) {
  const imports = keyvalue(environment) as unknown as Record<string, unknown>
  const store = imports['wasi:keyvalue/store'] as Store
  const atomics = imports['wasi:keyvalue/atomics'] as Atomics
  const batch = imports['wasi:keyvalue/batch'] as Batch
  return { store, atomics, batch, bucket: store.open('default'), environment }
}

const bytes = (text: string) => Buffer.from(text)
const text = (value: Uint8Array | undefined) => value && Buffer.from(value).toString()

test('a plugin to which it is not granted has none of it', (cleanup) => {
  assert.equal(keyvalue(environmentFor(cleanup, { grants: nothingGranted })), {})
})

test('there is one bucket, with two names', (cleanup) => {
  const { store, bucket } = opened(cleanup)
  bucket.set('a', bytes('1'))
  assert.is(text(store.open('').get('a')), '1')
  assert.equal(
    thrownBy(() => store.open('other')),
    { tag: 'no-such-store' },
  )
})

test('values are set, read, found and removed', (cleanup) => {
  const { bucket } = opened(cleanup)
  assert.is(bucket.get('a'), undefined)
  bucket.set('a', bytes('1'))
  assert.ok(bucket.exists('a'))
  bucket.delete('a')
  bucket.delete('a')
  assert.not(bucket.exists('a'))
})

test('all keys are listed, in portions, whatever comes and goes meanwhile', (cleanup) => {
  const { bucket, batch } = opened(cleanup)
  const keys = Array.from({ length: 2500 }, (_, index) => `key ${String(index).padStart(4, '0')}`)
  batch.setMany(
    bucket,
    keys.map((key) => [key, bytes('')]),
  )
  const first = bucket.listKeys(undefined)
  bucket.delete(first.cursor!)
  bucket.delete(keys[0]!)
  const second = bucket.listKeys(first.cursor)
  const third = bucket.listKeys(second.cursor)
  assert.equal([...first.keys, ...second.keys, ...third.keys], keys)
  assert.is(third.cursor, undefined)
})

test('a number is increased, from 0 where there is none', (cleanup) => {
  const { bucket, atomics } = opened(cleanup)
  assert.is(atomics.increment(bucket, 'n', 5n), 5n)
  assert.is(atomics.increment(bucket, 'n', -7n), -2n)
  assert.is(text(bucket.get('n')), '-2')
})

test('what is no number, or would be beyond 64 bits, is not increased', (cleanup) => {
  const { bucket, atomics } = opened(cleanup)
  const why = (value: string) => {
    bucket.set('n', bytes(value))
    const error = thrownBy(() => atomics.increment(bucket, 'n', 1n)) as { tag: string; val: string }
    assert.is(text(bucket.get('n')), value)
    return `${error.tag}: ${error.val}`
  }
  for (const value of ['', 'x', '1.5', ' 1', '9'.repeat(25)]) {
    assert.is(why(value), 'other: the value of "n" is no number in decimal digits')
  }
  assert.is(why('9223372036854775807'), 'other: "n" would be beyond 64 bits')
})

test('a value is swapped only if it is still the one that was read', (cleanup) => {
  const { bucket, atomics } = opened(cleanup)
  const { Cas, swap } = atomics
  const onNothing = Cas.new(bucket, 'a')
  assert.is(onNothing.current(), undefined)
  swap(onNothing, bytes('one'))
  const failed = thrownBy(() => swap(onNothing, bytes('two'))) as { tag: string; val: Cas }
  assert.is(failed.tag, 'cas-failed')
  assert.is(text(failed.val.current()), 'one')
  swap(failed.val, bytes('two'))
  assert.is(text(bucket.get('a')), 'two')
})

test('several are read, set and removed at once', (cleanup) => {
  const { bucket, batch } = opened(cleanup)
  batch.setMany(bucket, [
    ['a', bytes('1')],
    ['b', bytes('2')],
  ])
  assert.equal(
    batch.getMany(bucket, ['b', 'x', 'a']).map((found) => found && [found[0], text(found[1])]),
    [['b', '2'], undefined, ['a', '1']],
  )
  batch.deleteMany(bucket, ['a', 'a', 'x'])
  assert.equal(bucket.listKeys(undefined).keys, ['b'])
})

test('an oversize write is refused, and so is one too many', (cleanup) => {
  const { bucket, batch } = opened(
    cleanup,
    environmentFor(cleanup, { grants: { ...grants, keyvalue: { bytesMax: 1000 } } }),
  )
  const full = { tag: 'other', val: 'the store is full: it may hold 1000 bytes' }
  assert.equal(
    thrownBy(() => bucket.set('a', Buffer.alloc(1001))),
    full,
  )
  assert.equal(
    thrownBy(() =>
      batch.setMany(
        bucket,
        Array.from({ length: 40 }, (_, index) => [`${index}`, new Uint8Array()]),
      ),
    ),
    full,
  )
  assert.equal(bucket.listKeys(undefined).keys, [])
})

test('an answer of more than 16 MiB is refused', (cleanup) => {
  const { bucket, batch } = opened(cleanup)
  bucket.set('a', Buffer.alloc(1 << 20))
  assert.is((thrownBy(() => batch.getMany(bucket, Array(17).fill('a'))) as { tag: string }).tag, 'other')
})

test("another plugin's folder is another store", (cleanup) => {
  const one = opened(cleanup)
  one.bucket.set('secret', bytes('1'))
  assert.is(opened(cleanup).bucket.get('secret'), undefined)
  assert.is(text(opened(cleanup, one.environment).bucket.get('secret')), '1')
})

test('what the disk says is told to the plugin, and no path of this machine', (cleanup) => {
  const { store, environment } = opened(cleanup)
  const broken = keyvalue({ ...environment, folder: '/dev/null/x' })['wasi:keyvalue/store'] as unknown as Store
  assert.equal(
    thrownBy(() => broken.open('')),
    { tag: 'other', val: "the store's file: ENOTDIR" },
  )
  assert.ok(store.open(''))
})

test('handles hold what they read, up to a bound, until they are dropped or used', (cleanup) => {
  const { bucket, atomics } = opened(cleanup)
  const value = new Uint8Array(1024 * 1024)
  bucket.set('large', value)
  const handles: Cas[] = []
  const fill = () => {
    for (let left = 100; left > 0; left--) handles.push(atomics.Cas.new(bucket, 'large'))
  }
  const { val } = thrownBy(fill) as { val: string }
  assert.is(val, `handles for cas hold more than ${heldBytesMax} bytes: drop those that are not needed`)
  assert.is(handles.length, 63)
  const dispose = Symbol.dispose ?? Symbol.for('dispose')
  ;(handles.pop() as unknown as Record<symbol, () => void>)[dispose]!()
  atomics.swap(handles.pop()!, value)
  assert.ok(thrownBy(fill))
  assert.is(handles.length, 63)
})

test.run()
