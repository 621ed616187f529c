/** The settings, printed: as a file that can be used, and as a table. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { load as parseYaml } from 'js-yaml'
import * as assert from 'uvu/assert'
import { defaultSettings, settingsTable } from '../../src/settings/settings.ts'
import { loadSettings } from '../../src/settings/file.ts'
import { pluginTable } from '../../src/settings/plugins.ts'
import { printReference, printSettingsFile } from '../../src/settings/reference.ts'
import { suite } from '../support/suite.ts'

const test = suite('settings reference')
const root = process.cwd()

test('the settings.yaml of the project is what the table prints, with the demo plugin', () => {
  const written = readFileSync(join(root, 'settings.yaml'), 'utf8')
  assert.is(written, printSettingsFile({ plugin_paths: ['demo-plugin/demo-plugin.wasm'] }))
})

test('the printed settings.yaml says what holds without it', ({ after }) => {
  const folder = mkdtempSync(join(tmpdir(), 'blink-reference-'))
  after(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, 'settings.yaml'), printSettingsFile())
  const { settings, warnings } = loadSettings({ file: 'settings.yaml', env: {}, flags: {}, folder })
  assert.equal(settings, defaultSettings(folder))
  assert.equal(warnings, [])
})

test('what was chosen stands in place of the default', () => {
  const printed = printSettingsFile({ rest_port: 8080, kafka_hostname: 'kafka.test' })
  assert.match(printed, '\nrest_port: 8080\n')
  assert.match(printed, '\nkafka_hostname: kafka.test\n')
})

test('the reference has a row for each setting and for each of a plugin', () => {
  const reference = printReference()
  for (const { key } of Object.values(settingsTable)) assert.match(reference, `| \`${key}\` |`)
  assert.match(reference, '| `plugins[].on_reject` |')
  assert.match(reference, '| `plugins[].capabilities.http.hosts` |')
})

test('without the signs of a comment, the example of a plugin is an entry of plugins', () => {
  const lines = printSettingsFile().split('\n')
  const first = lines.findIndex((line) => line.startsWith('#   - path:'))
  const last = lines.findIndex((line, at) => at > first && !line.startsWith('# '))
  const yaml = lines.slice(first, last).map((line) => line.slice(2))
  const [entry] = parseYaml(yaml.join('\n')) as Record<string, unknown>[]
  assert.equal(
    Object.keys(entry!),
    Object.values(pluginTable).map(({ key }) => key),
  )
  assert.equal(entry!.capabilities, {
    keyvalue: { max_size: '16MB' },
    filesystem: { quota: '64MB' },
    http: { hosts: null, timeout: '5s', max_response: '4MB' },
    metrics: { max_series: 100 },
    memory: null,
    produce: { topics: null, max_queued: 10_000, max_record: '1MB' },
    subscribe: { topics: null },
    sql: { max_size: '64MB', max_rows: 10_000, timeout: '1s' },
  })
})

test.run()
