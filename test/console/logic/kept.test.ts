/** The newest of many. */
import * as assert from 'uvu/assert'
import { Kept } from '../../../src/console/logic/kept.ts'
import { suite } from '../../support/suite.ts'

const test = suite('console kept')

const keep = (keptMax: number) => new Kept<number>({ keptMax, idOf: (item) => item }, 0)

test('the newest come first, each once', () => {
  const kept = keep(10)
  kept.add([1, 2, 3])
  kept.add([3, 4])
  assert.is(kept.fresh, 4)
  assert.equal(kept.take(), [4, 3, 2, 1])
  assert.is(kept.fresh, 0)
})

test('the oldest beyond the limit go, and are not taken for new', () => {
  const kept = keep(3)
  for (let i = 1; i <= 100; i++) kept.add([i])
  assert.equal(kept.take(), [100, 99, 98])
})

test('a rate is of the last second that is over', () => {
  const kept = keep(10)
  assert.is(kept.perSecond(500), null)
  kept.add([1, 2, 3])
  assert.is(kept.perSecond(1000), 3)
  kept.add([4])
  assert.is(kept.perSecond(1500), 3)
  assert.is(kept.perSecond(3000), 0.5)
})

test.run()
