/** The arithmetic of plots. */
import * as assert from 'uvu/assert'
import { area, axis, line, nearest, place } from '../../../src/console/logic/scale.ts'
import { suite } from '../../support/suite.ts'

const test = suite('console scale')

const frame = { width: 100, height: 50, from: 0, to: 10, top: 20 }

test('an axis ends at a round number that is not below the largest', () => {
  assert.equal(
    [0, 0.3, 1, 3, 4.1, 7, 9, 11, 4999, 5001].map((max) => axis(max).top),
    [1, 0.4, 1, 4, 5, 8, 10, 20, 5000, 8000],
  )
  assert.equal(axis(7).ticks, [0, 4, 8])
  assert.equal(axis(1500, 1024).ticks, [0, 1024, 2048])
})

test('values are placed from the lower left, and never above the frame', () => {
  assert.equal(place({ x: 5, y: 10 }, frame), { x: 50, y: 25 })
  assert.equal(place({ x: 10, y: 99 }, frame), { x: 100, y: 0 })
})

test('a moment alone has a place, too', () => {
  assert.equal(place({ x: 3, y: 0 }, { ...frame, from: 3, to: 3 }), { x: 0, y: 50 })
})

test('a line goes from point to point, an area down to the edge', () => {
  const points = [
    { x: 0, y: 0 },
    { x: 10, y: 20 },
  ]
  assert.is(line(points, frame), 'M0.0 50.0L100.0 0.0')
  assert.is(area(points, frame), 'M0.0 50.0L100.0 0.0L100.0 50L0.0 50Z')
})

test('one point makes no line', () => {
  assert.is(line([{ x: 0, y: 0 }], frame), '')
  assert.is(area([], frame), '')
})

test('the nearest point is found, if there is any', () => {
  const points = [0, 4, 9].map((x) => ({ x, y: 0 }))
  assert.equal(
    [-5, 1.9, 2.1, 100].map((x) => nearest(points, x)),
    [0, 0, 1, 2],
  )
  assert.is(nearest([], 1), -1)
})

test.run()
