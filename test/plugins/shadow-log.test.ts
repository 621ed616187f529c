import * as assert from 'uvu/assert'
import { ManualClock } from '../../src/base/clock.ts'
import type { LogEvent } from '../../src/base/logger.ts'
import { allAccepted } from '../../src/plugins/judgement.ts'
import { ShadowLog, shadowLinesPerSecondMax } from '../../src/plugins/shadow-log.ts'
import { lineOf, testLogger } from '../support/plugins.ts'
import { suite } from '../support/suite.ts'

const test = suite('the log of a plugin in shadow mode')

function makeLog() {
  const events: LogEvent[] = []
  const clock = new ManualClock()
  return { log: new ShadowLog('p', testLogger(events), clock), clock, lines: () => events.splice(0).map(lineOf) }
}

const dropping = (count: number) => ({ ...allAccepted, dropped: Array.from({ length: count }, (_, index) => index) })

test('says so many lines a second, and then how many more there would have been', () => {
  const { log, clock, lines } = makeLog()
  log.note('t', 3, dropping(25))
  assert.is(lines().length, shadowLinesPerSecondMax)
  log.note('t', 3, dropping(1))
  assert.equal(lines(), [])
  clock.advance(1000)
  assert.equal(lines(), ["info: 16 more times plugin 'p' in shadow mode would have done something"])
  log.note('t', 3, dropping(1))
  assert.equal(lines(), ["info: Plugin 'p' in shadow mode would have dropped record 0 of t-3"])
  clock.advance(1000)
  assert.equal(lines(), [])
})

test('says nothing of failures: whoever restarts the plugin does', () => {
  const { log, lines } = makeLog()
  const failure = { index: 0, plugin: 'p', reason: 'trapped', onReject: 'fail', isFailure: true } as const
  log.note('t', 0, { ...allAccepted, refusals: [failure] })
  assert.equal(lines(), [])
})

test('says what would have been produced, and counts it', () => {
  const { log, lines } = makeLog()
  log.noteProduced('alerts')
  assert.equal(lines(), ["info: Plugin 'p' in shadow mode would have produced a record to alerts"])
  for (let more = 0; more < 99; more++) log.noteProduced('alerts')
  assert.is(log.produced, 100)
})

test('says at its end what it would have said later', () => {
  const { log, clock, lines } = makeLog()
  log.note('t', 0, dropping(shadowLinesPerSecondMax + 1))
  log.close()
  assert.match(lines().at(-1)!, 'info: 1 more times')
  clock.advance(1000)
  assert.equal(lines(), [])
})

test.run()
