/** Counting in the plugin's thread, and telling it once. */
import * as assert from 'uvu/assert'
import { metricsImports } from '../../../src/plugins/capabilities/metrics-import.ts'
import type { MetricsTold } from '../../../src/plugins/capabilities/plugin-metrics.ts'
import { fakeEnvironment } from '../../support/fake-calls.ts'
import { startGuest } from '../../support/guest.ts'
import { suite } from '../../support/suite.ts'

const test = suite('plugins/metrics-import', 60)

type Count = (name: string, value: number, tags: readonly (readonly [string, string])[]) => void

function counterFor(seriesMax: number) {
  const { environment, calls } = fakeEnvironment({ metrics: { seriesMax } })
  const { imports, flush } = metricsImports(environment)
  const told = () => calls.map(([, , argument]) => argument as MetricsTold)
  return { ...(imports['blink:plugin/metrics'] as Record<'add' | 'set' | 'observe', Count>), flush, calls, told }
}

test('what a task counts is told once, when it is done', () => {
  const { add, set, observe, flush, calls } = counterFor(10)
  for (let index = 0; index < 1000; index++) add('seen', 2, [['topic', 't']])
  set('level', 1, [])
  set('level', 7, [])
  observe('took', 0.0001, [])
  observe('took', 3, [])
  observe('took', 2e6, [])
  assert.equal(calls, [])
  flush()
  const buckets = new Array<number>(22).fill(0)
  buckets[0] = buckets[14] = buckets[21] = 1
  assert.equal(calls, [
    [
      'tell',
      'metrics',
      {
        updates: [
          { kind: 'counter', name: 'seen', tags: [['topic', 't']], value: 2000, buckets: [] },
          { kind: 'gauge', name: 'level', tags: [], value: 7, buckets: [] },
          { kind: 'histogram', name: 'took', tags: [], value: 2_000_003.0001, buckets },
        ],
        isCutOff: false,
      },
    ],
  ])
  flush()
  assert.is(calls.length, 1, 'and nothing is told when nothing was counted')
})

test('what cannot be counted is left out', () => {
  const { add, set, observe, flush, calls } = counterFor(10)
  for (const amount of [-1, Number.NaN, Number.POSITIVE_INFINITY]) add('n', amount, [])
  set('n', Number.NaN, [])
  observe('n', Number.NEGATIVE_INFINITY, [])
  flush()
  assert.equal(calls, [])
})

test('more series than settings allow are not even gathered, and it is told that there were', () => {
  const { add, flush, told } = counterFor(3)
  for (let index = 0; index < 10; index++) add('n', 1, [['a', String(index)]])
  flush()
  add('n', 1, [])
  flush()
  assert.equal(
    told().map(({ updates, isCutOff }) => [updates.length, isCutOff]),
    [
      [3, true],
      [1, false],
    ],
  )
})

test('many series are told in parts', () => {
  const { add, flush, told } = counterFor(5000)
  for (let index = 0; index < 2500; index++) add('n', 1, [['a', String(index)]])
  flush()
  assert.equal(
    told().map(({ updates }) => updates.length),
    [1000, 1000, 500],
  )
})

test('nothing is gathered for whom nothing was granted', () => {
  const { add, flush, told } = counterFor(0)
  add('n', 1, [])
  flush()
  assert.equal(told(), [{ updates: [], isCutOff: true }])
})

test('a component counts, and the broker has the sum', async (cleanup) => {
  const { run, metrics } = await startGuest(cleanup, { metrics: { seriesMax: 10 } })
  await run(
    `for (let i = 0; i < 100; i++) add('Records.Seen', 0.5, [['topic', 't']])
    set('depth', -3, [])
    observe('took', 0.2, [])`,
  )
  await run("add('Records.Seen', 1, [['topic', 't']])")
  const shown = [...metrics.families].map(({ name, kind, series }) => [
    name,
    kind,
    [...series.values()].map(({ value }) => value),
  ])
  assert.equal(shown, [
    ['records_seen', 'counter', [51]],
    ['depth', 'gauge', [-3]],
    ['took', 'histogram', [0.2]],
  ])
})

test.run()
