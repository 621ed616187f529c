import * as assert from 'uvu/assert'
import { SeededRandom } from '../../src/base/random.ts'
import type { RecordState } from '../../src/share/in-flight.ts'
import { combined, type StateBatch, stateIds } from '../../src/share/state-batches.ts'
import { suite } from '../support/suite.ts'

const test = suite('state batches')

/** `0-4 available 1, 5-5 archived 2` */
function batches(text: string): StateBatch[] {
  return text
    .split(', ')
    .filter((part) => part !== '')
    .map((part) => {
      const [span = '', state, count] = part.split(' ')
      const [firstOffset = 0, lastOffset = 0] = span.split('-').map(Number)
      return { firstOffset, lastOffset, state: state as RecordState, deliveryCount: Number(count) }
    })
}

function text(all: readonly StateBatch[]): string {
  return all.map((one) => `${one.firstOffset}-${one.lastOffset} ${one.state} ${one.deliveryCount}`).join(', ')
}

test('of two that speak of a record the one counts that was delivered more often, or came further', () => {
  const cases = [
    ['', '0-4 available 1', 0, '0-4 available 1'],
    ['0-9 available 1', '3-4 acknowledged 1', 0, '0-2 available 1, 3-4 acknowledged 1, 5-9 available 1'],
    ['0-9 available 2', '3-4 acknowledged 1', 0, '0-9 available 2'],
    ['0-4 available 1', '5-9 available 1', 0, '0-9 available 1'],
    ['0-4 available 1', '8-9 available 1', 0, '0-4 available 1, 8-9 available 1'],
    ['0-4 archived 1', '5-9 available 2', 7, '7-9 available 2'],
    ['0-4 archived 1', '', 5, ''],
  ] as const
  for (const [stored, news, start, expected] of cases) {
    assert.is(text(combined(batches(stored), batches(news), start)), expected, `${stored} and ${news}`)
  }
})

test('record by record it is the same', () => {
  for (let seed = 1; seed <= 50; seed++) {
    const random = new SeededRandom(seed)
    const names = ['available', 'acknowledged', 'archived'] as const
    const some = () =>
      Array.from({ length: random.below(8) }, (): StateBatch => {
        const firstOffset = random.below(30)
        const state = names[random.below(3)]!
        return { firstOffset, lastOffset: firstOffset + random.below(6), state, deliveryCount: 1 + random.below(3) }
      })
    const [stored, news, start] = [some(), some(), random.below(10)]
    const rank = ({ deliveryCount, state }: StateBatch) => deliveryCount * 10 + stateIds[state]
    const at = (all: readonly StateBatch[], offset: number) =>
      all.filter((one) => one.firstOffset <= offset && one.lastOffset >= offset)
    const merged = combined(stored, news, start)
    for (let offset = 0; offset < 40; offset++) {
      const best = Math.max(0, ...at([...stored, ...news], offset).map(rank))
      const found = at(merged, offset).map(rank)
      assert.equal(found, offset < start || best === 0 ? [] : [best], `seed ${seed}, offset ${offset}`)
    }
  }
})

test.run()
