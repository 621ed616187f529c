/** Tables of settings, and the sources of their values. */
import * as assert from 'uvu/assert'
import { defaultsOf, mapping, readTable, record, repeated, required, setting } from '../../src/settings/table.ts'
import { integer, Place, text } from '../../src/settings/values.ts'
import { suite } from '../support/suite.ts'

const test = suite('settings table')

const table = {
  count: setting('count', integer(0, 9), 1, 'How many.'),
  label: setting('label', text('text', /^[a-z]+$/, 'small letters'), null, 'What it is called.'),
}

function read(...documents: unknown[]) {
  const mistakes: string[] = []
  const place = (source: string) => new Place(source, '', { home: '.', from: '.' }, mistakes)
  const sources = documents.map((document, at) => mapping(table, document, place(`source ${at}`)))
  return { values: readTable(table, sources, place('home')), mistakes }
}

test('without a source there are the defaults', () => {
  assert.equal(read().values, { count: 1, label: null })
  assert.equal(defaultsOf(table), { count: 1, label: null })
})

test('the first source that says something holds', () => {
  assert.equal(read({ label: 'a' }, { count: 2, label: 'b' }).values, { count: 2, label: 'a' })
})

test('a key without a value says nothing', () => {
  assert.equal(read({ count: null }, { count: 3 }).values, { count: 3, label: null })
})

test('mistakes of a source that does not hold are told, too', () => {
  const { values, mistakes } = read({ count: 2 }, { count: 99 })
  assert.is(values, undefined)
  assert.equal(mistakes, ['source 1: count is 99; use 0–9'])
})

test('a strange key is a mistake, with the one that was meant or with all there are', () => {
  assert.equal(read({ cuont: 2 }).mistakes, ['source 0: cuont is no setting; did you mean count?'])
  assert.equal(read({ xyz: 2 }).mistakes, ['source 0: xyz is no setting; use one of count or label'])
})

test('an entry may be short for its one setting', () => {
  const kind = record('thing', table, 'label')
  const mistakes: string[] = []
  const place = new Place('file', 'things[0]', { home: '.', from: '.' }, mistakes)
  assert.equal(kind.read('a', place), { count: 1, label: 'a' })
  assert.is(kind.read({ label: 'A', count: -1 }, place), undefined)
  assert.equal(mistakes, ['file: things[0].count is -1; use 0–9', 'file: things[0].label is A; use small letters'])
})

test('a table may be within a table, and a setting required', () => {
  const inner = { size: required('size', integer(0, 9), 'has no size; add one', 'How large.') }
  const outer = { box: setting('box', record('box', inner, 'size'), null, 'A box.') }
  const readBox = (raw: unknown) => {
    const mistakes: string[] = []
    const place = new Place('file', '', { home: '.', from: '.' }, mistakes)
    return { values: readTable(outer, [mapping(outer, raw, place)], place), mistakes }
  }
  assert.equal(readBox({}), { values: { box: null }, mistakes: [] })
  assert.equal(readBox({ box: { size: 3 } }), { values: { box: { size: 3 } }, mistakes: [] })
  assert.equal(readBox({ box: {} }), { values: undefined, mistakes: ['file: box has no size; add one'] })
})

test('what stands in a list more than once is found once', () => {
  assert.equal(repeated([1, 2, 1, 3, 1, 2]), [1, 2])
})

test('a default that its kind refuses is a bug', () => {
  assert.throws(() => defaultsOf({ count: setting('count', integer(0, 9), 10, '') }), /count is 10; use 0–9/)
})

test.run()
