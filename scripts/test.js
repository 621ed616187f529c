/**
 * Compiles the source and its tests into `build`, runs each test file in a process of its own and ends in one line:
 * `N passed, N failed`. Words after `npm test --` choose the files whose names contain one of them.
 *
 * A count is believed only when uvu printed it: uvu passes silently when a suite was never run or its `before` threw,
 * and a crash ends it without a word. Here each of these fails.
 */
import { spawn, spawnSync } from 'node:child_process'
import { readdirSync, realpathSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { stripVTControlCharacters } from 'node:util'

/**
 * @typedef {{ passed: number, failed: number, skipped: number }} Counts
 * @typedef {{ code: number | null, signal: string | null, isLate: boolean, output: string }} Ending
 */

/** Compilers of other languages take longer. */
const fileLimitMs = 1000 * Number(process.env.TEST_FILE_LIMIT_SECONDS ?? 60)
/** Each starts a tool or a machine of its own, or measures: not part of the tests. */
const apart = ['test/compat/', 'test/bench/']
/** The slow ones first, so that none is left alone at the end. */
const slow = ['test/clients/', 'test/scenarios/', 'test/plugins/', 'test/fuzz/', 'test/cli']

/** @returns {Promise<Counts>} */
async function main() {
  if (!compile()) return { passed: 0, failed: 1, skipped: 0 }
  const files = testFiles(process.argv.slice(2))
  const total = { passed: 0, failed: files.length === 0 ? 1 : 0, skipped: 0 }
  if (files.length === 0) console.log('no test file has such a name')
  const queue = files.values()
  /** @type {string[]} */
  const problems = []
  const runners = Array.from({ length: Math.max(2, availableParallelism()) }, async () => {
    for (const file of queue) {
      const startMs = performance.now()
      const ending = await run(file)
      const { counts, problem } = judge(ending)
      report(file, counts, problem, ending, performance.now() - startMs)
      if (problem !== null) problems.push(`✗ ${file}: ${problem}`)
      total.passed += counts.passed
      total.failed += counts.failed
      total.skipped += counts.skipped
    }
  })
  await Promise.all(runners)
  if (problems.length > 0) console.log(`\n${problems.sort().join('\n')}`)
  return total
}

/** @returns {boolean} whether the types are right */
function compile() {
  const { status } = spawnSync(process.execPath, ['node_modules/typescript/bin/tsc'], { stdio: 'inherit' })
  return status === 0
}

/**
 * Listed from the sources: `build` may still hold the test of a file that is gone.
 * @param {string[]} words
 */
function testFiles(words) {
  const rank = (/** @type {string} */ file) => (slow.some((start) => file.startsWith(start)) ? 0 : 1)
  return readdirSync('test', { recursive: true, encoding: 'utf8' })
    .map((file) => `test/${file.replaceAll('\\', '/')}`)
    .filter((file) => file.endsWith('.test.ts') && !apart.some((folder) => file.startsWith(folder)))
    .filter((file) => words.length === 0 || words.some((word) => file.includes(word)))
    .sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1))
}

/**
 * @param {string} file
 * @returns {Promise<Ending>}
 */
function run(file) {
  const script = join('build', file.replace(/ts$/, 'js'))
  const child = spawn(process.execPath, ['--enable-source-maps', script], { stdio: ['ignore', 'pipe', 'pipe'] })
  const ending = { isLate: false, output: '' }
  const timer = setTimeout(() => {
    ending.isLate = true
    child.kill('SIGKILL')
  }, fileLimitMs)
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      ending.output += text
    })
  }
  return new Promise((resolve) => {
    child.on('close', (code, signal) => {
      clearTimeout(timer)
      resolve({ ...ending, code, signal })
    })
  })
}

/**
 * What a test file came to. Exported for its test.
 * @param {Ending} ending
 * @returns {{ counts: Counts, problem: string | null }}
 */
export function judge({ code, signal, isLate, output }) {
  const plain = stripVTControlCharacters(output)
  const count = (/** @type {string} */ word) => Number(plain.match(new RegExp(`^ {2}${word}: +(\\d+)$`, 'm'))?.[1] ?? 0)
  const total = count('Total')
  const passed = count('Passed')
  const skipped = count('Skipped')
  const problem = isLate
    ? `still running after ${fileLimitMs / 1000} s: a test hangs, or something it started was not stopped`
    : total === 0 && skipped === 0
      ? 'no test ran: it crashed, or a suite lacks .run()'
      : passed < total
        ? `${total - passed} of ${total} tests failed`
        : code === 0
          ? null
          : `all tests passed, but the process ended with ${signal ?? `code ${code}`}`
  const failed = problem === null ? 0 : Math.max(1, total - passed)
  return { counts: { passed, failed, skipped }, problem }
}

/**
 * @param {string} file
 * @param {Counts} counts
 * @param {string | null} problem
 * @param {Ending} ending
 * @param {number} tookMs
 */
function report(file, { passed, skipped }, problem, ending, tookMs) {
  const reason = ending.output.match(/^skipped: .+$/m)?.[0].slice('skipped'.length) ?? ''
  const skips = skipped === 0 ? '' : `, ${skipped} skipped${reason}`
  console.log(`${problem === null ? '✓' : '✗'} ${file}  ${passed} passed${skips}  ${(tookMs / 1000).toFixed(1)} s`)
  if (problem !== null) console.log(`\n${ending.output.trimEnd()}\n`)
}

if (realpathSync(process.argv[1] ?? '.') === fileURLToPath(import.meta.url)) {
  process.chdir(fileURLToPath(new URL('..', import.meta.url)))
  const { passed, failed, skipped } = await main()
  console.log(`\n${passed} passed, ${failed} failed${skipped === 0 ? '' : `, ${skipped} skipped`}`)
  process.exitCode = failed === 0 ? 0 : 1
}
