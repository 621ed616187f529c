/** What commands of the workshop write to: colours, signs of life. */
import * as assert from 'uvu/assert'
import { ManualClock } from '../../src/base/clock.ts'
import { coloured, withProgress } from '../../src/terminal/shell.ts'
import { suite } from '../support/suite.ts'
import { testShell } from '../support/workshop-shell.ts'

const test = suite('workshop: shell')

test('colours are for terminals', (cleanup) => {
  assert.is(coloured(testShell(cleanup), 'red', 'no'), 'no')
  assert.is(coloured(testShell(cleanup, { hasColour: true }), 'red', 'no'), '\x1b[31mno\x1b[0m')
})

test('what takes over a second says so on a terminal, and is cleared away', async (cleanup) => {
  const clock = new ManualClock()
  const shell = testShell(cleanup, { isTerminal: true, clock })
  let finish = (_: string) => {}
  const work = withProgress(shell, 'building', new Promise<string>((resolve) => (finish = resolve)))
  clock.advance(750)
  assert.equal(shell.drawn, [])
  clock.advance(1500)
  assert.match(shell.drawn.at(-1)!, /building … 2 s$/)
  finish('done')
  assert.is(await work, 'done')
  assert.is(shell.drawn.at(-1), '\r\x1b[K')
  const drawn = shell.drawn.length
  clock.advance(5000)
  assert.is(shell.drawn.length, drawn)
})

test('nobody is told where nobody looks', async (cleanup) => {
  const clock = new ManualClock()
  const shell = testShell(cleanup, { clock })
  const work = withProgress(shell, 'building', Promise.resolve(1))
  clock.advance(5000)
  assert.is(await work, 1)
  assert.equal(shell.drawn, [])
})

test.run()
