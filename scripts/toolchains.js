/**
 * Builds and tests the templates and examples in all languages whose tools are here or can be had: `npm test` has only those
 * that need no more than npm's packages. Words choose among the others: `node scripts/toolchains.js rust go`.
 *
 * What is missing is installed where that takes a package registry and nothing else: Rust's target by rustup,
 * componentize-py by pip into `.cache/python`, clang by apt-get when that is allowed. What cannot be had is named, and its
 * tests are skipped. Ends in one line, as `npm test` does: `N passed, N failed`.
 */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

process.chdir(fileURLToPath(new URL('..', import.meta.url)))

const pythonFolder = resolve('.cache/python')

/** By language: why it cannot be built, after what is missing was installed; null when it can be. */
const toolchains = {
  /** Comes with Blink's own packages. */
  assemblyscript: () => null,
  rust() {
    if (!works('cargo', '--version')) return 'Rust is not installed: https://rustup.rs'
    const targets = () => said('rustup', 'target', 'list', '--installed')
    if (!targets().includes('wasm32-wasip2')) run('rustup', 'target', 'add', 'wasm32-wasip2')
    return targets().includes('wasm32-wasip2') ? null : 'rustup target add wasm32-wasip2 did not succeed'
  },
  go() {
    const [, minor] = /go1\.(\d+)/.exec(said('go', 'version')) ?? []
    return Number(minor ?? 0) >= 24 ? null : 'Go 1.24 or later is not installed: https://go.dev/dl'
  },
  python() {
    const programs = join(pythonFolder, 'bin')
    process.env.PATH = `${programs}${delimiter}${process.env.PATH}`
    if (works('componentize-py', '--version')) return null
    if (!existsSync(programs) && !run('python3', '-m', 'venv', pythonFolder)) return 'python3 -m venv did not succeed'
    const packages = 'templates/python/requirements.txt'
    run(join(programs, 'python3'), '-m', 'pip', 'install', '--quiet', '--requirement', packages)
    return works('componentize-py', '--version') ? null : 'componentize-py could not be installed by pip'
  },
  c() {
    const isThere = () => works('clang', '--version') && works('wasm-ld', '--version')
    if (!isThere() && process.getuid?.() === 0 && works('apt-get', '--version')) {
      run('apt-get', 'update', '-qq')
      run('apt-get', 'install', '-y', '-qq', 'clang', 'lld')
    }
    return isThere() ? null : 'clang and wasm-ld are not installed: apt install clang lld'
  },
}

/** @param {string} program @param {string[]} words @returns {boolean} */
function works(program, ...words) {
  return spawnSync(program, words, { stdio: 'ignore' }).status === 0
}

/** @param {string} program @param {string[]} words @returns {string} what it wrote; nothing when it is not there */
function said(program, ...words) {
  return spawnSync(program, words, { encoding: 'utf8' }).stdout ?? ''
}

/** @param {string} program @param {string[]} words @returns {boolean} */
function run(program, ...words) {
  process.stdout.write(`${[program, ...words].join(' ')}\n`)
  return spawnSync(program, words, { stdio: ['ignore', 'ignore', 'inherit'] }).status === 0
}

const wanted = process.argv.slice(2)
const strange = wanted.find((language) => !(language in toolchains))
if (strange !== undefined) {
  process.stderr.write(`there is no ${strange} among ${Object.keys(toolchains).join(', ')}\n`)
  process.exit(2)
}
/** @type {string[]} */
const there = []
for (const [language, missing] of Object.entries(toolchains)) {
  if (wanted.length > 0 && !wanted.includes(language)) continue
  const why = missing()
  if (why === null) there.push(language)
  else process.stdout.write(`skipped: ${language}: ${why}\n`)
}
process.stdout.write(`with ${there.join(', ')}\n`)
const { status } = spawnSync(
  process.execPath,
  [
    'scripts/test.js',
    'workshop/templates',
    'workshop/examples',
    'workshop/plugins-doc',
    'workshop/go',
    'workshop/typescript',
  ],
  {
    stdio: 'inherit',
    env: {
      ...process.env,
      BLINK_TOOLCHAINS: there.join(','),
      TEST_FILE_LIMIT_SECONDS: '400',
      // What the crates have in common is compiled once.
      CARGO_BUILD_BUILD_DIR: resolve('.cache/cargo'),
    },
  },
)
process.exit(status ?? 1)
