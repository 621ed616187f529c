/** What plugins count themselves, whatever they call it. */
import * as assert from 'uvu/assert'
import { type LogEvent, Logger } from '../../src/base/logger.ts'
import type { OwnMetric, PluginAdmin } from '../../src/http/plugin-admin.ts'
import { namesOf } from '../../src/http/plugins-own-metrics.ts'
import { testHttp } from '../support/http.ts'
import { histogram, pluginStatus } from '../support/plugin-status.ts'
import { parseExposition } from '../support/prometheus.ts'
import { suite } from '../support/suite.ts'

const test = suite('metrics of plugins')

const counter = (name: string, value: number, tags: readonly (readonly [string, string])[] = []): OwnMetric => {
  return { name, type: 'counter', series: [{ tags, value }] }
}
const counting = (plugin: string, ...families: OwnMetric[]) => ({ plugin, metrics: { families: () => families } })

/** The samples of these plugins, as `name{label=value} value`, and what was logged. */
async function scraped(metrics: PluginAdmin['metrics'], scrapes = 1) {
  const events: LogEvent[] = []
  const logger = new Logger('t', { level: 'warn', now: () => 0, write: (event) => events.push(event) })
  const { admin, get } = testHttp({ logger, plugins: [pluginStatus()] })
  const { text: without } = await get('/metrics')
  admin.metrics = metrics
  let text = ''
  for (let i = 0; i < scrapes; i++) text = (await get('/metrics')).text
  const families = parseExposition(text)
  const before = parseExposition(without)
  const own = [...families.values()].filter(({ name }) => !before.has(name))
  const samples = own.flatMap((family) =>
    family.samples.map(({ name, labels, value }) => {
      const shown = Object.entries(labels).map(([label, value]) => `${label}=${value}`)
      return `${name}{${shown.join(',')}} ${value}`
    }),
  )
  return { samples, types: own.map(({ name, type }) => `${name} ${type}`), lines: events.map((one) => one.message) }
}

test('counters, gauges and histograms appear under the name of their plugin', async () => {
  const gauge: OwnMetric = {
    name: 'depth',
    type: 'gauge',
    series: [
      { tags: [['queue', 'a']], value: 1 },
      { tags: [['queue', 'b']], value: -2.5 },
    ],
  }
  const times: OwnMetric = { name: 'seconds', type: 'histogram', series: [{ tags: [], value: histogram }] }
  const { samples, types, lines } = await scraped([counting('enrich', counter('hits', 3), gauge, times)])
  assert.equal(types, [
    'wasm_plugin_enrich_hits counter',
    'wasm_plugin_enrich_depth gauge',
    'wasm_plugin_enrich_seconds histogram',
  ])
  assert.equal(samples, [
    'wasm_plugin_enrich_hits{plugin=enrich} 3',
    'wasm_plugin_enrich_depth{plugin=enrich,queue=a} 1',
    'wasm_plugin_enrich_depth{plugin=enrich,queue=b} -2.5',
    'wasm_plugin_enrich_seconds_bucket{plugin=enrich,le=0.001} 2',
    'wasm_plugin_enrich_seconds_bucket{plugin=enrich,le=0.01} 3',
    'wasm_plugin_enrich_seconds_bucket{plugin=enrich,le=+Inf} 4',
    'wasm_plugin_enrich_seconds_sum{plugin=enrich} 0.5',
    'wasm_plugin_enrich_seconds_count{plugin=enrich} 4',
  ])
  assert.equal(lines, [])
})

test('names are spelled as Prometheus allows, and no tag takes the place of another label', async () => {
  const tags = [
    ['plugin', 'forged'],
    ['le', '1'],
    ['1st', 'a'],
    ['__name__', 'b'],
    ['ö', 'c"\n'],
    ['', 'd'],
  ] as const
  const { samples } = await scraped([counting('demo-plugin.wasm', counter('käse total', 1, tags))])
  assert.equal(samples, [
    'wasm_plugin_demo_plugin_wasm_k_se_total{plugin=demo-plugin.wasm,' +
      'tag_plugin=forged,tag_le=1,tag_1st=a,tag___name__=b,_=c"\n,tag_=d} 1',
  ])
})

test('plugins whose names come to the same share a metric', async () => {
  const { samples, lines } = await scraped([counting('a', counter('b_c', 1)), counting('a_b', counter('c', 2))])
  assert.equal(samples, ['wasm_plugin_a_b_c{plugin=a} 1', 'wasm_plugin_a_b_c{plugin=a_b} 2'])
  assert.equal(lines, [])
})

test('a name that is Blink’s own, or of another type, is left out, which is said once', async () => {
  const { samples, lines } = await scraped(
    [
      counting('restarts', counter('total', 1)),
      counting('execution_duration', counter('seconds_sum', 1)),
      counting('a', counter('b_c', 1), { name: 'h', type: 'histogram', series: [] }, counter('h_count', 1)),
      counting('a_b', { name: 'c', type: 'gauge', series: [{ tags: [], value: 2 }] }),
    ],
    3,
  )
  assert.equal(samples, ['wasm_plugin_a_b_c{plugin=a} 1'])
  assert.equal(lines, [
    'the counter total is not shown: wasm_plugin_restarts_total is taken; give it another name',
    'the counter seconds_sum is not shown: wasm_plugin_execution_duration_seconds_sum is taken; give it another name',
    'the counter h_count is not shown: wasm_plugin_a_h_count is taken; give it another name',
    'the gauge c is not shown: wasm_plugin_a_b_c is taken; give it another name',
  ])
})

test('tags that come to the same are one series, and the log says so', async () => {
  const series = [
    { tags: [['a-b', 'x']] as const, value: 1 },
    { tags: [['a.b', 'x']] as const, value: 2 },
  ]
  const { samples, lines } = await scraped([counting('p', { name: 'n', type: 'counter', series })])
  assert.equal(samples, ['wasm_plugin_p_n{plugin=p,a_b=x} 1'])
  assert.equal(lines, ['a series of n is not shown: another has the same tags as Prometheus spells them'])
})

test('a plugin that goes takes its metrics along', async () => {
  const http = testHttp()
  http.admin.metrics = [counting('p', counter('n', 1))]
  assert.match((await http.get('/metrics')).text, '\nwasm_plugin_p_n{plugin="p"} 1\n')
  http.admin.metrics = []
  assert.not.match((await http.get('/metrics')).text, 'wasm_plugin_p_n')
})

test('a histogram has four names', () => {
  assert.equal(namesOf({ name: 'a', type: 'gauge' }), ['a'])
  assert.equal(namesOf({ name: 'a', type: 'histogram' }), ['a', 'a_bucket', 'a_sum', 'a_count'])
})

test.run()
