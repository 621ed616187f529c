import * as assert from 'uvu/assert'
import { fault, faultTable } from '../../src/settings/faults.ts'
import { defaultsOf } from '../../src/settings/table.ts'
import { Place } from '../../src/settings/values.ts'
import { suite } from '../support/suite.ts'

const test = suite('settings of faults')

function read(raw: unknown) {
  const mistakes: string[] = []
  return { value: fault.read(raw, new Place('f', '', { home: '.', from: '.' }, mistakes)), mistakes }
}

test('a fault is read in the words in which people write it', () => {
  const { value, mistakes } = read({
    api: 'produce',
    topic: 'orders-*',
    partition: 1,
    error: 6,
    delay: '2s',
    times: '3',
  })
  assert.equal(mistakes, [])
  assert.equal(value, {
    ...defaultsOf(faultTable),
    api: ['Produce'],
    topic: ['orders-*'],
    partition: [1],
    error: 'NOT_LEADER_OR_FOLLOWER',
    delay: 2000,
    times: 3,
  })
})

const refused: readonly [raw: unknown, why: string][] = [
  [{}, 'does nothing; add error'],
  [{ api: 'Produced', delay: 1 }, 'api is Produced; did you mean Produce?'],
  [{ error: 'NO_SUCH' }, 'error is NO_SUCH; use the name or code'],
  [{ error: 0 }, 'error is 0; use the name or code'],
  [{ error: 9999 }, 'error is 9999; use the name or code'],
  [{ error: 6, truncate: 1 }, 'has error and truncate; keep one'],
  [{ error: 6, probability: 1.5 }, 'probability is 1.5; use a number from 0 to 1'],
  [{ error: 6, seed: 1 }, 'has a seed and nothing by chance'],
  [{ jitter: '1s', error: 6 }, 'has jitter without delay'],
  [{ down: true }, 'say which, by broker'],
  [{ down: true, broker: 1, times: 2 }, 'leave times, every and probability out'],
  [{ refuse: true, topic: 'a' }, 'strikes connections, which topic cannot choose among'],
  [{ corrupt: true, api: 'Produce' }, 'use api: Fetch'],
  [{ eror: 6 }, 'eror is no setting; did you mean error?'],
  [{ disconnect: 'now' }, 'disconnect is now; use before or after'],
  [{ error: 6, times: 0 }, 'times is 0; use 1'],
  ['Produce', 'is no mapping'],
]

for (const [raw, why] of refused) {
  test(`${JSON.stringify(raw)} is refused: ${why}`, () => {
    const { value, mistakes } = read(raw)
    assert.is(value, undefined)
    assert.ok(
      mistakes.some((one) => one.includes(why)),
      mistakes.join('\n'),
    )
  })
}

test.run()
