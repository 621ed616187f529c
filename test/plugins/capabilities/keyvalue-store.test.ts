/** Values by key that outlive threads and processes. */
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { KeyvalueStore, keyBytesMax, valueBytesMax } from '../../../src/plugins/capabilities/keyvalue-store.ts'
import { SharedFolder } from '../../../src/plugins/capabilities/shared-folder.ts'
import { newSharedState, temporaryFolder } from '../../support/capabilities.ts'
import { killedWhileFilling, startFolderThread } from '../../support/folder-threads.ts'
import { type Cleanup, suite } from '../../support/suite.ts'

const test = suite('the key-value store', 30)

const text = (value: Uint8Array | null) => value && Buffer.from(value).toString()
const bytesMax = 1024 * 1024

interface Opened {
  readonly store: KeyvalueStore
  readonly path: string
  readonly shared: SharedArrayBuffer
  readonly warnings: readonly string[]
}

function open(cleanup: Cleanup, path = temporaryFolder(cleanup), shared = newSharedState(), most = bytesMax): Opened {
  const warnings: string[] = []
  return {
    store: new KeyvalueStore(new SharedFolder(path, shared), most, (message) => warnings.push(message)),
    path,
    shared,
    warnings,
  }
}

const set = (store: KeyvalueStore, key: string, value: string) => store.change([[key, Buffer.from(value)]])

test('what was set is there, and what was removed is not', (cleanup) => {
  const { store } = open(cleanup)
  assert.is(store.get('a'), null)
  set(store, 'a', 'one')
  set(store, 'a', 'two')
  set(store, '', 'the empty key')
  assert.is(text(store.get('a')), 'two')
  assert.is(text(store.get('')), 'the empty key')
  store.change([['a', null]])
  assert.is(store.get('a'), null)
  assert.not(store.has('a'))
})

test('it survives a restart', (cleanup) => {
  const { store, path } = open(cleanup)
  set(store, 'a', 'one')
  set(store, 'b', 'two')
  store.change([['a', null]])
  const again = open(cleanup, path)
  assert.is(again.store.get('a'), null)
  assert.is(text(again.store.get('b')), 'two')
  assert.equal(again.warnings, [])
})

test('one instance sees what another has set, also after the log was made smaller', (cleanup) => {
  const { store, path, shared } = open(cleanup)
  const other = open(cleanup, path, shared).store
  set(store, 'a', 'one')
  assert.is(text(other.get('a')), 'one')
  for (let time = 0; time < 5000; time++) set(other, 'big', `${time} ${'x'.repeat(500)}`)
  assert.is(readdirSync(path).filter((name) => name.startsWith('keyvalue')).length, 1)
  assert.ok(statSync(join(path, readdirSync(path).find((name) => name.startsWith('keyvalue'))!)).size < 2 * bytesMax)
  assert.match(text(store.get('big'))!, /^4999 /)
  assert.is(text(store.get('a')), 'one')
  set(store, 'a', 'two')
  assert.is(text(other.get('a')), 'two')
})

test('keys are listed in order, from one on', (cleanup) => {
  const { store } = open(cleanup)
  store.change(['d', 'b', 'a', 'c'].map((key) => [key, new Uint8Array()]))
  assert.equal(store.keysAfter(null, 2), ['a', 'b'])
  store.change([['b', null]])
  assert.equal(store.keysAfter('b', 2), ['c', 'd'])
  assert.equal(store.keysAfter('d', 2), [])
})

test('what is too much is refused, and nothing of it is set', (cleanup) => {
  const { store } = open(cleanup)
  const refused = (changes: readonly (readonly [string, Uint8Array | null])[], why: RegExp) => {
    assert.throws(() => store.change([['good', new Uint8Array()], ...changes]), why)
    assert.not(store.has('good'))
  }
  refused([['k'.repeat(keyBytesMax + 1), new Uint8Array()]], /a key of 1025 bytes; at most 1024/)
  refused([['v', new Uint8Array(valueBytesMax + 1)]], /"v" has 1048577 bytes; at most 1048576/)
  refused([['v', new Uint8Array(bytesMax)]], /the store is full: it may hold 1048576 bytes/)
  refused(
    Array.from({ length: 10_001 }, (_, index) => [`k${index}`, null]),
    /10002 keys at once; at most 10000/,
  )
})

test('a full store can be emptied', (cleanup) => {
  const { store } = open(cleanup, temporaryFolder(cleanup), newSharedState(), 1000)
  set(store, 'a', 'x'.repeat(900))
  assert.throws(() => set(store, 'b', 'x'.repeat(100)), /full/)
  set(store, 'a', 'x'.repeat(800))
  store.change([['a', null]])
  set(store, 'b', 'x'.repeat(100))
})

test('what was not written to its end is cut off, and said', (cleanup) => {
  const { store, path } = open(cleanup)
  set(store, 'a', 'one')
  const file = join(path, 'keyvalue.1.log')
  const whole = readFileSync(file)
  set(store, 'a', 'two')
  const more = readFileSync(file)
  for (let length = whole.length; length < more.length; length += 5) {
    writeFileSync(file, more.subarray(0, length))
    const { store: again, warnings } = open(cleanup, path)
    assert.is(text(again.get('a')), 'one')
    assert.is(warnings.length, length === whole.length ? 0 : 1)
    assert.is(statSync(file).size, whole.length)
  }
})

test('a log that was being made smaller is of no account', (cleanup) => {
  const { store, path } = open(cleanup)
  set(store, 'a', 'one')
  writeFileSync(join(path, 'keyvalue.2.log.new'), 'half of it')
  assert.is(text(open(cleanup, path).store.get('a')), 'one')
  assert.equal(readdirSync(path).sort(), ['keyvalue.1.log', 'lock'])
})

test('threads count together', async (cleanup) => {
  const { store, path, shared } = open(cleanup)
  const times = 500
  const task = { name: 'increment', times } as const
  await Promise.all([1, 2, 3].map(() => startFolderThread(cleanup, path, shared, task)))
  assert.is(text(store.get('count')), String(3 * times))
})

test('a thread that is ended at any moment leaves changes that are whole', async (cleanup) => {
  const { store, path, shared } = open(cleanup, temporaryFolder(cleanup), newSharedState(), 1 << 24)
  for (let time = 0; time < 6; time++) {
    const thread = await startFolderThread(cleanup, path, shared, { name: 'fill' })
    await new Promise((resolve) => setTimeout(resolve, 5 + 7 * time))
    await thread.terminate()
    assert.equal(store.get('a'), store.get('b'))
    set(store, 'own', String(time))
    assert.is(text(store.get('own')), String(time))
  }
})

test('a process that is killed at any moment leaves changes that are whole', async (cleanup) => {
  const path = temporaryFolder(cleanup)
  for (const afterMs of [0, 30, 80]) {
    await killedWhileFilling(path, afterMs)
    const { store } = open(cleanup, path)
    assert.ok(store.get('a') !== null)
    assert.equal(store.get('a'), store.get('b'))
  }
})

test.run()
