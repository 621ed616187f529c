/** What a component is given, called by components of real toolchains. */
import * as assert from 'uvu/assert'
import { nothingGranted } from '../../../src/plugins/capabilities/capabilities.ts'
import { importable, importsFor } from '../../../src/plugins/capabilities/imports.ts'
import { environmentFor } from '../../support/capabilities.ts'
import { keeper } from '../../support/keeping-component.ts'
import { suite } from '../../support/suite.ts'

const test = suite('the imports of a plugin', 60)

const quiet = { stdout: () => {}, stderr: () => {} }

test('what is not granted is not there', async (cleanup) => {
  const { imports, flush } = await importsFor(importable, environmentFor(cleanup, { grants: nothingGranted }), quiet)
  const beyond = Object.keys(imports).filter((name) => !/^wasi:(cli|clocks|filesystem|io|random|sockets)\//.test(name))
  assert.equal(beyond, ['wasi:config/store', 'wasi:logging/logging'])
  flush()
})

test('nor is what is not imported, whatever its version', async (cleanup) => {
  const grants = { ...nothingGranted, metrics: { seriesMax: 1 } }
  const imported = ['blink:plugin/host@0.1.0', 'wasi:random/random@0.2.3', 'blink:plugin/metrics@0.2.0']
  const { imports, flush } = await importsFor(imported, environmentFor(cleanup, { grants }), quiet)
  assert.equal(Object.keys(imports), [
    'wasi:random/random',
    'wasi:random/insecure',
    'wasi:random/insecure-seed',
    'blink:plugin/metrics',
  ])
  flush()
})

test('JavaScript logs', async (cleanup) => {
  const environment = environmentFor(cleanup)
  const run = await keeper(environment)
  run(`log('critical', 'orders', 'gone'); log('debug', '', 'fine')`)
  assert.equal(environment.lines, ['error: orders: gone', 'debug: fine'])
})

test('JavaScript reads its config', async (cleanup) => {
  const run = await keeper(environmentFor(cleanup, { config: { limits: { perSecond: 5 }, name: 'x' } }))
  assert.equal(run(`return [get('limits.perSecond'), get('none') ?? null, getAll()]`), [
    '5',
    null,
    [
      ['limits.perSecond', '5'],
      ['name', 'x'],
    ],
  ])
})

test('JavaScript keeps values', async (cleanup) => {
  const environment = environmentFor(cleanup)
  const run = await keeper(environment)
  assert.equal(
    run(`const bucket = open('')
      bucket.set('a', bytes('one'))
      setMany(bucket, [['b', bytes('two')], ['c', bytes('three')]])
      deleteMany(bucket, ['c'])
      return [text(bucket.get('a')), bucket.get('none') ?? null, bucket.exists('b'), bucket.listKeys(undefined).keys,
        getMany(bucket, ['b', 'none']).map((found) => found ? [found[0], text(found[1])] : null),
        increment(bucket, 'n', 41) + increment(bucket, 'n', 0)]`),
    ['one', null, true, ['a', 'b'], [['b', 'two'], null], 82],
  )
  const again = await keeper(environment)
  assert.is(again(`return text(open('default').get('a'))`), 'one')
})

test('JavaScript swaps values', async (cleanup) => {
  const run = await keeper(environmentFor(cleanup))
  assert.equal(
    run(`const bucket = open('')
      const first = Cas.new(bucket, 'a')
      const second = Cas.new(bucket, 'a')
      swap(first, bytes('one'))
      try { swap(second, bytes('two')) } catch (error) {
        const { tag, val } = error.payload ?? error
        const read = text(val.current())
        swap(val, bytes('two'))
        return [tag, read, text(bucket.get('a'))]
      }`),
    ['cas-failed', 'one', 'two'],
  )
})

test('JavaScript is told why a value was not kept', async (cleanup) => {
  const run = await keeper(environmentFor(cleanup))
  assert.equal(run(`return attempt(() => open('other'))`), { error: { tag: 'no-such-store' } })
  assert.equal(run(`return attempt(() => open('').set('k'.repeat(2000), bytes('')))`), {
    error: { tag: 'other', val: 'a key of 2000 bytes; at most 1024' },
  })
})

test('JavaScript has a database', async (cleanup) => {
  const run = await keeper(environmentFor(cleanup))
  assert.equal(
    run(`execute('create table t(a, b)', [])
      const changed = execute('insert into t values (?, ?), (?, ?)', [{ tag: 'integer', val: 1 },
        { tag: 'text', val: 'x' }, { tag: 'real', val: 2.5 }, { tag: 'null' }])
      return [changed, query('select * from t order by a', [])]`),
    [
      2,
      {
        columns: ['a', 'b'],
        values: [
          [
            { tag: 'integer', val: 1 },
            { tag: 'text', val: 'x' },
          ],
          [{ tag: 'real', val: 2.5 }, { tag: 'null' }],
        ],
      },
    ],
  )
  assert.equal(run(`return attempt(() => query("attach '/etc/passwd' as p", []))`), {
    error: { tag: 'statement', val: 'not authorized' },
  })
})

test.run()
