/**
 * Packs Blink as it would be published, installs it into an empty folder and uses it as a new user would: `npx blink`
 * starts with the demo plugin, takes a record and gives it back; a suite in TypeScript compiles. Prints how large the
 * package is and how many packages come with it, none of which runs anything while it is installed.
 */
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const startLimitMs = 30_000

/** @returns {string} the path of the tarball, made anew unless `PACKED` names one */
export function pack() {
  if (process.env.PACKED !== undefined) return resolve(process.env.PACKED)
  const folder = join(root, '.cache', 'packed')
  mkdirSync(folder, { recursive: true })
  run('npm', ['pack', '--silent', '--pack-destination', folder], root)
  const tarballs = readdirSync(folder).filter((name) => name.endsWith('.tgz'))
  const newest = tarballs.map((name) => join(folder, name)).sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs)
  return /** @type {string} */ (newest[0])
}

/**
 * Throws when it fails, with what it wrote.
 * @param {string} command
 * @param {string[]} words
 * @param {string} cwd
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {string}
 */
export function run(command, words, cwd, env = process.env) {
  const { status, stdout, stderr, error } = spawnSync(command, words, { cwd, env, encoding: 'utf8' })
  if (status === 0) return stdout
  throw new Error(`${[command, ...words].join(' ')} ended with ${status ?? error}\n${stdout}\n${stderr}`)
}

/**
 * @param {(folder: string) => unknown} use
 */
export async function inEmptyFolder(use) {
  const folder = mkdtempSync(join(tmpdir(), 'blink-packed-'))
  try {
    return await use(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/**
 * `npx blink start` in this folder; ended when `use` is done.
 * @param {string} folder
 * @param {(ready: { bootstrap: string, http: string, pid: number }) => unknown} use
 * @param {string[]} words that follow
 */
export async function withBlink(folder, use, words = []) {
  const file = join(folder, 'ready.json')
  const child = spawn('npx', ['--no-install', 'blink', 'start', '--port', '0', '--ready-file', file, ...words], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text) => {
    said += text
  })
  const ended = new Promise((resolve) => child.on('close', resolve))
  for (const begun = Date.now(); !existsSync(file); ) {
    if (child.exitCode !== null || Date.now() - begun > startLimitMs) throw new Error(`it did not start: ${said}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  const ready = JSON.parse(readFileSync(file, 'utf8'))
  try {
    await use(ready)
  } finally {
    process.kill(ready.pid, 'SIGTERM')
    await ended
  }
}

async function main() {
  const tarball = pack()
  await inEmptyFolder(async (folder) => {
    writeFileSync(join(folder, 'package.json'), '{ "private": true }\n')
    run('npm', ['install', '--no-audit', '--no-fund', tarball], folder)
    const { packages } = JSON.parse(readFileSync(join(folder, 'node_modules', '.package-lock.json'), 'utf8'))
    const installed = Object.keys(packages).filter((path) => existsSync(join(folder, path)))
    const running = installed.filter((path) => packages[path].hasInstallScript)
    if (running.length > 0) throw new Error(`${running} run something while they are installed`)
    const bytes = installed.reduce((sum, path) => sum + bytesIn(join(folder, path)), 0)
    const said = run('npx', ['--no-install', 'blink', '--version'], folder).trim()
    compileSuite(folder)
    const use = async (/** @type {{ http: string }} */ { http }) => {
      const body = JSON.stringify({ topic: 'greetings', value: 'Hello' })
      const headers = { 'content-type': 'application/json' }
      const stored = await (await fetch(`${http}/produce`, { method: 'POST', headers, body })).json()
      const fetched = await (await fetch(`${http}/fetch?topic=greetings&partition=0&offset=0`)).json()
      if (stored.offset !== 0 || fetched.records[0].value !== 'Hello') throw new Error('the record did not come back')
      const { plugins } = await (await fetch(`${http}/plugins`)).json()
      if (plugins[0]?.records.accepted !== 1) throw new Error(`no plugin saw the record: ${JSON.stringify(plugins)}`)
    }
    await withBlink(folder, use, ['--settings', 'node_modules/blink-kafka/settings.yaml'])
    const sizes = `tarball ${megabytes(statSync(tarball).size)}, installed ${megabytes(bytes)}`
    console.log(`blink ${said} on Node.js ${process.version}: ${sizes}, ${installed.length} packages`)
  })
}

/**
 * Throws if the package's types are not what a suite in TypeScript needs.
 * @param {string} folder
 */
function compileSuite(folder) {
  const suite = `import { createBroker, type ReadRecord, type RunningBroker } from 'blink-kafka'
    export async function totals(): Promise<unknown[]> {
      await using broker: RunningBroker = await createBroker({ topics: ['orders:3'], clock: 'manual' })
      const [fault]: string[] = broker.faults.list().map(({ name }) => name)
      const orders: readonly ReadRecord[] = await broker.waitFor('orders', { count: 2, timeoutMs: 1000 })
      return [fault, broker.bootstrap, ...orders.map((order) => order.json())]
    }`
  writeFileSync(join(folder, 'suite.mts'), suite)
  const modules = join(root, 'node_modules')
  const node = ['--types', 'node', '--typeRoots', join(modules, '@types')]
  const language = ['--strict', '--module', 'nodenext', '--target', 'es2023']
  const tsc = join(modules, 'typescript', 'bin', 'tsc')
  run(process.execPath, [tsc, '--noEmit', ...language, ...node, 'suite.mts'], folder)
}

/**
 * @param {string} folder
 * @returns {number}
 */
function bytesIn(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath ?? entry.path, entry.name)).size, 0)
}

/** @param {number} bytes */
function megabytes(bytes) {
  return `${(bytes / 1e6).toFixed(1)} MB`
}

if (resolve(process.argv[1] ?? '') === fileURLToPath(import.meta.url)) await main()
