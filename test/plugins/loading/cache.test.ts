import { chmodSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import type { LogEvent } from '../../../src/base/logger.ts'
import { Cache, defaultCachePath } from '../../../src/plugins/loading/cache.ts'
import { testLogger } from '../../support/plugins.ts'
import { type Cleanup, suite } from '../../support/suite.ts'

const test = suite('cache of transpiled components')
const files = new Map([
  ['plugin.js', Buffer.from('export {}')],
  ['plugin.core.wasm', Buffer.from('0061736d', 'hex')],
])

function newCache(cleanup: Cleanup) {
  const folder = mkdtempSync(join(tmpdir(), 'blink-cache-'))
  cleanup.after(() => rmSync(folder, { recursive: true, force: true }))
  const events: LogEvent[] = []
  return { cache: new Cache(folder, testLogger(events)), folder, events }
}

test('what was written is read, under its key alone', async (cleanup) => {
  const { cache } = newCache(cleanup)
  assert.is(await cache.read('key'), null)
  await cache.write('key', files)
  assert.equal(await cache.read('key'), files)
  assert.is(await cache.read('other'), null)
})

test('only its owner may look into an entry, and one that others may write to is not read', async (cleanup) => {
  if (process.getuid === undefined) return
  const { cache, folder } = newCache(cleanup)
  await cache.write('key', files)
  assert.is(statSync(join(folder, 'key')).mode & 0o777, 0o700)
  chmodSync(join(folder, 'key'), 0o777)
  assert.is(await cache.read('key'), null)
})

test('an entry is no link to somewhere else, nor in a folder of everyone’s', async (cleanup) => {
  if (process.getuid === undefined) return
  const { cache, folder } = newCache(cleanup)
  await cache.write('key', files)
  renameSync(join(folder, 'key'), join(folder, 'elsewhere'))
  symlinkSync('elsewhere', join(folder, 'key'))
  assert.is(cache.read('key'), null)
  await cache.write('key', files)
  assert.equal(cache.read('key'), files)
  chmodSync(folder, 0o777)
  assert.is(cache.read('key'), null)
})

test('several at once may write the same entry', async (cleanup) => {
  const { cache, folder, events } = newCache(cleanup)
  await Promise.all(Array.from({ length: 8 }, () => cache.write('key', files)))
  assert.equal(await cache.read('key'), files)
  assert.equal(events, [])
  assert.equal(readdirSync(folder), ['key'])
})

test('it is in the folder that the system has for it', () => {
  assert.is(defaultCachePath({ XDG_CACHE_HOME: '/cache', HOME: '/home/me' }), '/cache/blink')
  if (process.platform !== 'linux') return
  assert.is(defaultCachePath({ HOME: '/home/me' }), '/home/me/.cache/blink')
  assert.match(defaultCachePath({}), tmpdir())
})

test.run()
