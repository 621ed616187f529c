/** How a group's lag goes. */
import * as assert from 'uvu/assert'
import { LagHistory, trendOf } from '../../../src/console/logic/lags.ts'
import { suite } from '../../support/suite.ts'

const test = suite('console lags')

test('lags are kept by partition, once a moment', () => {
  const history = new LagHistory()
  history.add(1, [
    { topic: 'a', partition: 0, lag: 5 },
    { topic: 'a', partition: 1, lag: null },
  ])
  history.add(1, [{ topic: 'a', partition: 0, lag: 6 }])
  history.add(2, [{ topic: 'a', partition: 0, lag: 7 }])
  assert.equal(history.of('a', 0), [
    { x: 1, y: 5 },
    { x: 2, y: 7 },
  ])
  assert.equal(history.of('a', 1), [])
})

test('only the last are kept', () => {
  const history = new LagHistory()
  for (let at = 0; at < 1000; at++) history.add(at, [{ topic: 'a', partition: 0, lag: at }])
  assert.is(history.of('a', 0).length, 150)
  assert.is(history.of('a', 0).at(-1)?.y, 999)
})

test('a trend is told in words', () => {
  const trend = (...lags: number[]) => trendOf(lags.map((y, x) => ({ x, y })))
  assert.is(trend(3), 'not known yet')
  assert.is(trend(3, 9, 5), 'growing, from 3 to 5')
  assert.is(trend(3, 0), 'shrinking, from 3 to 0')
  assert.is(trend(2, 5, 2), 'steady at 2')
})

test.run()
