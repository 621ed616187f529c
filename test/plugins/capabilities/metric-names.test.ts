/** Names that Prometheus can read, whatever the plugin gave. */
import * as assert from 'uvu/assert'
import { metricName, metricTags } from '../../../src/plugins/capabilities/metric-names.ts'
import { suite } from '../../support/suite.ts'

const test = suite('plugins/metric-names')

test('a name is bent into small letters, digits and underscores', () => {
  const table = [
    ['requests_total', 'requests_total'],
    ['HTTP.Requests-total', 'http_requests_total'],
    ['9lives', '_9lives'],
    ['', '_'],
    ['größe', 'gr__e'],
    ['a"} 1\nevil 2', 'a___1_evil_2'],
    ['x'.repeat(200), 'x'.repeat(100)],
  ] as const
  for (const [given, name] of table) {
    assert.is(metricName(given), name)
    assert.match(metricName(given), /^[a-z_][a-z0-9_]*$/)
  }
})

test('tags have an order of their own, and of two alike the last counts', () => {
  assert.equal(
    metricTags([
      ['b', '1'],
      ['a', '2'],
      ['B', '3'],
    ]),
    [
      ['a', '2'],
      ['b', '3'],
    ],
  )
})

test('names that are taken already are given another', () => {
  const names = metricTags([
    ['le', ''],
    ['plugin', ''],
    ['__name__', ''],
    ['level', ''],
  ]).map(([name]) => name)
  assert.equal(names, ['level', 'tag___name__', 'tag_le', 'tag_plugin'])
})

test('tags and their values are bounded', () => {
  const tags = metricTags(Array.from({ length: 20 }, (_, index) => [`t${index}`, 'x'.repeat(1000)] as const))
  assert.is(tags.length, 10)
  assert.ok(tags.every(([, value]) => value.length === 200))
})

test.run()
