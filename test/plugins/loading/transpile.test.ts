import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import type { LogEvent } from '../../../src/base/logger.ts'
import { Cache } from '../../../src/plugins/loading/cache.ts'
import { bindgenVersion, transpile as transpiled } from '../../../src/plugins/loading/transpile.ts'
import { noop } from '../../support/components.ts'
import { lineOf, testLogger } from '../../support/plugins.ts'
import { type Cleanup, suite } from '../../support/suite.ts'
import { askKept } from '../../support/transpiled.ts'

const test = suite('transpiling components', 10)
const component = readFileSync(await noop())

/** By a process that is kept; only the first of all is asked as the broker asks. */
const transpile = (bytes: Buffer, hash: string, cache: Cache) => transpiled(bytes, hash, cache, askKept)

function newFolder(cleanup: Cleanup): string {
  const folder = mkdtempSync(join(tmpdir(), 'blink-cache-'))
  cleanup.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

function newCache(path: string) {
  const events: LogEvent[] = []
  return { cache: new Cache(path, testLogger(events)), lines: () => events.map(lineOf) }
}

test('the second time nothing is compiled, and the files are the same', async (cleanup) => {
  const { cache } = newCache(join(newFolder(cleanup), 'made', 'when', 'needed'))
  const first = await transpiled(component, 'hash', cache)
  assert.ok(first.has('plugin.js') && first.has('plugin.core.wasm'))
  // Not a component: were it compiled, it would be refused.
  assert.equal(await transpile(Buffer.from('anything'), 'hash', cache), first)
  await transpile(Buffer.from('anything'), 'other hash', cache).then(
    () => assert.unreachable(),
    (error) => assert.match(error.message, 'is not a valid component'),
  )
})

test('a corrupt entry is made anew', async (cleanup) => {
  const folder = newFolder(cleanup)
  const { cache } = newCache(folder)
  const first = await transpile(component, 'hash', cache)
  const entry = join(folder, readdirSync(folder)[0]!)
  const damages = [
    () => writeFileSync(join(entry, 'plugin.js'), 'process.exit()'),
    () => writeFileSync(join(entry, 'manifest.json'), '{'),
    () => writeFileSync(join(entry, 'manifest.json'), '{"key":"another","files":{}}'),
  ]
  for (const damage of damages) {
    damage()
    assert.equal(await transpile(component, 'hash', cache), first)
    assert.equal(await transpile(Buffer.from('anything'), 'hash', cache), first)
  }
  assert.is(readdirSync(folder).length, 1)
})

test('without a folder that can be written it works all the same, and says so once', async (cleanup) => {
  const file = join(newFolder(cleanup), 'file')
  writeFileSync(file, 'in the way')
  const { cache, lines } = newCache(join(file, 'cache'))
  assert.ok((await transpile(component, 'hash', cache)).has('plugin.js'))
  assert.ok((await transpile(component, 'other hash', cache)).has('plugin.js'))
  assert.equal(lines(), ['warn: Plugins are compiled anew at each start: the cache folder cannot be written'])
})

test('the version in the key is that of the bindgen', () => {
  const installed = JSON.parse(readFileSync('node_modules/@bytecodealliance/jco-transpile/package.json', 'utf8'))
  assert.is(bindgenVersion, installed.version)
})

test.run()
