import * as assert from 'uvu/assert'
import { skipsMax, Spin } from '../../../src/plugins/crossing/spin.ts'
import { suite } from '../../support/suite.ts'

const test = suite('waiting awake')
const spinMsMax = 0.05
const [in10, never] = [10, Number.POSITIVE_INFINITY]

/** What is waited for comes at the n-th look; each look takes a hundredth of the limit. */
function spinning(coreCount = 2) {
  let ms = 0
  const spin = new Spin(spinMsMax, () => ms, coreCount)
  return (comesAt: number) => {
    let looks = 0
    const startMs = ms
    const hasCome = spin.until(() => {
      looks++
      ms += spinMsMax / 100
      return looks >= comesAt
    })
    return { hasCome, looks, tookMs: ms - startMs }
  }
}

test('what has come already is not waited for', () => {
  const { hasCome, looks } = spinning()(1)
  assert.equal([hasCome, looks], [true, 1])
})

test('what comes soon is seen as soon as it comes', () => {
  const { hasCome, looks } = spinning()(in10)
  assert.equal([hasCome, looks], [true, 10])
})

test('what does not come is waited for no longer than the limit', () => {
  const { hasCome, tookMs } = spinning()(never)
  assert.is(hasCome, false)
  assert.ok(tookMs >= spinMsMax && tookMs < 1.1 * spinMsMax, `${tookMs}`)
})

test('after waits in vain ever more sleep at once, up to a limit, but see what has come', () => {
  const wait = spinning()
  const awake = Array.from({ length: 400 }, () => wait(never).looks > 1)
  const at = awake.flatMap((isAwake, nth) => (isAwake ? [nth] : []))
  const asleepBetween = at.slice(1).map((nth, index) => nth - at[index]! - 1)
  assert.equal(asleepBetween.slice(0, 9), [1, 2, 4, 8, 16, 32, skipsMax, skipsMax, skipsMax])
  assert.is(wait(1).hasCome, true)
})

test('once it has paid again, the next one is awake, too', () => {
  const wait = spinning()
  for (let nth = 0; nth < 4; nth++) wait(never)
  for (let nth = 0; nth < 4 && wait(in10).hasCome === false; nth++);
  assert.is(wait(in10).hasCome, true)
  wait(never)
  assert.equal([wait(in10).hasCome, wait(in10).hasCome], [false, true], 'and a vain one costs one again')
})

test('on a single core nobody waits awake', () => {
  const { hasCome, looks } = spinning(1)(in10)
  assert.equal([hasCome, looks], [false, 1])
})

test.run()
