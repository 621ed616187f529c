/** Settings from files, variables and flags: what is read, which holds, and how mistakes are told. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import * as assert from 'uvu/assert'
import { defaultSettings, settingsTable, type Settings } from '../../src/settings/settings.ts'
import { type Environment, loadSettings, SettingsError } from '../../src/settings/file.ts'
import { type Cleanup, suite } from '../support/suite.ts'

const test = suite('settings file')
const gibibyte = 1024 ** 3
const dayMs = 86_400_000
const variable = (inside: string) => `\${${inside}}`

interface Sources {
  readonly yaml?: string
  readonly env?: Environment
  readonly flags?: Readonly<Record<string, string>>
}

function load({ yaml, env = {}, flags = {} }: Sources, { after }: Cleanup) {
  const folder = mkdtempSync(join(tmpdir(), 'blink-settings-'))
  after(() => rmSync(folder, { recursive: true }))
  if (yaml !== undefined) writeFileSync(join(folder, 'settings.yaml'), yaml)
  return loadSettings({ file: yaml === undefined ? null : 'settings.yaml', env, flags, folder })
}

function mistakes(sources: Sources, cleanup: Cleanup): readonly string[] {
  try {
    load(sources, cleanup)
  } catch (error) {
    if (error instanceof SettingsError) return error.mistakes
    throw error
  }
  return []
}

test('without a file, everything has its default', (cleanup) => {
  const { settings, warnings } = load({}, cleanup)
  assert.equal(settings, defaultSettings(settings.folder))
  assert.equal(warnings, [])
  assert.equal(settings.brokerPorts, [9092])
  assert.is(settings.restPort, 30005)
  assert.is(settings.memoryBytesMax, gibibyte)
  assert.is(settings.retentionMs, 7 * dayMs)
})

test('an empty file says nothing', (cleanup) => {
  for (const yaml of ['', '# only a comment\n', 'rest_port:\nplugin_paths:\n']) {
    const { settings } = load({ yaml }, cleanup)
    assert.is(settings.restPort, 30005)
  }
})

const readings: readonly [yaml: string, name: keyof Settings, value: unknown][] = [
  ['broker_ports: [9092, 9094]', 'brokerPorts', [9092, 9094]],
  ['broker_ports: 0', 'brokerPorts', [0]],
  ['broker_ports: "9092, 9094"', 'brokerPorts', [9092, 9094]],
  ['rest_port: off', 'restPort', null],
  ['rest_port: false', 'restPort', null],
  ['rest_port: 0', 'restPort', 0],
  ['rest_port: "8080"', 'restPort', 8080],
  ['max_memory: 1gb', 'memoryBytesMax', gibibyte],
  ['max_memory: 1.5 GB', 'memoryBytesMax', 1.5 * gibibyte],
  ['max_memory: 64MiB', 'memoryBytesMax', 64 * 1024 ** 2],
  ['max_memory: 2048k', 'memoryBytesMax', 2048 * 1024],
  ['max_memory: 1048576', 'memoryBytesMax', 1_048_576],
  ['retention: 5m', 'retentionMs', 300_000],
  ['retention: 500ms', 'retentionMs', 500],
  ['retention: 1.5h', 'retentionMs', 5_400_000],
  ['retention: 3000', 'retentionMs', 3000],
  ['retention: unlimited', 'retentionMs', -1],
  ['retention: -1', 'retentionMs', -1],
  ['boot_topic: orders', 'bootTopics', ['orders']],
  ['boot_topic: [orders, payments]', 'bootTopics', ['orders', 'payments']],
  ['purge_on_fetch: yes', 'isPurgedOnFetch', true],
  ['log_level: DEBUG', 'logLevel', 'debug'],
  ['kafka_hostname: kafka.test', 'kafkaHostname', 'kafka.test'],
  ['plugin_paths: ["plugins/a.wasm"]', 'pluginPaths', ['plugins/a.wasm']],
]

for (const [yaml, name, value] of readings) {
  test(`${yaml} is understood`, (cleanup) => {
    assert.equal(load({ yaml }, cleanup).settings[name], value)
  })
}

const refusals: readonly [yaml: string, mistake: string][] = [
  ['rest_port: 70000', 'rest_port is 70000; use 0–65535'],
  ['rest_port: 1.5', 'rest_port is 1.5; use 0–65535'],
  ['broker_ports: []', 'broker_ports is []; name at least 1'],
  ['broker_ports: [9092, 70000]', 'broker_ports[1] is 70000; use 0–65535'],
  ['broker_ports: [9092, 9092]', 'broker_ports and rest_port name 9092 twice; use different ports'],
  ['rest_port: 9092', 'broker_ports and rest_port name 9092 twice; use different ports'],
  ['rest_prot: 1', 'rest_prot is no setting; did you mean rest_port?'],
  ['retention: 5 fortnights', 'retention is "5 fortnights"; use 1ms–36500d, written as 500ms, 5s, 10m, 1h or 7d'],
  ['retention: -5', 'retention is -5; use 1ms–36500d, written as 500ms, 5s, 10m, 1h or 7d'],
  ['max_memory: 1KB', 'max_memory is 1KB; use 1MB–1TB, written as 512KB, 64MB, 1GB or a number of bytes'],
  ['max_memory: lots', 'max_memory is lots; use 1MB–1TB, written as 512KB, 64MB, 1GB or a number of bytes'],
  ['purge_on_fetch: maybe', 'purge_on_fetch is maybe; use true or false'],
  ['log_level: loud', 'log_level is loud; use trace, debug, info, warn or error'],
  ['on_reject: ignore', 'on_reject is ignore; use fail, drop or dead-letter'],
  ['boot_topic: a/b', 'boot_topic is a/b; use at most 249 letters, digits, dots, dashes and underscores'],
  ['kafka_hostname: [a]', 'kafka_hostname is ["a"]; use a host name or an IP address'],
  ['plugins: [{ name: a }]', 'plugins[0] has no path; add the path of its .wasm file'],
  ['plugins: [{ path: a.wasm, timout: 3s }]', 'plugins[0].timout is no setting; did you mean timeout?'],
  [
    'plugins: [{ path: a.wasm, timeout: 3y }]',
    'plugins[0].timeout is 3y; use 10ms–10m, written as 500ms, 5s, 10m, 1h or 7d',
  ],
  [
    'plugins: [{ path: a.wasm, capabilities: { http: { hosts: [a.test], max_respnse: 1MB } } }]',
    'plugins[0].capabilities.http.max_respnse is no setting; did you mean max_response?',
  ],
  [
    'plugins: [{ path: a.wasm, max_memory: 1MB, max_memory_pages: 17 }]',
    'plugins[0].max_memory_pages is 17, which is 1114112 bytes, and max_memory 1048576; keep one of them',
  ],
  [
    'plugins: [{ path: a.js, capabilities: [sql] }]',
    'plugins[0].capabilities mean nothing to JavaScript, which runs without a sandbox; leave them out',
  ],
  ['plugins: [{ path: a.wasm, instances: 65 }]', 'plugins[0].instances is 65; use 1–64'],
  ['plugins: [{ path: a.wasm, mode: dry-run }]', 'plugins[0].mode is dry-run; use enforce or shadow'],
  [
    'plugins: [{ path: a.wasm, checksum: md5:abc }]',
    'plugins[0].checksum is md5:abc; use sha256: and 64 hexadecimal digits, as sha256sum prints them',
  ],
  ['plugins: [{ path: a.wasm, config: { rate: .nan } }]', 'plugins[0].config holds NaN, which JSON cannot say'],
  [
    'plugins: [{ path: a.wasm, signature: a.sig }]',
    'plugins[0].signature cannot be checked; name the keys you trust in plugin_trusted_keys',
  ],
  [
    'plugin_require_signature: true',
    'plugin_require_signature is true and plugin_trusted_keys is []; name the keys you trust',
  ],
  [
    'plugins: [{ path: a.wasm, port: 30005 }]',
    'plugins: port 30005 is taken by the broker or another plugin; choose another',
  ],
  [
    'plugins: [{ path: a.wasm, port: 81 }, { path: b.wasm, port: 81 }]',
    'plugins: port 81 is taken by the broker or another plugin; choose another',
  ],
  ['admin_token: 1234', 'admin_token cannot be used; use 8–512 characters of ASCII without spaces'],
  [
    'plugins: [{ path: a.wasm, config: &c { itself: *c } }]',
    `plugins[0].config.itself.itself.itself.i… is more than 64 levels deep, or holds itself; flatten it`,
  ],
  ['plugins: [7]', 'plugins[0] is no mapping; write lines of the form “name: value”'],
  ['plugin_paths: [x/a.wasm, y/a.wasm]', 'plugins: two are called a.wasm; give one of them another name'],
  [
    `kafka_hostname: ${variable('NOWHERE')}`,
    'kafka_hostname needs the environment variable NOWHERE, which is not set; ' +
      `set it, or write ${variable('NOWHERE:-default')}`,
  ],
  [
    'group_min_session_timeout: 40m',
    'group_min_session_timeout is above group_max_session_timeout; lower the one or raise the other',
  ],
  ['--- {}\n--- {}', 'holds 2 YAML documents; keep one'],
  ['- a\n- b', 'is no mapping; write lines of the form “name: value”'],
]

for (const [yaml, mistake] of refusals) {
  test(`${yaml.split('\n')[0]} is refused with a remedy`, (cleanup) => {
    assert.equal(mistakes({ yaml }, cleanup), [`settings.yaml: ${mistake}`])
  })
}

for (const { key } of Object.values(settingsTable)) {
  test(`${key} as a mapping of what is no setting is refused, and named`, (cleanup) => {
    const [mistake = 'nothing'] = mistakes({ yaml: `${key}: { nonsense: [1] }` }, cleanup)
    assert.ok(mistake.startsWith(`settings.yaml: ${key}`), mistake)
    assert.match(mistake, /; (use|write|add|name|did you mean) /)
  })
}

test('a file that is not YAML is refused with the place', (cleanup) => {
  const [first] = mistakes({ yaml: 'rest_port: 1\nbroker_ports: [1, 2\n' }, cleanup)
  assert.match(first!, /^settings\.yaml: is not YAML in line \d+, column \d+: /)
})

test('a key that stands twice is refused', (cleanup) => {
  assert.match(mistakes({ yaml: 'rest_port: 1\nrest_port: 2\n' }, cleanup)[0]!, /duplicat/i)
})

test('all mistakes are told at once, wherever they are', (cleanup) => {
  const yaml = 'rest_port: 70000\nretention: never\nplugins: [{ path: a.wasm, priority: high }]\n'
  const found = mistakes({ yaml, env: { LOG_LEVEL: 'loud' }, flags: { log_format: 'xml' } }, cleanup)
  assert.is(found.length, 5)
  assert.ok(found.includes('environment: LOG_LEVEL is loud; use trace, debug, info, warn or error'))
  assert.ok(found.includes('command line: --log-format is xml; use text or json'))
})

test('a file that is not there is named', (cleanup) => {
  const folder = mkdtempSync(join(tmpdir(), 'blink-settings-'))
  cleanup.after(() => rmSync(folder, { recursive: true }))
  assert.throws(
    () => loadSettings({ file: 'nowhere.yaml', env: {}, flags: {}, folder }),
    (error: Error) =>
      error instanceof SettingsError && error.message.startsWith('nowhere.yaml: there is no such file;'),
  )
})

test('flags are stronger than the environment, which is stronger than the file', (cleanup) => {
  const yaml = 'rest_port: 1\nlog_level: warn\nretention: 1h\n'
  const env = { REST_PORT: '2', LOG_LEVEL: 'DEBUG', BROKER_PORTS: '1234,1235' }
  const { settings } = load({ yaml, env, flags: { rest_port: '3' } }, cleanup)
  assert.is(settings.restPort, 3)
  assert.is(settings.logLevel, 'debug')
  assert.is(settings.retentionMs, 3_600_000)
  assert.equal(settings.brokerPorts, [1234, 1235])
})

test('an empty environment variable is one that is not set', (cleanup) => {
  assert.is(load({ yaml: 'rest_port: 1', env: { REST_PORT: '' } }, cleanup).settings.restPort, 1)
})

test('the memory of the original goes by its old variable, too', (cleanup) => {
  assert.is(load({ env: { KAFKA_MEM_HEAP: '512m' } }, cleanup).settings.memoryBytesMax, gibibyte / 2)
  const both = { KAFKA_MEM_HEAP: '512m', MAX_MEMORY: '2g' }
  assert.is(load({ env: both }, cleanup).settings.memoryBytesMax, 2 * gibibyte)
})

test('variables are put into texts, with a default if there is one', (cleanup) => {
  const lines = [
    `kafka_hostname: kafka.${variable('DOMAIN')}`,
    `rest_port: ${variable('PORT:-8080')}`,
    `boot_topic: ["${variable('A:-a')}", b]`,
    'plugins:',
    '  - path: a.wasm',
    `    config: { url: "http://${variable('DOMAIN')}/", deep: ["${variable('DOMAIN')}"] }`,
  ]
  const yaml = lines.join('\n')
  const { settings } = load({ yaml, env: { DOMAIN: 'test' } }, cleanup)
  assert.is(settings.kafkaHostname, 'kafka.test')
  assert.is(settings.restPort, 8080)
  assert.equal(settings.bootTopics, ['a', 'b'])
  assert.equal(settings.plugins[0]?.config, { url: 'http://test/', deep: ['test'] })
})

test('a doubled dollar sign stands for itself', (cleanup) => {
  const { settings } = load({ yaml: `plugin_paths: ["$${variable('A')}/x.wasm"]`, env: { A: 'b' } }, cleanup)
  assert.equal(settings.pluginPaths, [`${variable('A')}/x.wasm`])
})

test('paths start from the folder of the file; those of flags from where Blink was started', (cleanup) => {
  const folder = mkdtempSync(join(tmpdir(), 'blink-settings-'))
  cleanup.after(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'settings.yaml')
  writeFileSync(file, 'plugin_paths: [a.wasm]\nplugin_cache_path: cache\n')
  const inFile = loadSettings({ file, env: {}, flags: {}, folder: '/elsewhere' }).settings
  assert.equal(inFile.pluginPaths, ['a.wasm'])
  assert.is(inFile.folder, folder)
  assert.is(inFile.pluginCachePath, join(folder, 'cache'))
  const inFlag = loadSettings({ file, env: {}, flags: { plugin_paths: 'b.wasm' }, folder: '/elsewhere' }).settings
  assert.equal(inFlag.pluginPaths, [resolve('/elsewhere/b.wasm')])
})

test('names of the original that mean nothing any more are accepted with a warning', (cleanup) => {
  const yaml = 'purge_delay_seconds: 10\nheap_memory_factor: 1.9\ntrace: []\nrest_port: 1\n'
  const { settings, warnings } = load({ yaml }, cleanup)
  assert.is(settings.restPort, 1)
  assert.is(warnings.length, 3)
  assert.match(warnings[0]!, /^settings\.yaml: purge_delay_seconds has no effect any more: .*; remove it$/)
})

test('a folder for records on disk is accepted with a warning', (cleanup) => {
  const { settings, warnings } = load({ yaml: 'record_storage_path: ./records' }, cleanup)
  assert.is(settings.recordStoragePath, join(settings.folder, 'records'))
  assert.match(warnings[0]!, /kept in memory/)
})

test.run()
