/** Verdicts as rows, and as JSON. */
import * as assert from 'uvu/assert'
import type { Outcome } from '../../src/workshop/trial.ts'
import { VerdictPrinter } from '../../src/workshop/verdict-printer.ts'
import { suite } from '../support/suite.ts'
import { testShell } from '../support/workshop-shell.ts'

const test = suite('workshop: printing verdicts')

const record = { key: Buffer.from('k'), value: null }
const outcome: Outcome = { verdict: 'reject', reason: 'a tombstone\nand more', replacement: null, throttleMs: 0 }
const verdict = { topic: 'orders', partition: 1, offset: 7, record, outcome, tookMs: 0.5 }

test('a row says where, what and why, in one line', (cleanup) => {
  const shell = testShell(cleanup)
  const printer = new VerdictPrinter(shell, false)
  printer.print(verdict)
  printer.print({ ...verdict, offset: null })
  printer.printLines(['info: hello'])
  const [title, first, second, line] = shell.answer
  assert.match(title!, /^where +record +verdict +time +what it said$/)
  assert.match(first!, /^orders-1@7 +k = null +reject +500 µs +a tombstone\\x0aand more$/)
  assert.match(second!, /^orders-1 /)
  assert.is(line, '  info: hello')
})

test('for programs a line is an object', (cleanup) => {
  const shell = testShell(cleanup)
  const printer = new VerdictPrinter(shell, true)
  printer.print(verdict)
  printer.printLines(['info: hello'])
  const { topic, offset, key, value, verdict: said, reason } = JSON.parse(shell.answer[0]!)
  assert.equal([topic, offset, key, value, said, reason], ['orders', 7, 'k', null, 'reject', 'a tombstone\nand more'])
  assert.equal(JSON.parse(shell.answer[1]!), { log: 'info: hello' })
})

test.run()
