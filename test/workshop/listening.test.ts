/** Listening changes nothing, and does not drown anybody. */
import * as assert from 'uvu/assert'
import { ManualClock } from '../../src/base/clock.ts'
import type { Judge } from '../../src/handlers/intake.ts'
import { allAccepted, type Judged } from '../../src/plugins/judgement.ts'
import { listening, rowsPerSecondMax } from '../../src/workshop/listening.ts'
import { VerdictPrinter } from '../../src/workshop/verdict-printer.ts'
import { batchOf, sender } from '../support/plugins.ts'
import { suite } from '../support/suite.ts'
import { testShell } from '../support/workshop-shell.ts'

const test = suite('workshop: listening')

const judged: Judged = { ...allAccepted, dropped: [1] }
const judge: Judge = {
  wants: (topic) => topic === 't',
  wantsFetch: () => false,
  judge: async () => judged,
  view: async () => judged,
}

test('what the plugins say is passed on as it is, and printed', async (cleanup) => {
  const shell = testShell(cleanup, { clock: new ManualClock() })
  const heard = listening(judge, new VerdictPrinter(shell, false), shell)
  const { batch, section } = batchOf(['a', 'b'])
  assert.ok(heard.wants('t'))
  assert.not.ok(heard.wants('u'))
  assert.is(await heard.judge('t', 0, batch, section, sender), judged)
  assert.is(await heard.view('t', 0, batch, section, sender.client), judged)
  assert.match(shell.answer[1]!, /^t-0 +a +accept /)
  assert.match(shell.answer[2]!, /^t-0 +b +drop /)
  assert.match(shell.answer[4]!, /^t-0@1 +b +drop /)
})

test('beyond what anyone can read, records are only counted', async (cleanup) => {
  const clock = new ManualClock()
  const shell = testShell(cleanup, { clock })
  const heard = listening(judge, new VerdictPrinter(shell, false), shell)
  const { batch, section } = batchOf(Array(rowsPerSecondMax + 50).fill('x'))
  await heard.judge('t', 0, batch, section, sender)
  await heard.judge('t', 0, batch, section, sender)
  assert.is(shell.answer.length, rowsPerSecondMax + 1)
  clock.advance(1000)
  assert.equal(shell.told, [`… and ${50 + rowsPerSecondMax + 50} records more`])
  await heard.judge('t', 0, batchOf(['y']).batch, batchOf(['y']).section, sender)
  assert.match(shell.answer.at(-1)!, / y /)
})

test.run()
