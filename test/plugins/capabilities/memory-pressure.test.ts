/** How full memory is, in a word, and in the words of the WIT. */
import * as assert from 'uvu/assert'
import { MemoryPressure, pressureLevel } from '../../../src/plugins/capabilities/memory-pressure.ts'
import { suite } from '../../support/suite.ts'

const test = suite('plugins/memory-pressure')

test('the word says how many thousandths are taken', () => {
  const pressure = new MemoryPressure(8_000_000)
  const word = new Int32Array(pressure.memory)
  assert.is(word[0], 0)
  const table: readonly (readonly [bytes: number, thousandths: number])[] = [
    [7_999, 0],
    [8_000, 1],
    [4_000_000, 500],
    [8_000_000, 1000],
    [9_000_000, 1125],
    [Number.MAX_SAFE_INTEGER, 0x7fff_ffff],
    [0, 0],
  ]
  for (const [bytes, thousandths] of table) {
    pressure.set(bytes)
    assert.is(word[0], thousandths)
  }
})

test('each level begins where the WIT says', () => {
  const table = [
    [0, 'none'],
    [499, 'none'],
    [500, 'low'],
    [699, 'low'],
    [700, 'medium'],
    [849, 'medium'],
    [850, 'high'],
    [949, 'high'],
    [950, 'emergency'],
    [2000, 'emergency'],
  ] as const
  for (const [thousandths, level] of table) assert.is(pressureLevel(thousandths), level)
})

test.run()
