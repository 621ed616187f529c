import * as assert from 'uvu/assert'
import { AbortedTransactions } from '../../src/log/aborted.ts'
import { suite } from '../support/suite.ts'

const test = suite('aborted transactions')

/** Producers 1 to 3, who ended in this order. */
function three(): AbortedTransactions {
  const aborted = new AbortedTransactions()
  aborted.add({ producerId: 1, firstOffset: 10, lastOffset: 20 })
  aborted.add({ producerId: 2, firstOffset: 0, lastOffset: 25 })
  aborted.add({ producerId: 3, firstOffset: 22, lastOffset: 30 })
  return aborted
}

const between = (aborted: AbortedTransactions, from: number, until: number) =>
  aborted.between(from, until).map(({ producerId }) => producerId)

test('a reader is told of those that ended at his offset or later, and began before his end', () => {
  const aborted = three()
  const table: [from: number, until: number, found: number[]][] = [
    [0, 100, [1, 2, 3]],
    [0, 22, [1, 2]],
    [0, 10, [2]],
    [0, 0, []],
    [20, 100, [1, 2, 3]],
    [21, 100, [2, 3]],
    [30, 31, [3]],
    [31, 100, []],
  ]
  for (const [from, until, found] of table) assert.equal(between(aborted, from, until), found, `${from} to ${until}`)
})

test('what ended before the log starts is forgotten', () => {
  const aborted = three()
  aborted.truncate(25)
  assert.equal(between(aborted, 0, 100), [2, 3])
  aborted.truncate(31)
  assert.ok(aborted.isEmpty)
})

test.run()
