/**
 * Builds `dist`: what `npm start` runs and what is published.
 *
 * Types are not looked at here, so that a start takes a blink: `npm run typecheck` does. With `--types`,
 * which is for publishing, the declarations are written, too. The packages under `dependencies` are left to be
 * installed; every other package that the source imports is bundled, and its licence with it.
 */
import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { buildConsole } from './build-console.js'
import { buildPlugins } from './build-plugins.js'
import { buildStart } from './build-start.js'

process.chdir(fileURLToPath(new URL('..', import.meta.url)))
const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8'))

/** Threads are started by their file names. */
const workers = files('src/plugins/entries').filter((file) => file.endsWith('worker.ts'))

/** @type {import('esbuild').BuildOptions & { metafile: true }} */
const options = {
  outdir: 'dist',
  // One flat folder: `new URL('./worker.js', import.meta.url)` must hold in every chunk, as it does in `src/plugins/entries`.
  entryNames: '[name]',
  chunkNames: '[name]-[hash]',
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  external: Object.keys(dependencies),
  banner: { js: requireForBundledPackages() },
  legalComments: 'none', // The licences are in a file of their own.
  // No comments, which are many and of which one character can double what V8 keeps of a file; names and lines stay.
  minifyWhitespace: true,
  lineLimit: 160,
  logLevel: 'warning',
  metafile: true,
}
// Each thread has files of its own: what it shared with the broker as a file, it would load for itself all the same.
const [consoleSources, ...builds] = await Promise.all([
  buildConsole(),
  buildStart(options, { name: 'start', steps: ['src/cli.ts', 'src/broker.ts'] }),
  buildStart(options, { name: 'index', steps: ['src/index.ts'] }),
  build({ ...options, entryPoints: { commands: 'src/cli.ts' }, splitting: true }),
  ...workers.map((worker) => buildStart(options, { name: basename(worker, '.ts'), steps: [worker] })),
])
copyFileSync('scripts/launcher.js', 'dist/cli.js')
const outputs = builds.flatMap(({ metafile }) => Object.entries(metafile.outputs))
const bundled = new Set([...consoleSources, ...outputs.flatMap(([, { inputs }]) => Object.keys(inputs))])
const foreign = [...bundled].filter((file) => file.includes('node_modules/'))
/** Read at run time, by whoever needs it first, and of its package the only file that is used. */
const sqlite = 'node_modules/@sqlite.org/sqlite-wasm/dist/sqlite3.wasm'
copyFileSync(sqlite, join('dist', basename(sqlite)))
const written = new Set([
  ...outputs.map(([file]) => basename(file)),
  ...copyCompanions(foreign),
  basename(sqlite),
  'cli.js',
  writeLicences([...foreign, sqlite]),
  'console',
  'types',
])
for (const name of readdirSync('dist')) if (!written.has(name)) rmSync(join('dist', name), { recursive: true })
chmodSync('dist/cli.js', 0o755)

for (const component of await buildPlugins()) console.log(`built ${component}`)
if (process.argv.includes('--types')) writeDeclarations()

/** A package in CommonJS requires Node's modules; an ES module has no `require` to do so. */
function requireForBundledPackages() {
  return "import { createRequire as bundledRequire } from 'node:module'; const require = bundledRequire(import.meta.url);"
}

/**
 * Copies the files that bundled packages look for beside themselves at run time, such as the WebAssembly of jco.
 * @param {string[]} sources
 * @returns {string[]} their names
 */
function copyCompanions(sources) {
  const reference = /new URL\(\s*["']\.\/([\w.-]+)["'],\s*import\.meta\.url/g
  const companions = sources
    .flatMap((source) =>
      [...readFileSync(source, 'utf8').matchAll(reference)].map(([, name]) => join(dirname(source), name ?? '')),
    )
    .filter((companion) => existsSync(companion))
  for (const companion of companions) copyFileSync(companion, join('dist', basename(companion)))
  return companions.map((companion) => basename(companion))
}

/**
 * @param {string[]} sources
 * @returns {string} the name of the file in which the licences of all bundled packages stand
 */
function writeLicences(sources) {
  const folders = new Set(sources.map((file) => /^.*node_modules\/(@[^/]+\/)?[^/]+/.exec(file)?.[0] ?? ''))
  const texts = new Map([...folders].sort().map(licence))
  const rule = `\n\n${'-'.repeat(80)}\n\n`
  const opening = 'Blink contains the following packages.'
  mkdirSync('dist', { recursive: true })
  writeFileSync('dist/THIRD-PARTY-LICENSES', `${[opening, ...texts.values()].join(rule)}\n`)
  return 'THIRD-PARTY-LICENSES'
}

/**
 * @param {string} folder
 * @returns {[string, string]} a package and what it says about its licence
 */
function licence(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const statements = readdirSync(folder)
    .filter((file) => /^(licen[cs]e|notice|copying)/i.test(file))
    .map((file) => readFileSync(join(folder, file), 'utf8').trim())
  return [`${name} ${version}`, [`${name} ${version} (${license})`, ...statements].join('\n\n')]
}

function writeDeclarations() {
  rmSync('dist/types', { recursive: true, force: true })
  const tsc = 'node_modules/typescript/bin/tsc'
  execFileSync(process.execPath, [tsc, '--project', 'scripts/tsconfig.types.json'], { stdio: 'inherit' })
}

/** @param {string} folder */
function files(folder) {
  return existsSync(folder) ? readdirSync(folder).map((file) => `${folder}/${file}`) : []
}
