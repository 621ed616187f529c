import * as assert from 'uvu/assert'
import { ManualClock } from '../../src/base/clock.ts'
import type { LogEvent } from '../../src/base/logger.ts'
import { linesPerSecondMax, PluginLog, recentLinesMax } from '../../src/plugins/plugin-log.ts'
import { lineOf, testLogger } from '../support/plugins.ts'
import { suite } from '../support/suite.ts'

const test = suite('log of a plugin')

function newLog() {
  const events: LogEvent[] = []
  const clock = new ManualClock(5000)
  return { log: new PluginLog('p', testLogger(events), clock), clock, lines: () => events.map(lineOf), events }
}

const written = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ level: 'info' as const, index: -1, text: `line ${index}` }))

test('lines carry the mark of plugins, and the name as a field', () => {
  const { log, events } = newLog()
  log.print([{ level: 'warn', index: 3, text: 'careful' }], 0)
  assert.equal([lineOf(events[0]!), events[0]!.fields], ['warn: 🔌 Plugin: careful', { plugin: 'p' }])
})

test('beyond a thousand a second lines are dropped, which is said once a second', () => {
  const { log, clock, lines } = newLog()
  log.print(written(linesPerSecondMax - 1), 0)
  log.print(written(3), 10)
  assert.is(lines().length, linesPerSecondMax)
  clock.advance(999)
  assert.is(lines().length, linesPerSecondMax)
  clock.advance(1)
  assert.is(lines().at(-1), 'warn: 12 log lines of the plugin were dropped')
  log.print(written(2), 0)
  clock.advance(5000)
  assert.is(lines().at(-1), 'info: 🔌 Plugin: line 1', 'the next second begins anew, and has nothing to report')
})

test('the last lines are kept with their time', () => {
  const { log, clock } = newLog()
  log.print(written(250), 0)
  clock.advance(2000)
  log.print(written(1), 0)
  assert.is(log.recent.length, recentLinesMax)
  assert.equal(log.recent[0], { timeMs: 5000, level: 'info', text: 'line 151' })
  assert.equal(log.recent.at(-1), { timeMs: 7000, level: 'info', text: 'line 0' })
})

test('when it is closed it leaves nothing unsaid and no timer', () => {
  const { log, clock, lines } = newLog()
  log.print([], 7)
  log.close()
  assert.equal(lines(), ['warn: 7 log lines of the plugin were dropped'])
  clock.advance(5000)
  assert.is(lines().length, 1)
})

test.run()
