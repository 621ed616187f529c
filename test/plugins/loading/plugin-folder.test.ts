/** What is kept of plugins on disk. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import * as assert from 'uvu/assert'
import {
  dataFolder,
  deleteConfig,
  folderName,
  keptConfigBytesMax,
  loadConfig,
  saveConfig,
} from '../../../src/plugins/loading/plugin-folder.ts'
import { PluginStartError } from '../../../src/plugins/loading/plugin-start-error.ts'
import { rejection } from '../../support/plugins.ts'
import { type Cleanup, suite } from '../../support/suite.ts'

const test = suite('folders of plugins')

/** Not there yet. */
function dataPath({ after }: Cleanup): string {
  const folder = mkdtempSync(join(tmpdir(), 'blink-data-'))
  after(() => rmSync(folder, { recursive: true }))
  return join(folder, 'made', 'when', 'needed')
}

const named = (name: string) => ({ name, path: `${name}.wasm` })

test('no name leads out of the folder, and no two names to the same', () => {
  const names = [
    'guard',
    'Guard',
    'GUARD',
    '..',
    '.',
    '.git',
    'a/../../b',
    'a\\b',
    'con',
    'nul.',
    'ü',
    'u\u0308',
    '\0',
    'x'.repeat(300),
    `${'x'.repeat(300)}y`,
    '%2e%2e',
    '-rf',
    '',
  ]
  for (const name of names) {
    const folder = folderName(name)
    assert.match(folder, /^[a-z0-9_-][a-z0-9._-]{0,39}-[0-9a-f]{12}$|^-[0-9a-f]{12}$/)
    assert.is(resolve('/data', folder), `/data/${folder}`)
  }
  assert.is(new Set(names.map((name) => folderName(name).toLowerCase())).size, names.length)
  assert.match(folderName('guard.wasm'), /^guard\.wasm-/)
})

test('asking for what was never kept makes nothing', async (cleanup) => {
  const path = dataPath(cleanup)
  assert.is(await loadConfig(path, named('p')), null)
  await deleteConfig(path, 'p')
  assert.not(existsSync(path))
})

test('the folder is made when it is asked for, for its owner alone', async (cleanup) => {
  const path = dataPath(cleanup)
  const folder = await dataFolder(path, 'p')
  assert.is(await dataFolder(path, 'p'), folder)
  assert.is(folder, join(path, folderName('p'), 'data'))
  if (process.getuid !== undefined) assert.is(statSync(folder).mode & 0o777, 0o700)
})

test('a folder that is a link is not used', async (cleanup) => {
  const path = dataPath(cleanup)
  mkdirSync(join(path, 'elsewhere', 'data'), { recursive: true })
  symlinkSync(join(path, 'elsewhere'), join(path, folderName('p')))
  assert.match((await rejection(dataFolder(path, 'p'))).message, /is a link out of plugin_data_path; make it a folder$/)
})

test('a config is kept until it is deleted, whatever JSON says', async (cleanup) => {
  const path = dataPath(cleanup)
  for (const config of [{ a: [1, null, 'ü'] }, null, 3, 'text']) {
    await saveConfig(path, 'p', config)
    assert.equal(await loadConfig(path, named('p')), { config })
  }
  assert.is(await loadConfig(path, named('other')), null)
  await deleteConfig(path, 'p')
  assert.is(await loadConfig(path, named('p')), null)
})

test('a config appears as a whole, also when several write it', async (cleanup) => {
  const path = dataPath(cleanup)
  await saveConfig(path, 'p', { from: 'first' })
  const long = 'x'.repeat(100_000)
  const writes = Array.from({ length: 8 }, (_, at) => saveConfig(path, 'p', { at, long }))
  const reads = Array.from({ length: 8 }, () => loadConfig(path, named('p')))
  for (const read of await Promise.all(reads)) assert.ok(read !== null)
  await Promise.all(writes)
  assert.equal(readdirSync(join(path, folderName('p'))), ['config.json'])
  if (process.getuid !== undefined) {
    assert.is(statSync(join(path, folderName('p'), 'config.json')).mode & 0o777, 0o600)
  }
})

test('a config that is too long is not kept, and the old one stays', async (cleanup) => {
  const path = dataPath(cleanup)
  await saveConfig(path, 'p', 'old')
  const error = await rejection(saveConfig(path, 'p', 'x'.repeat(keptConfigBytesMax)))
  assert.match(error.message, `the config has more than ${keptConfigBytesMax} bytes as JSON; make it smaller`)
  assert.equal(await loadConfig(path, named('p')), { config: 'old' })
  assert.equal(readdirSync(join(path, folderName('p'))), ['config.json'])
})

test('a kept config that is damaged is named, with the remedy', async (cleanup) => {
  const path = dataPath(cleanup)
  await saveConfig(path, 'p', 'old')
  const file = join(path, folderName('p'), 'config.json')
  for (const damage of [readFileSync(file, 'utf8').slice(0, 3), 'x'.repeat(keptConfigBytesMax + 1)]) {
    writeFileSync(file, damage)
    const error = await rejection(loadConfig(path, named('p')))
    assert.instance(error, PluginStartError)
    assert.ok(error.message.startsWith(`Plugin 'p' (p.wasm) has a kept config, ${file}, that cannot be read: `))
    assert.match(error.message, 'Correct the file, or delete it to have the config of settings.yaml')
  }
})

test.run()
