/** Numbers, sizes and times as the console shows them. */
import * as assert from 'uvu/assert'
import {
  asInput,
  bytes,
  count,
  counted,
  dateTime,
  duration,
  short,
  timeOfDay,
} from '../../../src/console/logic/format.ts'
import { suite } from '../../support/suite.ts'

const test = suite('console format')

test('counts are grouped, and their nouns agree', () => {
  assert.is(count(1234567), '1,234,567')
  assert.equal(
    [counted(1, 'topic'), counted(0, 'topic'), counted(10_000, 'topic')],
    ['1 topic', '0 topics', '10,000 topics'],
  )
})

test('rates have three figures and a unit', () => {
  const shown = [0, 0.5, 12.34, 950, 999.6, 1200, 34_000, 5_600_000, -1500].map(short)
  assert.equal(shown, ['0', '0.5', '12.3', '950', '1 k', '1.2 k', '34 k', '5.6 M', '-1.5 k'])
})

test('sizes are in powers of 1024', () => {
  assert.equal([0, 1023, 1024, 1536, 2 ** 20, 5.5 * 2 ** 30].map(bytes), [
    '0 B',
    '1023 B',
    '1 KB',
    '1.5 KB',
    '1 MB',
    '5.5 GB',
  ])
})

test('durations have their two largest units', () => {
  const shown = [0.25, 4, 2500, 59_900, 60_000, 192_000, 18_240_000, 180_000_000, -1000].map(duration)
  assert.equal(shown, ['0.25 ms', '4 ms', '2.5 s', '59.9 s', '1 min', '3 min 12 s', '5 h 4 min', '2 d 2 h', '−1 s'])
})

test('times are those of the clock on the wall', () => {
  const at = new Date(2026, 0, 2, 3, 4, 5, 6).getTime()
  assert.is(timeOfDay(at), '03:04:05.006')
  assert.is(dateTime(at), '2026-01-02 03:04:05.006')
  assert.is(Date.parse(asInput(at)), at)
  assert.is(dateTime(-1), 'none')
})

test.run()
