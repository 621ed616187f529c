/**
 * Runs the recipes for test suites as their readers would: each of `examples/testing` with the packed Blink, installed
 * into a folder of its own, and the code of the pages for other languages where the language is there. Words choose among
 * them: `node scripts/recipes.js vitest python`. Ends in one line: `N passed, N failed`.
 */
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { transform } from 'esbuild'
import { inEmptyFolder, pack, run } from './packed.js'

process.chdir(fileURLToPath(new URL('..', import.meta.url)))

/**
 * By language: why it cannot be tried, or null; and what is done where the files of its page lie, after Blink is there.
 * @type {Record<string, { missing: () => string | null, tries: (folder: string) => void }>}
 */
const languages = {
  python: {
    missing: () => (works('python3', '-m', 'venv', '--help') ? null : 'python3 with venv is not installed'),
    tries(folder) {
      run('python3', ['-m', 'venv', 'env'], folder)
      const python = join(folder, 'env', 'bin', 'python')
      const [, ...words] = typed('python').split(' ')
      run(python, ['-m', 'pip', ...words, '--quiet'], folder)
      run(python, ['-m', 'pytest', '-q'], folder)
    },
  },
  go: {
    missing: () => (works('go', 'version') ? null : 'Go is not installed'),
    tries(folder) {
      run('go', ['mod', 'init', 'example.com/orders'], folder)
      run('sh', ['-euc', typed('go')], folder)
      run('go', ['mod', 'tidy'], folder)
      run('go', ['test', './...'], folder)
    },
  },
  java: {
    missing: () => (works('mvn', '--version') ? null : 'Maven is not installed'),
    tries: (folder) => void run('mvn', ['-q', '-B', 'test'], folder),
  },
}

/** @param {string} program @param {string[]} words */
function works(program, ...words) {
  return spawnSync(program, words, { stdio: 'ignore' }).status === 0
}

/**
 * What the page of a language has readers type first.
 * @param {string} language
 */
function typed(language) {
  return /^ {4}(.*)$/m.exec(readFileSync(`docs/testing-${language}.md`, 'utf8'))?.[1] ?? ''
}

/**
 * What a page has readers write into files: a fenced block follows the line that names its file, “`name`:”.
 * @param {string} page
 * @returns {Map<string, string>}
 */
function filesOf(page) {
  const text = readFileSync(page, 'utf8')
  const blocks = text.matchAll(/`([\w./-]+)`[^\n]*:\n\n```\w+\n(.*?)```/gs)
  return new Map([...blocks].map(([, file, code]) => [file ?? '', code ?? '']))
}

const tarball = pack()
const wanted = process.argv.slice(2)
const count = { passed: 0, failed: 0 }

/**
 * @param {string} name
 * @param {(folder: string) => void | Promise<void>} use
 */
async function recipe(name, use) {
  if (wanted.length > 0 && !wanted.includes(name)) return
  const begun = Date.now()
  try {
    await inEmptyFolder((folder) => use(folder))
    count.passed++
    console.log(`✓ ${name}  ${((Date.now() - begun) / 1000).toFixed(1)} s`)
  } catch (error) {
    count.failed++
    console.log(`✗ ${name}\n${error instanceof Error ? error.message : error}`)
  }
}

for (const runner of readdirSync('examples/testing').sort()) {
  if (!existsSync(join('examples/testing', runner, 'package.json'))) continue
  await recipe(runner, (folder) => {
    cpSync(join('examples/testing', runner), folder, { recursive: true })
    run('npm', ['install', '--silent', '--no-audit', '--no-fund', tarball], folder)
    run('npm', ['test', '--silent'], folder)
  })
}
await recipe('page', async (folder) => {
  const page = readFileSync('docs/testing.md', 'utf8')
  const typed = /^ {4}(npm install .*)$/m.exec(page)?.[1] ?? ''
  // Of what the page installs, this is what would be published.
  const [, ...words] = typed.replace('blink-kafka', tarball).split(' ')
  run('npm', [...words, 'kafkajs', '--silent', '--no-audit', '--no-fund', '--prefix', folder], folder)
  for (const [at, [, code = '']] of [...page.matchAll(/^```js\n(.*?)^```$/gms)].entries()) {
    // Of this project's Node.js versions the oldest does not know `await using`.
    const { code: plain } = await transform(code, { target: 'node20', format: 'esm' })
    writeFileSync(join(folder, `block-${at}.mjs`), plain)
    const said = run(process.execPath, [`block-${at}.mjs`], folder)
    const [, told] = /console\.log\(.*\/\/ (.*)$/m.exec(code) ?? []
    if (told !== undefined && !said.includes(told)) throw new Error(`it said “${said.trim()}”, not “${told}”`)
  }
  const terminal = /^ {4}npx blink(?:.*\n {4})*.*$/m.exec(page)?.[0] ?? ''
  run('sh', ['-euc', terminal], folder)
})
for (const [language, { missing, tries }] of Object.entries(languages)) {
  const why = wanted.length > 0 && !wanted.includes(language) ? 'not asked for' : missing()
  if (why !== null) {
    console.log(`skipped: ${language}: ${why}`)
    continue
  }
  await recipe(language, (folder) => {
    for (const [file, code] of filesOf(resolve(`docs/testing-${language}.md`))) {
      mkdirSync(dirname(join(folder, file)), { recursive: true })
      writeFileSync(join(folder, file), code)
    }
    run('npm', ['install', '--silent', '--no-audit', '--no-fund', '--prefix', folder, tarball], folder)
    tries(folder)
  })
}
console.log(`\n${count.passed} passed, ${count.failed} failed`)
process.exitCode = count.failed === 0 ? 0 : 1
