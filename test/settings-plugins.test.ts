/** Plugins in settings: from `plugin_paths`, from `plugins`, and with the policies that hold for all. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { pluginDefaults } from '../src/plugins/plugin-settings.ts'
import { loadSettings } from '../src/settings-file.ts'
import { effectivePlugins } from '../src/settings-plugins.ts'
import { suite } from './support/suite.ts'

const test = suite('settings of plugins')

test('plugins are complete: what an entry leaves out, the global settings say', ({ after }) => {
  const yaml = `
on_reject: drop
plugin_paths: [a.wasm]
plugins:
  - path: x/b.wasm
    name: guard
    on_reject: dead-letter
    dead_letter_topic: bin
    timeout: 250ms
    topics: pay*, order*
  - c.wasm
`
  const [a, b, c] = effectivePlugins(loaded(yaml, after))
  assert.is(a!.name, 'a.wasm')
  assert.is(a!.onReject, 'drop')
  assert.is(a!.maxMemoryBytes, 128 * 1024 ** 2)
  assert.not('deadLetterTopic' in a!)
  assert.is(b!.name, 'guard')
  assert.is(b!.path, 'x/b.wasm')
  assert.is(b!.onReject, 'dead-letter')
  assert.is(b!.deadLetterTopic, 'bin')
  assert.is(b!.timeoutMs, 250)
  assert.equal(b!.topics, ['pay*', 'order*'])
  assert.is(c!.name, 'c.wasm')
})

test('a plugin given as JSON in a variable is as good as one in the file', () => {
  const origins = { file: null, env: { PLUGINS: '[{"path": "a.wasm", "priority": 3}]' }, flags: {}, folder: '.' }
  assert.is(loadSettings(origins).settings.plugins[0]!.priority, 3)
})

test('the defaults are those of the plugin host', ({ after }) => {
  const [plugin] = effectivePlugins(loaded('plugin_paths: [a.wasm]', after))
  assert.equal(plugin, { ...pluginDefaults, name: 'a.wasm', path: 'a.wasm' })
})

function loaded(yaml: string, after: (undo: () => unknown) => void) {
  const folder = mkdtempSync(join(tmpdir(), 'blink-plugins-'))
  after(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, 'settings.yaml'), yaml)
  return loadSettings({ file: 'settings.yaml', env: {}, flags: {}, folder }).settings
}

test.run()
