import * as assert from 'uvu/assert'
import { startAt } from '../../src/commands/start-at.ts'
import { suite } from '../support/suite.ts'

const test = suite('where to start')

test('it is read as people write it', () => {
  assert.equal(startAt('earliest'), { kind: 'earliest' })
  assert.equal(startAt('end'), { kind: 'latest' })
  assert.equal(startAt('12'), { kind: 'offset', offset: 12 })
  assert.equal(startAt('-12'), { kind: 'last', count: 12 })
  assert.equal(startAt('@12'), { kind: 'time', ms: 12 })
  assert.equal(startAt('10m'), { kind: 'ago', ms: 600_000 })
  assert.equal(startAt('2026-01-01T00:00:00Z'), { kind: 'time', ms: Date.UTC(2026, 0, 1) })
})

test('anything else is refused with what would do', () => {
  for (const wrong of ['', 'yesterday', '1.5', '2026-99-01', '10 minutes', '-x']) {
    assert.throws(() => startAt(wrong), /Use earliest, latest, an offset, -<n> for the last n/)
  }
})

test.run()
