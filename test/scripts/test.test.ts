/** What scripts/test.js makes of how a test file ended: the one place where a failure could be lost. */
import * as assert from 'uvu/assert'
import { suite } from '../support/suite.ts'

interface Verdict {
  readonly counts: { readonly passed: number; readonly failed: number; readonly skipped: number }
  readonly problem: string | null
}
interface Ending {
  readonly code?: number | null
  readonly signal?: string | null
  readonly isLate?: boolean
  readonly output: string
}

// A script in JavaScript, outside of what is compiled.
const { judge } = await import(new URL('../../../scripts/test.js', import.meta.url).href)

function verdict(ending: Ending): Verdict {
  return judge({ code: 0, signal: null, isLate: false, ...ending })
}

/** The end of uvu's output. */
function uvu(total: number, passed: number, skipped = 0): string {
  return ` bytes  • • \u001b[32m  (${passed} / ${total})\u001b[39m
\n  Total:     ${total}\u001b[32m\n  Passed:    ${passed}\u001b[39m\n  Skipped:   ${skipped}\n  Duration:  2.00ms\n\n`
}

const test = suite('scripts/test')

test('tests that passed are counted', () => {
  assert.equal(verdict({ output: uvu(12, 12) }), { counts: { passed: 12, failed: 0, skipped: 0 }, problem: null })
})

test('tests that failed are counted', () => {
  assert.equal(verdict({ code: 1, output: uvu(12, 10, 1) }), {
    counts: { passed: 10, failed: 2, skipped: 1 },
    problem: '2 of 12 tests failed',
  })
})

test('a suite whose `before` threw ends with code 0, but not with all tests passed', () => {
  assert.is(verdict({ output: uvu(3, 0) }).counts.failed, 3)
})

test('a suite that was never run prints nothing', () => {
  assert.equal(verdict({ output: '' }), {
    counts: { passed: 0, failed: 1, skipped: 0 },
    problem: 'no test ran: it crashed, or a suite lacks .run()',
  })
  assert.is(verdict({ output: uvu(0, 0) }).counts.failed, 1)
})

test('a file whose tests all lack what they need is no failure', () => {
  const output = `skipped: kcat is not installed\n${uvu(0, 0, 14)}`
  assert.equal(verdict({ output }), { counts: { passed: 0, failed: 0, skipped: 14 }, problem: null })
})

test('a crash before, amid or after the tests is one failure', () => {
  assert.is(verdict({ code: 1, output: 'Error: Cannot find module' }).counts.failed, 1)
  assert.is(verdict({ code: 13, output: ' bytes  • • ' }).counts.failed, 1)
  assert.equal(verdict({ code: null, signal: 'SIGSEGV', output: uvu(3, 3) }), {
    counts: { passed: 3, failed: 1, skipped: 0 },
    problem: 'all tests passed, but the process ended with SIGSEGV',
  })
})

test('a process that does not end is a failure, although its tests passed', () => {
  const { counts, problem } = verdict({ code: null, signal: 'SIGKILL', isLate: true, output: uvu(3, 3) })
  assert.equal(counts, { passed: 3, failed: 1, skipped: 0 })
  assert.match(problem!, /^still running after 60 s/)
})

test.run()
