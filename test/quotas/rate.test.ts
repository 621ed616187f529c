import * as assert from 'uvu/assert'
import { Rate, TokenBucket } from '../../src/quotas/rate.ts'
import { suite } from '../support/suite.ts'

const test = suite('rate')
const startMs = 1_000_000
const windows = { count: 11, sizeMs: 1_000 }

test('a first burst counts as if it had taken ten seconds, and the wait makes up for the rest', () => {
  const rate = new Rate(windows)
  rate.record(10_000, startMs)
  assert.is(rate.throttleMs(1_000, startMs), 0)
  rate.record(2_000, startMs)
  assert.is(rate.throttleMs(1_000, startMs), 2_000)
  assert.is(rate.throttleMs(1_000, startMs + 500), 1_500)
  // The span grows with the second under way, and falls back to ten whole ones with the next.
  assert.is(rate.throttleMs(1_000, startMs + 2_000), 2_000)
})

test('what was used eleven seconds ago is forgotten', () => {
  const rate = new Rate(windows)
  rate.record(50_000, startMs)
  assert.is(rate.throttleMs(1_000, startMs), 40_000)
  // The samples of a steady trickle keep the old one until it has left the windows.
  rate.record(0, startMs + 5_000)
  assert.is(rate.throttleMs(1_000, startMs + 10_999), 39_001)
  assert.is(rate.throttleMs(1_000, startMs + 11_000), 0)
})

test('fewer and longer windows bear less of a burst, and remember it for longer', () => {
  const rate = new Rate({ count: 3, sizeMs: 2_000 })
  rate.record(8_000, startMs)
  assert.is(rate.throttleMs(1_000, startMs), 4_000)
  assert.is(rate.throttleMs(1_000, startMs + 5_999), 2_001)
  assert.is(rate.throttleMs(1_000, startMs + 6_000), 0)
})

test('a steady use within the limit is never made to wait', () => {
  const rate = new Rate(windows)
  for (let second = 0; second < 60; second++) {
    rate.record(1_000, startMs + second * 1_000)
    assert.is(rate.throttleMs(1_001, startMs + second * 1_000 + 999), 0, `after ${second} s`)
  }
})

test('what is given back was not used', () => {
  const rate = new Rate(windows)
  rate.record(12_000, startMs)
  rate.record(-12_000, startMs)
  assert.is(rate.throttleMs(1_000, startMs), 0)
})

test('tokens come up to eleven seconds of them, and what is owed is waited for', () => {
  const bucket = new TokenBucket(windows)
  bucket.record(110, 10, startMs)
  assert.is(bucket.throttleMs(10, startMs), 0)
  bucket.record(5, 10, startMs)
  assert.is(bucket.throttleMs(10, startMs), 500)
  assert.is(bucket.throttleMs(10, startMs + 300), 200)
  assert.is(bucket.throttleMs(10, startMs + 500), 0)
  bucket.record(120, 10, startMs + 3_600_000)
  assert.is(bucket.throttleMs(10, startMs + 3_600_000), 1_000)
})

test.run()
