import * as assert from 'uvu/assert'
import { Authors } from '../../src/handlers/authors.ts'
import { suite } from '../support/suite.ts'

const test = suite('authors of records')

/** By whom the records from offset 0 on are, one letter each. */
function told(authors: Authors, partition: { logStartOffset: number }, count: number): string {
  return Array.from({ length: count }, (_, offset) => authors.of(partition, offset).join('+') || '-').join(' ')
}

test('those of plugins are told from others, those of one partition from those of another', () => {
  const [authors, one, two] = [new Authors(), { logStartOffset: 0 }, { logStartOffset: 0 }]
  assert.is(told(authors, one, 2), '- -')
  authors.note(one, 1, 3, ['a'])
  authors.note(one, 3, 4, ['a'])
  authors.note(one, 4, 5, ['a', 'b'])
  authors.note(one, 5, 6, [])
  authors.note(one, 6, 7, ['a'])
  authors.note(two, 0, 1, ['c'])
  assert.is(told(authors, one, 9), '- a a a a+b - a - -')
  assert.is(told(authors, two, 2), 'c -')
})

test('of records that are gone nothing is kept', () => {
  const [authors, partition] = [new Authors(), { logStartOffset: 0 }]
  for (let offset = 0; offset < 10; offset++) authors.note(partition, offset, offset + 1, [`p${offset}`])
  partition.logStartOffset = 8
  assert.is(told(authors, partition, 10), 'p0 p1 p2 p3 p4 p5 p6 p7 p8 p9', 'until something is stored')
  authors.note(partition, 10, 11, ['p10'])
  assert.is(told(authors, partition, 11), '- - - - - - - - p8 p9 p10')
})

test.run()
