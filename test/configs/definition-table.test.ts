import * as assert from 'uvu/assert'
import { definitionsIn } from '../../src/configs/definition-table.ts'
import { suite } from '../support/suite.ts'

const test = suite('a table of configs')

test('says of each its type, default, bounds and what it is for', () => {
  const table = `
a.ms | int | 5 | 1..9
  How long.
b.bytes | long | null | -1.. | cluster-wide
  How much.
`
  assert.equal(definitionsIn(table), [
    { name: 'a.ms', type: 'int', default: '5', min: 1, max: 9, doc: 'How long.' },
    { name: 'b.bytes', type: 'long', default: null, min: -1, update: 'cluster-wide', doc: 'How much.' },
  ])
})

test('a default may be empty, choices are named, and another config may stand behind', () => {
  assert.equal(definitionsIn('c | string | | x/y | internal group.c\n  Which.'), [
    { name: 'c', type: 'string', default: '', oneOf: ['x', 'y'], synonym: 'group.c', isInternal: true, doc: 'Which.' },
  ])
})

test('a line that is no config is a mistake', () => {
  assert.throws(() => definitionsIn('c | text\n  Which.'), /has a type/)
  assert.throws(() => definitionsIn('c | int'), /two lines/)
})

test.run()
