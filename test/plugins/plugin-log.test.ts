import * as assert from 'uvu/assert'
import { ManualClock } from '../../src/base/clock.ts'
import type { LogEvent } from '../../src/base/logger.ts'
import { linesPerSecondMax, PluginLog, type RecentLine, recentLinesMax } from '../../src/plugins/plugin-log.ts'
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

/** A listener that keeps what it is told, as texts. */
function listening() {
  const heard: string[] = []
  return {
    heard,
    line: ({ timeMs, level, text }: RecentLine) => heard.push(`${timeMs} ${level}: ${text}`),
    dropped: (count: number) => heard.push(`${count} dropped`),
    end: () => heard.push('the end'),
  }
}

test('who follows gets each line as it is printed, what was dropped, and the end', () => {
  const { log, clock } = newLog()
  log.print(written(1), 0)
  const [first, second] = [listening(), listening()]
  log.follow(first)
  log.print(written(1), 0)
  log.follow(second)
  log.print([{ level: 'warn', index: 3, text: 'careful' }], 4)
  clock.advance(1000)
  log.close()
  assert.equal(first.heard, ['5000 info: line 0', '5000 warn: careful', '4 dropped', 'the end'])
  assert.equal(second.heard, ['5000 warn: careful', '4 dropped', 'the end'])
})

test('who has stopped following hears nothing more, not even the end', () => {
  const { log } = newLog()
  const listener = listening()
  const stop = log.follow(listener)
  stop()
  log.print(written(1), 1)
  log.close()
  assert.equal(listener.heard, [])
})

test('lines beyond the limit of the second reach nobody', () => {
  const { log } = newLog()
  const listener = listening()
  log.follow(listener)
  log.print(written(linesPerSecondMax + 5), 0)
  assert.is(listener.heard.length, linesPerSecondMax)
})

test('a log that has ended is at its end at once, and ends once', () => {
  const { log } = newLog()
  const [early, late] = [listening(), listening()]
  log.follow(early)
  log.close()
  log.close()
  log.follow(late)
  assert.equal([early.heard, late.heard], [['the end'], ['the end']])
})

test.run()
