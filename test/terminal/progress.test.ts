import * as assert from 'uvu/assert'
import { ManualClock } from '../../src/base/clock.ts'
import { Progress, progressLine } from '../../src/terminal/progress.ts'
import { suite } from '../support/suite.ts'
import { testShell } from '../support/workshop-shell.ts'

const test = suite('progress')

test('it is drawn after a second, where somebody looks, and leaves nothing behind', (cleanup) => {
  const clock = new ManualClock()
  const shell = testShell(cleanup, { clock, stopwatch: () => clock.now(), isTerminal: true })
  let done = 0
  const progress = new Progress(shell, () => `${done} records`)
  clock.advance(900)
  assert.equal(shell.drawn, [])
  done = 7
  clock.advance(200)
  progress.end()
  assert.equal(shell.drawn, ['\r\x1b[K7 records … 1 s', '\r\x1b[K'])
  clock.advance(5000)
  assert.is(shell.drawn.length, 2)
})

test('where nobody looks, nothing is drawn', (cleanup) => {
  const clock = new ManualClock()
  const shell = testShell(cleanup, { clock, stopwatch: () => clock.now() })
  const progress = new Progress(shell, () => 'x')
  clock.advance(5000)
  progress.end()
  assert.equal(shell.drawn, [])
})

test('where it can be known how much is done, there is a bar', () => {
  assert.is(progressLine('x', 2500, 0.5), `${'█'.repeat(12)}${'░'.repeat(12)}  50 %  x … 2 s`)
  assert.is(progressLine('x', 0, 0), `${'░'.repeat(24)}   0 %  x … 0 s`)
  assert.is(progressLine('x', 0, 1), `${'█'.repeat(24)} 100 %  x … 0 s`)
})

test.run()
