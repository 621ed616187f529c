/** With which settings the workshop tries a plugin. */
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { askedFor, type TrialFlags } from '../../src/commands/plugin-settings.ts'
import { SettingsError } from '../../src/settings/file.ts'
import { type Cleanup, suite } from '../support/suite.ts'
import { temporaryFolder, written } from '../support/workshop-shell.ts'

const test = suite('settings of the workshop')

function asked(cleanup: Cleanup, flags: TrialFlags, yaml?: string) {
  const folder = temporaryFolder(cleanup)
  const settings = yaml === undefined ? {} : { settings: written(folder, 'settings.yaml', [yaml]) }
  return askedFor(join(folder, 'p.wasm'), { ...settings, ...flags }, { folder, env: {} })
}

function mistakes(cleanup: Cleanup, flags: TrialFlags, yaml?: string): string {
  try {
    asked(cleanup, flags, yaml)
  } catch (error) {
    if (error instanceof SettingsError) return error.message
    throw error
  }
  return ''
}

test('without anything said there are the defaults, and nothing is granted', (cleanup) => {
  const { plugin, isGranted } = asked(cleanup, {})
  assert.equal([plugin.name, plugin.timeoutMs, plugin.config, isGranted], ['p.wasm', 1000, null, false])
})

test('config and grants of the command line', (cleanup) => {
  const grant = ['keyvalue', 'http=a.example,b.example', 'sql={"max_rows":9}', 'produce=audit']
  const { plugin, isGranted } = asked(cleanup, { config: '{"a":1}', grant })
  const { keyvalue, http, sql, produce, metrics } = plugin.capabilities
  assert.equal(plugin.config, { a: 1 })
  assert.equal(http?.hosts, ['a.example', 'b.example'])
  assert.equal([sql?.rowsMax, produce?.topics, metrics, isGranted], [9, ['audit'], null, true])
  assert.ok(keyvalue)
})

const yaml = `
plugins:
  - { path: other.wasm, timeout: 3s }
  - { path: p.wasm, timeout: 2s, config: 7, capabilities: [sql] }
`

test('the entry of a settings file, by its path or its name, and above it the command line', (cleanup) => {
  const { plugin, isGranted } = asked(cleanup, {}, yaml)
  assert.equal([plugin.timeoutMs, plugin.config, plugin.capabilities.sql !== null, isGranted], [2000, 7, true, true])
  assert.is(asked(cleanup, { plugin: 'other.wasm' }, yaml).plugin.timeoutMs, 3000)
  const above = asked(cleanup, { config: '8', grant: ['metrics'] }, yaml).plugin
  assert.equal([above.timeoutMs, above.config, above.capabilities.sql], [2000, 8, null])
})

const wrong: readonly [flags: TrialFlags, message: RegExp][] = [
  [{ config: '{' }, /^command line: --config is not JSON: /],
  [{ grant: ['fire'] }, /^command line: --grant fire is no capability; use keyvalue, /],
  [{ grant: ['keyvalue=much'] }, /^command line: --grant keyvalue=much says what keyvalue has no room for; /],
  [{ grant: ['http'] }, /^command line: capabilities\.http /],
  [{ grant: ['sql={'] }, /^command line: --grant sql is not JSON: /],
]
for (const [flags, message] of wrong) {
  test(`${JSON.stringify(flags)} is a mistake`, (cleanup) => {
    assert.match(mistakes(cleanup, flags), message)
  })
}

test('a plugin that the settings do not have is a mistake', (cleanup) => {
  assert.match(
    mistakes(cleanup, { plugin: 'x' }, yaml),
    /has no plugin called x; choose one with --plugin \(other\.wasm, p\.wasm\)$/,
  )
  const others = 'plugins: [{ path: a.wasm }, { path: b.wasm }]'
  assert.match(
    mistakes(cleanup, {}, others),
    /has no plugin at .*p\.wasm; choose one with --plugin \(a\.wasm, b\.wasm\)$/,
  )
})

test.run()
