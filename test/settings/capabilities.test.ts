/** What settings grant a plugin. */
import * as assert from 'uvu/assert'
import { granting, nothingGranted } from '../../src/plugins/capabilities/capabilities.ts'
import { load as parseYaml } from 'js-yaml'
import { capabilities } from '../../src/settings/capabilities.ts'
import { Place } from '../../src/settings/values.ts'
import { suite } from '../support/suite.ts'

const test = suite('settings of capabilities')
const mebibyte = 1024 ** 2

function read(yaml: string) {
  const mistakes: string[] = []
  const value = capabilities.read(parseYaml(yaml), new Place('file', 'it', { home: '.', from: '.' }, mistakes))
  return { value, mistakes }
}

test('nothing is granted unless it is named', () => {
  for (const yaml of ['[]', '{}', '{ keyvalue: false, sql: no }', '""']) {
    assert.equal(read(yaml), { value: nothingGranted, mistakes: [] })
  }
})

test('a list of names grants with the limits as they are', () => {
  const expected = {
    ...nothingGranted,
    keyvalue: { bytesMax: 16 * mebibyte },
    filesystem: { bytesMax: 64 * mebibyte },
    metrics: { seriesMax: 100 },
    memory: {},
    sql: { bytesMax: 64 * mebibyte, rowsMax: 10_000, timeoutMs: 1000 },
  }
  assert.equal(read('[keyvalue, filesystem, metrics, memory, sql]').value, expected)
  assert.equal(read('keyvalue, filesystem, metrics, memory, sql').value, expected)
  assert.equal(read('{ keyvalue: true, filesystem: {}, metrics: yes, memory: {}, sql: on }').value, expected)
})

test('each limit can be set', () => {
  const { value, mistakes } = read(`
    keyvalue: { max_size: 1MB }
    filesystem: { quota: 2MB }
    http: { hosts: [a.test, "*.b.test:80"], timeout: 2s, max_response: 3MB }
    metrics: { max_series: 4 }
    produce: { topics: [audit, "dlq-*"], max_queued: 5, max_record: 6KB }
    subscribe: { topics: /orders-.*/ }
    sql: { max_size: 7MB, max_rows: 8, timeout: 9ms }`)
  assert.equal(mistakes, [])
  assert.equal(value, {
    keyvalue: { bytesMax: mebibyte },
    filesystem: { bytesMax: 2 * mebibyte },
    http: { hosts: ['a.test', '*.b.test:80'], timeoutMs: 2000, responseBytesMax: 3 * mebibyte },
    metrics: { seriesMax: 4 },
    memory: null,
    produce: { topics: ['audit', 'dlq-*'], queuedRecordsMax: 5, recordBytesMax: 6 * 1024 },
    subscribe: { topics: ['/orders-.*/'] },
    sql: { bytesMax: 7 * mebibyte, rowsMax: 8, timeoutMs: 9 },
  })
})

const refused: readonly [yaml: string, mistakes: readonly string[]][] = [
  ['[http]', ['it.http has no hosts; name those that it may reach: hosts: [api.example.com]']],
  ['{ http: true }', ['it.http has no hosts; name those that it may reach: hosts: [api.example.com]']],
  ['{ http: { hosts: [] } }', ['it.http.hosts is []; name at least 1']],
  ['{ produce: { max_queued: 3 } }', ['it.produce has no topics; name those that it may write to: topics: [audit]']],
  ['{ subscribe: {} }', ['it.subscribe has no topics; name those that it may read: topics: [orders]']],
  ['{ keyvalu: true }', ['it.keyvalu is no setting; did you mean keyvalue?']],
  ['[network]', ['it[0] is network; use keyvalue, filesystem, http, metrics, memory, produce, subscribe or sql']],
  ['{ keyvalue: perhaps }', ['it.keyvalue is perhaps; use true or false']],
  ['{ memory: }', ['it.memory says neither yes nor no; write true, or its limits']],
  ['{ memory: { limit: 3 } }', ['it.memory.limit is no setting; leave it out']],
  ['{ sql: [1] }', ['it.sql is no mapping; write lines of the form “name: value”']],
  [
    '{ sql: { max_rows: 0 }, metrics: { max_serie: 1 } }',
    ['it.metrics.max_serie is no setting; did you mean max_series?', 'it.sql.max_rows is 0; use 1–1000000'],
  ],
]

for (const [yaml, mistakes] of refused) {
  test(`${yaml} is refused`, () => {
    assert.equal(read(yaml), { value: undefined, mistakes: mistakes.map((mistake) => `file: ${mistake}`) })
  })
}

test('what a refused plugin is told to write is what settings take', () => {
  for (const [name, yaml] of Object.entries(granting)) {
    const { capabilities: written } = parseYaml(yaml) as { capabilities: unknown }
    const { value, mistakes } = read(JSON.stringify(written))
    assert.equal(mistakes, [])
    assert.ok(value![name as keyof typeof value], name)
  }
})

test.run()
