/**
 * Compiles the source and its tests (compile.js), runs each test file as in a process of its own (test-process.js says
 * how) and ends in one line: `N passed, N failed`. Words after `npm test --` choose the files whose names contain one
 * of them.
 *
 * A count is believed only when uvu printed it: uvu passes silently when a suite was never run or its `before` threw,
 * and a crash ends it without a word. Here each of these fails.
 */
import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs'
import { SourceMap } from 'node:module'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { stripVTControlCharacters } from 'node:util'
import { compile } from './compile.js'

/**
 * @typedef {{ passed: number, failed: number, skipped: number }} Counts
 * @typedef {{ code: number | null, signal: string | null, isLate: boolean, output: string }} Ending
 * @typedef {(file: string, ending: Ending, tookMs: number) => void} Ended
 */

/** Compilers of other languages take longer. */
const fileLimitMs = 1000 * Number(process.env.TEST_FILE_LIMIT_SECONDS ?? 60)
const groupFilesMax = 30
/** Of those that take longer: enough to load less than half as often, and no group is the last to end for long. */
const slowFilesMax = 4
/** Long ones, run when they are named: `npm test -- endurance`. `scripts/toolchains.js` names those of the workshop. */
const long = [
  ...[
    'test/endurance/',
    'test/console/browser/',
    'test/clients/rest-proxy',
    'test/clients/through-stops',
    'test/http/http-doc',
  ],
  ...['templates', 'plugins-doc', 'typescript'].map((name) => `test/workshop/${name}`),
  ...['test/real-kafka/', 'test/documents/'],
]
/** The slow ones first, so that none is left alone at the end. */
const slow = [...long, 'test/clients/', 'test/scenarios/', 'test/plugins/', 'test/fuzz/', 'test/cli.', 'test/readme']
/** These start other processes, and would each have a processor of its own. */
const alone = [...long, 'test/clients/', 'test/cli.', 'test/readme']

/** @returns {Promise<Counts>} */
async function main() {
  await compile()
  const files = testFiles(process.argv.slice(2))
  const total = { passed: 0, failed: files.length === 0 ? 1 : 0, skipped: 0 }
  if (files.length === 0) console.log('no test file has such a name')
  const groups = grouped(files)
  /** @type {Map<string, { counts: Counts, problem: string | null }>} */
  const verdicts = new Map()
  /** @type {Ended} */
  const ended = (file, ending, tookMs) => {
    const { counts, problem } = judge(ending)
    report(file, counts, problem, ending, tookMs)
    verdicts.set(file, { counts, problem })
  }
  // One more than there are processors: now and then each waits.
  const runners = Array.from({ length: availableParallelism() + 1 }, async () => {
    for (let group = groups.shift(); group !== undefined; group = groups.shift()) {
      const left = await run(group, ended)
      if (left.length > 0) groups.push(left)
    }
  })
  await Promise.all(runners)
  /** @type {string[]} */
  const problems = []
  for (const [file, { counts, problem }] of verdicts) {
    if (problem !== null) problems.push(`✗ ${file}: ${problem}`)
    total.passed += counts.passed
    total.failed += counts.failed
    total.skipped += counts.skipped
  }
  if (problems.length > 0) console.log(`\n${problems.sort().join('\n')}`)
  return total
}

/**
 * Listed from the sources: `build` may still hold the test of a file that is gone.
 * @param {string[]} words
 */
function testFiles(words) {
  const rank = (/** @type {string} */ file) => (startsAs(file, slow) ? 0 : 1)
  return readdirSync('test', { recursive: true, encoding: 'utf8' })
    .map((file) => `test/${file.replaceAll('\\', '/')}`)
    .filter((file) => file.endsWith('.test.ts'))
    .filter((file) => (words.length === 0 ? !startsAs(file, long) : words.some((word) => file.includes(word))))
    .sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1))
}

/**
 * @param {string} file
 * @param {string[]} starts
 */
function startsAs(file, starts) {
  return starts.some((start) => file.startsWith(start))
}

/**
 * Neighbours share a process, as they share most of what they load, and compiled components: to load it takes longer
 * than many a file.
 * @param {string[]} files
 */
function grouped(files) {
  /** @type {string[][]} */
  const groups = []
  for (const file of files) {
    const last = groups.at(-1)
    const kind = kindOf(file)
    const filesMax = kind === '' || kind === 'test/plugins/' ? groupFilesMax : slowFilesMax
    const isMore = last !== undefined && last.length < filesMax && kindOf(last[0] ?? '') === kind
    if (isMore && !startsAs(file, alone)) last.push(file)
    else groups.push([file])
  }
  return groups
}

/**
 * Of the slow ones, which.
 * @param {string} file
 */
function kindOf(file) {
  return slow.find((start) => file.startsWith(start)) ?? ''
}

/**
 * Runs files in one process, and answers those to which it did not come because of how an earlier one ended. Exported
 * for its test.
 * @param {string[]} files
 * @param {Ended} ended
 * @param {number} limitMs of each file
 * @returns {Promise<string[]>}
 */
export function run(files, ended, limitMs = fileLimitMs) {
  const left = [...files]
  const mark = randomUUID()
  const between = new RegExp(`\n${mark} (\\d+)\n`)
  const scripts = files.map((file) => join('build', file.replace(/ts$/, 'js')))
  // No test speaks to the world, and to read its certificates takes longer than many a test file.
  const { NODE_EXTRA_CA_CERTS, ...env } = process.env
  const args = ['scripts/test-process.js', mark, ...scripts]
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] })
  let isLate = false
  const late = () => {
    isLate = true
    child.kill('SIGKILL')
  }
  let timer = setTimeout(late, limitMs)
  let startMs = performance.now()
  const end = (/** @type {Ending} */ ending) => {
    clearTimeout(timer)
    ended(left.shift() ?? '', ending, performance.now() - startMs)
    startMs = performance.now()
  }
  let output = ''
  let crash = ''
  child.stdout.setEncoding('utf8').on('data', (text) => {
    output += text
    for (let found = output.match(between); found !== null && !isLate; found = output.match(between)) {
      end({ code: Number(found[1]), signal: null, isLate, output: output.slice(0, found.index) })
      output = output.slice((found.index ?? 0) + found[0].length)
      timer = setTimeout(late, limitMs)
    }
  })
  child.stderr.setEncoding('utf8').on('data', (text) => {
    crash += text
  })
  return new Promise((resolve) => {
    child.on('close', (code, signal) => {
      end({ code, signal, isLate, output: output + crash })
      resolve(left)
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
  if (problem !== null) console.log(`\n${inSource(ending.output.trimEnd())}\n`)
}

/**
 * Stack traces with places in TypeScript. So only failures pay for source maps, and not the start of every process.
 * @param {string} output
 */
function inSource(output) {
  return output.replaceAll(/(file:\/\/)?\/\S+\/build\/(\S+)\.js:(\d+):(\d+)/g, (place, _, path, line, column) => {
    if (!existsSync(`build/${path}.js.map`)) return place
    const map = new SourceMap(JSON.parse(readFileSync(`build/${path}.js.map`, 'utf8')))
    const found = map.findEntry(line - 1, column - 1)
    return 'originalLine' in found ? `${path}.ts:${found.originalLine + 1}:${found.originalColumn + 1}` : place
  })
}

if (realpathSync(process.argv[1] ?? '.') === fileURLToPath(import.meta.url)) {
  process.chdir(fileURLToPath(new URL('..', import.meta.url)))
  const { passed, failed, skipped } = await main()
  console.log(`\n${passed} passed, ${failed} failed${skipped === 0 ? '' : `, ${skipped} skipped`}`)
  process.exitCode = failed === 0 ? 0 : 1
}
