/** A plugin's config, key by key. */
import * as assert from 'uvu/assert'
import { config, flattened } from '../../../../src/plugins/capabilities/wasi/config.ts'
import { suite } from '../../../support/suite.ts'

const test = suite('wasi:config')

const store = (settings: unknown) =>
  config({ config: settings })['wasi:config/store'] as {
    get(key: string): string | undefined
    getAll(): [string, string][]
  }

test('mappings and lists are flattened, and what is no text is JSON', () => {
  const settings = { a: { b: 1, c: [true, 'x'] }, d: null, e: [], f: {}, g: 'text' }
  assert.equal(flattened(settings), [
    ['a.b', '1'],
    ['a.c.0', 'true'],
    ['a.c.1', 'x'],
    ['d', 'null'],
    ['e', '[]'],
    ['f', '{}'],
    ['g', 'text'],
  ])
})

test('a key has its value, and a key that is not there has none', () => {
  const { get, getAll } = store({ a: { b: 'x' } })
  assert.is(get('a.b'), 'x')
  assert.is(get('a'), undefined)
  assert.is(get('toString'), undefined)
  assert.equal(getAll(), [['a.b', 'x']])
})

test('no config is an empty store, and one value has the empty key', () => {
  assert.equal(store(null).getAll(), [])
  assert.equal(store('only').getAll(), [['', 'only']])
})

test.run()
