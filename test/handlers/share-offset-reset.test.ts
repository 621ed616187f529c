import * as assert from 'uvu/assert'
import { durationMs, resetOffset } from '../../src/handlers/share-offset-reset.ts'
import { newPartition, timed } from '../support/partitions.ts'
import { suite } from '../support/suite.ts'

const test = suite('share.auto.offset.reset')

test('a group begins at the beginning, at the end, or so long ago', () => {
  const log = newPartition({ timestampAfterMaxMs: 1e15 })
  for (const time of [1_000, 5_000, 9_000]) log.append(timed([time]), time)
  log.deleteRecordsBefore(1)
  const at = (strategy: string) => resetOffset(strategy, log, 10_000)
  assert.equal([at('earliest'), at('LATEST'), at('by_duration:PT2S'), at('by_duration:PT6S')], [1, 3, 2, 1])
  assert.is(at('by_duration:PT0.5S'), 3, 'nothing is as young')
})

test('durations of ISO 8601 up to days', () => {
  assert.is(durationMs('P1D'), 86_400_000)
  assert.is(durationMs('p1dt2h3m4.5s'), 86_400_000 + 2 * 3_600_000 + 3 * 60_000 + 4_500)
  assert.is(durationMs('PT0,25S'), 250)
})

test.run()
