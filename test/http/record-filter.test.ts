/** Which records a filter lets through. */
import * as assert from 'uvu/assert'
import { type FilterQuery, readFilter } from '../../src/http/record-filter.ts'
import { suite } from '../support/suite.ts'

const test = suite('record filter')

const record = {
  offset: 0,
  timestamp: 0,
  key: Buffer.from('order-17'),
  value: Buffer.from('{"name":"Grüße"}'),
  headers: [
    { key: 'trace', value: Buffer.from('abc') },
    { key: 'empty', value: null },
  ],
}

const cases: readonly [query: FilterQuery, isLetThrough: boolean][] = [
  [{ key: 'order' }, true],
  [{ key: 'Order' }, false],
  [{ key: '/^ORDER-[0-9]+$/i' }, true],
  [{ key: '/^ORDER-[0-9]+$/' }, false],
  [{ value: 'Grüße' }, true],
  [{ value: '/Gr..e/' }, true],
  [{ key: 'order', value: 'nothing' }, false],
  [{ key: 'order', value: 'name' }, true],
  [{ header: 'trace' }, true],
  [{ header: 'trace:abc' }, true],
  [{ header: '/^trace:a.c$/' }, true],
  [{ header: 'trace:x' }, false],
  [{ header: 'empty:' }, true],
  [{ value: '/a/b' }, false],
]

for (const [query, isLetThrough] of cases) {
  test(`${JSON.stringify(query)} ${isLetThrough ? 'lets it through' : 'does not'}`, async () => {
    assert.is((await readFilter(query))!(record), isLetThrough)
  })
}

test('null holds nothing, and no filter is none', async () => {
  const filter = (await readFilter({ key: '/.*/' }))!
  assert.is(filter({ ...record, key: null }), false)
  assert.is(await readFilter({}), null)
})

test('an expression that would take for ever elsewhere does not', async () => {
  const filter = (await readFilter({ value: '/(a+)+$/' }))!
  const begunMs = performance.now()
  assert.is(filter({ ...record, value: Buffer.from(`${'a'.repeat(5000)}b`) }), false)
  assert.ok(performance.now() - begunMs < 2000)
})

test('what is no expression is refused with the reason', async () => {
  try {
    await readFilter({ key: '/a(/' })
    assert.unreachable()
  } catch (error) {
    assert.match((error as Error).message, /^key is no regular expression of RE2: missing closing \)/)
  }
})

test.run()
