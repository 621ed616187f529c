/** What scripts/test.js makes of how a test file ended: the one place where a failure could be lost. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import * as assert from 'uvu/assert'
import { type Cleanup, suite } from '../support/suite.ts'

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
const { judge, run } = await import(new URL('../../../scripts/test.js', import.meta.url).href)

function verdict(ending: Ending): Verdict {
  return judge({ code: 0, signal: null, isLate: false, ...ending })
}

/** The end of uvu's output. */
function uvu(total: number, passed: number, skipped = 0): string {
  return ` bytes  • • \u001b[32m  (${passed} / ${total})\u001b[39m
\n  Total:     ${total}\u001b[32m\n  Passed:    ${passed}\u001b[39m\n  Skipped:   ${skipped}\n  Duration:  2.00ms\n\n`
}

const test = suite('scripts/test', 20)

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

/** Runs files of these contents in one process: how each ended, and which were not reached. */
async function together(cleanup: Cleanup, contents: Record<string, string>, limitMs = 10_000) {
  const name = `run-${process.pid}`
  const folder = `build/test/${name}`
  mkdirSync(folder, { recursive: true })
  cleanup.after(() => rmSync(folder, { recursive: true, force: true }))
  for (const [file, text] of Object.entries(contents)) writeFileSync(`${folder}/${file}.test.js`, text)
  const ended: string[] = []
  const bare = (file: string) => file.replace(`test/${name}/`, '').replace('.test.ts', '')
  const told = (file: string, ending: Ending & { output: string }) => {
    const { counts, problem } = judge(ending)
    ended.push(`${bare(file)}: ${counts.passed} passed, ${counts.failed} failed, ${problem ?? 'no problem'}`)
  }
  const files = Object.keys(contents).map((file) => `test/${name}/${file}.test.ts`)
  const left: string[] = await run(files, told, limitMs)
  return { ended, left: left.map(bare) }
}

/** A file of tests, each of which runs so. */
function fileOf(...bodies: string[]): string {
  const tests = bodies.map((body, index) => `test('${index}', async () => { ${body} })`)
  return `import { suite } from 'uvu'\nconst test = suite('s')\n${tests.join('\n')}\ntest.run()`
}

test('each file of a process is counted and judged for itself', async (cleanup) => {
  const notRun = fileOf('').replace('test.run()', '')
  const contents = { two: fileOf('', ''), broken: fileOf('throw new Error("no")', ''), notRun, one: fileOf('') }
  assert.equal(await together(cleanup, contents), {
    ended: [
      'two: 2 passed, 0 failed, no problem',
      'broken: 1 passed, 1 failed, 1 of 2 tests failed',
      'notRun: 0 passed, 1 failed, no test ran: it crashed, or a suite lacks .run()',
      'one: 1 passed, 0 failed, no problem',
    ],
    left: [],
  })
})

test('a crash is that of its file, although its tests passed; those after it are left', async (cleanup) => {
  const later = 'setTimeout(() => { throw new Error("late") }, 20)'
  const table = [
    [fileOf(later), '1 passed, 1 failed, all tests passed, but the process ended with code 1'],
    [fileOf('', 'process.exit(0)'), '0 passed, 1 failed, no test ran: it crashed, or a suite lacks .run()'],
    ['nonsense(', '0 passed, 1 failed, no test ran: it crashed, or a suite lacks .run()'],
    [fileOf('await new Promise(() => {})'), '0 passed, 1 failed, no test ran: it crashed, or a suite lacks .run()'],
  ] as const
  for (const [crash, verdict] of table) {
    const { ended, left } = await together(cleanup, { one: fileOf(''), crash, after: fileOf('') })
    assert.equal([ended, left], [['one: 1 passed, 0 failed, no problem', `crash: ${verdict}`], ['after']])
  }
})

test('a file that does not end is ended, although its tests passed; those after it are left', async (cleanup) => {
  const contents = { one: fileOf(''), hang: fileOf('setInterval(() => {}, 1000)'), after: fileOf('') }
  const { ended, left } = await together(cleanup, contents, 1000)
  assert.is(ended[0], 'one: 1 passed, 0 failed, no problem')
  assert.match(ended[1]!, /^hang: 1 passed, 1 failed, still running/)
  assert.equal([ended.length, left], [2, ['after']])
})

test.run()
