/** Plugins in settings: from `plugin_paths`, from `plugins`, and with the policies that hold for all. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import * as assert from 'uvu/assert'
import { nothingGranted } from '../../src/plugins/capabilities/capabilities.ts'
import { pluginDefaults } from '../../src/plugins/plugin-settings.ts'
import { loadSettings } from '../../src/settings/file.ts'
import { effectivePlugins, readPlugin } from '../../src/settings/plugins.ts'
import { suite } from '../support/suite.ts'

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

test('names are such as paths and logs can hold', () => {
  const read = (name: string) => readPlugin({ path: 'a.wasm', name }, '.')
  for (const name of ['guard', 'né-🔌', '...', 'a"b<c>']) assert.ok('settings' in read(name), name)
  for (const name of ['.', '..', 'a b', 'a/b', 'a\\\\b', 'a\u001b[31m', 'a\u0000', '\ud800', '']) {
    assert.ok('mistakes' in read(name), JSON.stringify(name))
  }
  const unnamed = readPlugin({ path: 'x/a \u001b[31m.wasm' }, '.')
  assert.is('settings' in unnamed && unnamed.settings.name, 'a-[31m.wasm')
})

test('a plugin given as JSON in a variable is as good as one in the file', () => {
  const origins = { file: null, env: { PLUGINS: '[{"path": "a.wasm", "priority": 3}]' }, flags: {}, folder: '.' }
  assert.is(loadSettings(origins).settings.plugins[0]!.priority, 3)
})

test('the defaults are those of the plugin host', ({ after }) => {
  const [plugin] = effectivePlugins(loaded('plugin_paths: [a.wasm]', after))
  assert.equal(plugin, { ...pluginDefaults, name: 'a.wasm', path: 'a.wasm' })
})

test('everything that can be said of a plugin', ({ after }) => {
  const yaml = `
plugins:
  - path: a.wasm
    clients: ['User:alice', /^web-/]
    max_memory_pages: 32
    init_timeout: 9s
    instances: 4
    mode: shadow
    log_level: warn
    config: { token: "$\{TOKEN}", rates: [1, null, { deep: true }] }
    capabilities: { keyvalue: { max_size: 2MB }, memory: true }
    checksum: SHA256:${'AB'.repeat(32)}
    port: 8099
`
    .replace('SHA256', 'sha256')
    .replace('$\\', '$')
  const [plugin] = effectivePlugins(loaded(yaml, after, { TOKEN: 'from outside' }))
  assert.equal(plugin!.clients, ['User:alice', '/^web-/'])
  assert.is(plugin!.maxMemoryBytes, 32 * 64 * 1024)
  assert.is(plugin!.instances, 4)
  assert.is(plugin!.mode, 'shadow')
  assert.is(plugin!.logLevel, 'warn')
  assert.equal(plugin!.config, { token: 'from outside', rates: [1, null, { deep: true }] })
  assert.equal(plugin!.capabilities, { ...nothingGranted, keyvalue: { bytesMax: 2 * 1024 ** 2 }, memory: {} })
  assert.is(plugin!.checksum, `sha256:${'ab'.repeat(32)}`)
  assert.is(plugin!.port, 8099)
  assert.not('maxMemoryPages' in plugin!)
})

test('pages and bytes that say the same may both be said', ({ after }) => {
  const yaml = 'plugins: [{ path: a.wasm, max_memory: 1MB, max_memory_pages: 16 }]'
  assert.is(effectivePlugins(loaded(yaml, after))[0]!.maxMemoryBytes, 1024 ** 2)
})

test('plugin_dir alone loads every .wasm file in it, in the order of their names', ({ after }) => {
  const files = ['plugins/b.wasm', 'plugins/a b.wasm', 'plugins/readme.md', 'plugins/.c.wasm', 'plugins/deep/d.wasm']
  const settings = loaded('plugin_dir: plugins', after, {}, files)
  assert.equal(
    effectivePlugins(settings).map(({ name, path }) => [name, path]),
    [
      ['a-b.wasm', join('plugins', 'a b.wasm')],
      ['b.wasm', join('plugins', 'b.wasm')],
    ],
  )
})

test('beside plugins that are named, plugin_dir is where their files are looked for last', ({ after }) => {
  const yaml = `
plugin_dir: ../elsewhere
plugin_paths: [a.wasm, b.wasm, missing.wasm]
plugins: [{ path: c.wasm, signature: c.sig }]
plugin_trusted_keys: ['${'A'.repeat(43)}=']
`
  const files = [
    'b.wasm',
    '../elsewhere/a.wasm',
    '../elsewhere/b.wasm',
    '../elsewhere/c.sig',
    '../elsewhere/other.wasm',
  ]
  const settings = loaded(yaml, after, {}, files)
  const inside = (name: string) => join(settings.pluginDir!, name)
  const plugins = effectivePlugins(settings)
  assert.equal(
    plugins.map(({ name, path }) => [name, path]),
    [
      ['a.wasm', inside('a.wasm')],
      ['b.wasm', 'b.wasm'],
      ['missing.wasm', 'missing.wasm'],
      ['c.wasm', 'c.wasm'],
    ],
  )
  assert.is(plugins[3]!.signature, inside('c.sig'))
})

test('a plugin_dir without plugins is told', ({ after }) => {
  const folder = newFolder(after)
  writeFileSync(join(folder, 'settings.yaml'), 'plugin_dir: .')
  const { warnings } = loadSettings({ file: 'settings.yaml', env: {}, flags: {}, folder })
  assert.equal(warnings, [`plugin_dir holds no plugin: there is no .wasm file in ${folder}`])
})

test('that every plugin must be signed is said of each', ({ after }) => {
  const yaml = `plugin_require_signature: true\nplugin_trusted_keys: ['${'A'.repeat(43)}=']\nplugin_paths: [a.wasm]`
  assert.is(effectivePlugins(loaded(yaml, after))[0]!.requiresSignature, true)
})

test('a plugin that is described at run time is read by the same rules', () => {
  const described = { path: 'a.wasm', timeout: '2s', topics: 'pay*', config: { home: `$\{HOME}` } }
  const read = readPlugin(described, '/home', { onReject: 'drop' })
  assert.ok('settings' in read)
  assert.equal(read.settings, {
    ...pluginDefaults,
    name: 'a.wasm',
    path: 'a.wasm',
    timeoutMs: 2000,
    topics: ['pay*'],
    onReject: 'drop',
    // As it is: whoever may load a plugin is not told the broker's environment.
    config: { home: `$\{HOME}` },
  })
})

test('all mistakes of a plugin that is described at run time are told', () => {
  assert.equal(readPlugin({ timeout: '3y', instances: 0, capabilities: ['http'] }, '/home'), {
    mistakes: [
      'plugin: timeout is 3y; use 10ms–10m, written as 500ms, 5s, 10m, 1h or 7d',
      'plugin: instances is 0; use 1–64',
      'plugin: capabilities.http has no hosts; name those that it may reach: hosts: [api.example.com]',
    ],
  })
  const mistakes = (raw: unknown) => readPlugin(raw, '/home') as { mistakes: readonly string[] }
  assert.equal(mistakes({}).mistakes, ['plugin: has no path; add the path of its .wasm file'])
  assert.equal(mistakes([]).mistakes[0], 'plugin: is no mapping; write lines of the form “name: value”')
  assert.match(mistakes({ path: 'a.wasm', signature: 'a.sig' }).mistakes[0]!, 'plugin: signature cannot be checked')
})

test('a config that is too long is refused', () => {
  const read = readPlugin({ path: 'a.wasm', config: 'x'.repeat(2 ** 20) }, '/home')
  assert.equal(read, { mistakes: ['plugin: config has 1048578 characters as JSON; use at most 1048576'] })
})

function newFolder(after: (undo: () => unknown) => void): string {
  const folder = mkdtempSync(join(tmpdir(), 'blink-plugins-'))
  after(() => rmSync(folder, { recursive: true }))
  return folder
}

/** Files are named from the folder of the settings. */
function loaded(yaml: string, after: (undo: () => unknown) => void, env = {}, files: readonly string[] = []) {
  const folder = join(newFolder(after), 'home')
  mkdirSync(folder)
  for (const file of files) {
    mkdirSync(dirname(join(folder, file)), { recursive: true })
    writeFileSync(join(folder, file), '')
  }
  writeFileSync(join(folder, 'settings.yaml'), yaml)
  return loadSettings({ file: 'settings.yaml', env, flags: {}, folder }).settings
}

test.run()
