/** Metrics in Prometheus' text form, held against a reader of that form. */
import * as assert from 'uvu/assert'
import { expose, gauge, type Metric } from '../../src/http/exposition.ts'
import { parseExposition } from '../support/prometheus.ts'
import { suite } from '../support/suite.ts'

const test = suite('exposition')

const counter = (samples: Extract<Metric, { type: 'counter' | 'gauge' }>['samples']): Metric => {
  return { type: 'counter', name: 'c_total', help: 'Counts.', samples }
}

test('gauges and counters are a line for each of their series', async () => {
  const { contentType, text } = await expose([
    gauge('g', 'Goes up\nand down.', () => 1.5),
    counter(() => [
      [{ a: 'x', b: 1 }, 2],
      [{ a: 'y', b: 2 }, 3e21],
    ]),
  ])
  assert.match(contentType, /^text\/plain; version=0\.0\.4/)
  assert.is(
    text,
    [
      '# HELP g Goes up\\nand down.',
      '# TYPE g gauge',
      'g 1.5',
      '',
      '# HELP c_total Counts.',
      '# TYPE c_total counter',
      'c_total{a="x",b="1"} 2',
      'c_total{a="y",b="2"} 3e+21',
      '',
    ].join('\n'),
  )
  parseExposition(text)
})

test('whatever a label holds, it is one label', async () => {
  const hostile = 'a"b\\c\nd}e="f",g'
  const { text } = await expose([counter(() => [[{ a: hostile, b: 'c' }, 1]])])
  assert.equal(parseExposition(text).get('c_total')?.samples[0]?.labels, { a: hostile, b: 'c' })
})

test('the buckets of a histogram are cumulative, and the last is its count', async () => {
  const histogram = { bounds: [0.1, 1], counts: [2, 0, 3], sum: 40.5, count: 5 }
  const { text } = await expose([
    {
      type: 'histogram',
      name: 'h',
      help: 'H.',
      samples: () => [
        [{ a: 'x' }, histogram],
        [{ a: 'y' }, { ...histogram, counts: [0, 0, 0], sum: 0, count: 0 }],
      ],
    },
  ])
  assert.match(
    text,
    [
      '# TYPE h histogram',
      'h_bucket{a="x",le="0.1"} 2',
      'h_bucket{a="x",le="1"} 2',
      'h_bucket{a="x",le="+Inf"} 5',
      'h_sum{a="x"} 40.5',
      'h_count{a="x"} 5',
      'h_bucket{a="y",le="0.1"} 0',
    ].join('\n'),
  )
  parseExposition(text)
})

test('a metric without series is a head without lines', async () => {
  const { text } = await expose([counter(() => [])])
  assert.is(text, '# HELP c_total Counts.\n# TYPE c_total counter\n')
})

test('series are bounded', async () => {
  const endless = function* (): Generator<[{ a: number }, number]> {
    for (let a = 0; ; a++) yield [{ a }, 1]
  }
  const { text } = await expose([counter(endless)])
  assert.is(text.match(/^c_total\{/gm)?.length, 10_000)
})

test('numbers are those of the moment they are asked for', async () => {
  let value = 1
  const metrics = [gauge('g', 'G.', () => value)]
  assert.match((await expose(metrics)).text, '\ng 1\n')
  value = 2
  assert.match((await expose(metrics)).text, '\ng 2\n')
})

// The reader itself.

const wrong: readonly [title: string, text: string][] = [
  ['a line of nothing', '# HELP a A.\n# TYPE a gauge\nnothing\n'],
  ['a value that is none', '# HELP a A.\n# TYPE a gauge\na one\n'],
  ['a second HELP', '# HELP a A.\n# TYPE a gauge\n# HELP a B.\n'],
  ['a second TYPE', '# HELP a A.\n# TYPE a gauge\n# TYPE a gauge\n'],
  ['a TYPE without HELP', '# TYPE a gauge\n'],
  ['a series twice', '# HELP a A.\n# TYPE a gauge\na{b="1",c="2"} 1\na{c="2",b="1"} 1\n'],
  ['a label twice', '# HELP a A.\n# TYPE a gauge\na{b="1",b="2"} 1\n'],
  ['an open quotation mark', '# HELP a A.\n# TYPE a gauge\na{b="1} 1\n'],
  ['a series of another metric', '# HELP a A.\n# TYPE a gauge\nb 1\n'],
  ['a bucket without bound', '# HELP a A.\n# TYPE a histogram\na_bucket 1\n'],
  [
    'falling buckets',
    '# HELP a A.\n# TYPE a histogram\na_bucket{le="1"} 2\na_bucket{le="+Inf"} 1\na_sum 1\na_count 1\n',
  ],
  ['a count apart', '# HELP a A.\n# TYPE a histogram\na_bucket{le="+Inf"} 1\na_sum 1\na_count 2\n'],
  ['no infinite bucket', '# HELP a A.\n# TYPE a histogram\na_bucket{le="1"} 1\na_sum 1\na_count 1\n'],
  ['no sum', '# HELP a A.\n# TYPE a histogram\na_bucket{le="+Inf"} 1\na_count 1\n'],
  ['no end', '# HELP a A.\n# TYPE a gauge\na 1'],
]

for (const [title, text] of wrong) {
  test(`the reader refuses ${title}`, () => {
    assert.throws(() => parseExposition(text))
  })
}

test.run()
