/** The description of settings.yaml. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { defaultSettings, pluginDataPath, sections, settingsTable } from '../../src/settings/settings.ts'
import { version } from '../../src/base/version.ts'
import { suite } from '../support/suite.ts'

const test = suite('settings')

test('no two settings share a name, a variable or a description', () => {
  const all = Object.values(settingsTable)
  const names = all.flatMap(({ key, aliases }) => [key.toUpperCase(), ...aliases])
  assert.is(new Set(names).size, names.length)
  assert.is(new Set(all.map(({ doc }) => doc)).size, all.length)
  assert.is(
    sections.reduce((sum, [, table]) => sum + Object.keys(table).length, 0),
    all.length,
  )
})

test('the version is the one of package.json', () => {
  assert.is(version, JSON.parse(readFileSync('package.json', 'utf8')).version)
})

test('names of the original stay valid', () => {
  const keys = Object.values(settingsTable).map(({ key }) => key)
  const original = [
    'plugin_paths',
    'broker_ports',
    'rest_port',
    'kafka_hostname',
    'max_memory',
    'retention',
    'record_storage_path',
    'purge_on_fetch',
    'boot_topic',
    'kafka_cfg_num_partitions',
    'enable_consumer_groups',
  ]
  assert.equal(
    original.filter((key) => !keys.includes(key)),
    [],
  )
})

test('what nobody sets is what Kafka users expect, within the bounds of one machine', () => {
  const settings = defaultSettings('/somewhere')
  assert.is(settings.folder, '/somewhere')
  assert.equal(settings.brokerPorts, [9092])
  assert.is(settings.restPort, 30005)
  assert.is(settings.listenAddress, '127.0.0.1')
  assert.is(settings.memoryBytesMax, 1024 ** 3)
  assert.is(settings.retentionMs, 7 * 86_400_000)
  assert.is(settings.requestBytesMax, 100 * 1024 ** 2)
  assert.is(settings.partitionCount, 1)
  assert.is(settings.groupInitialRebalanceDelayMs, 0)
  assert.is(settings.hasGroups, true)
})

test('what plugins keep is beside settings.yaml, unless they say where', () => {
  const settings = defaultSettings('/somewhere')
  assert.is(pluginDataPath(settings), join('/somewhere', '.blink', 'plugins'))
  assert.is(pluginDataPath({ ...settings, pluginDataPath: '/data' }), '/data')
})

test.run()
