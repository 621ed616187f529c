/**
 * Compiles the source and its tests into `build`, file by file, for tests, benchmarks and the comparisons with Kafka.
 * Types are looked at by `npm run typecheck` alone, which takes ten times as long.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { buildSync, build } from 'esbuild'

/** Imports stay what they are, but for the ending of their names. */
const importsOfCompiled = {
  name: 'imports of compiled files',
  setup(/** @type {import('esbuild').PluginBuild} */ { onResolve }) {
    onResolve({ filter: /./ }, ({ kind, path }) =>
      kind === 'entry-point' ? null : { path: path.replace(/^(\..*)\.tsx?$/, '$1.js'), external: true },
    )
  },
}

export async function compile() {
  const entryPoints = ['src', 'test'].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .map((file) => `${folder}/${file.replaceAll('\\', '/')}`)
      .filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts')),
  )
  await build({
    entryPoints,
    outdir: 'build',
    outbase: '.',
    bundle: true,
    plugins: [importsOfCompiled],
    format: 'esm',
    platform: 'node',
    target: 'node20',
    sourcemap: true,
    logLevel: 'warning',
  })
  bundleThreads()
}

/**
 * The code of threads as it is shipped, a file each: tests start hundreds of them, and one that loads all its modules
 * takes twice the time.
 */
function bundleThreads() {
  const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8'))
  const ofTests = readdirSync('test/support').filter((name) => name.endsWith('-worker.ts'))
  const ofPlugins = ['worker', 'config-check-worker'].map((name) => `src/plugins/entries/${name}.ts`)
  buildSync({
    entryPoints: [...ofPlugins, ...ofTests.map((name) => `test/support/${name}`)],
    outdir: 'build',
    outbase: '.',
    bundle: true,
    sourcemap: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    external: [...Object.keys(dependencies), '@bytecodealliance/*', '@sqlite.org/*'],
    logLevel: 'warning',
  })
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await compile()
