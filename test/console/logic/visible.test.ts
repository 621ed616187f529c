/** Which rows of a long list are drawn. */
import * as assert from 'uvu/assert'
import { scrollTo, visibleRows } from '../../../src/console/logic/visible.ts'
import { suite } from '../../support/suite.ts'

const test = suite('console visible')

const view = { scrollTop: 0, height: 400, rowHeight: 40, count: 10_000 }

test('of ten thousand rows a few are drawn, some beyond each edge', () => {
  assert.equal(visibleRows(view), { first: 0, end: 18 })
  assert.equal(visibleRows({ ...view, scrollTop: 40_000 }), { first: 992, end: 1018 })
})

test('the list ends where it ends', () => {
  assert.equal(visibleRows({ ...view, count: 3 }), { first: 0, end: 3 })
  assert.equal(visibleRows({ ...view, count: 0 }), { first: 0, end: 0 })
})

test('a list that became shorter than where one had scrolled draws its end', () => {
  assert.equal(visibleRows({ ...view, scrollTop: 40_000, count: 5 }), { first: 5, end: 5 })
})

test('to see a row whole, the list moves no further than it must', () => {
  assert.is(scrollTo(3, view), 0)
  assert.is(scrollTo(10, view), 40)
  assert.is(scrollTo(2, { ...view, scrollTop: 200 }), 80)
})

test.run()
