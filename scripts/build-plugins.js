/**
 * Builds the two example plugins, each only when something it is made of is newer than it is. Needs no network.
 *
 * The tools are loaded on demand: a build that is up to date takes a few milliseconds.
 */
import { mkdir, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const world = 'blink-plugin'
const plugin = 'blink:plugin/plugin@0.1.0'
const host = 'blink:plugin/host@0.1.0'

/** @returns {Promise<string[]>} the components that were built, relative to the root; none when all were up to date */
export async function buildPlugins() {
  const built = await Promise.all([
    build('demo-plugin/demo-plugin.wasm', 'demo-plugin', fromTypeScript),
    build('demo-plugin/guard/guard.wasm', 'demo-plugin/guard', fromAssemblyScript),
  ])
  return built.flat()
}

/**
 * @param {string} target
 * @param {string} folder where its sources are
 * @param {(folder: string) => Promise<Uint8Array>} make
 */
async function build(target, folder, make) {
  const sources = [
    ...(await sourcesIn(folder)),
    'wit/blink-plugin.wit',
    'scripts/build-plugins.js',
    'package-lock.json',
  ]
  const changedMs = Math.max(...(await Promise.all(sources.map(modifiedMs))))
  if ((await modifiedMs(target)) >= changedMs) return []
  await replaceFile(join(root, target), await make(join(root, folder)))
  return [target]
}

/** @param {string} folder @returns {Promise<Uint8Array>} */
async function fromTypeScript(folder) {
  const esbuild = await import('esbuild')
  const bundled = await esbuild.build({
    entryPoints: [join(folder, 'plugin.ts')],
    bundle: true,
    format: 'esm',
    target: 'es2023',
    external: ['blink:*'],
    write: false,
  })
  const { componentize } = createRequire(import.meta.url)('componentize-qjs')
  const { component } = await componentize({
    witPath: join(root, 'wit'),
    world,
    jsSource: bundled.outputFiles[0].text,
    sync: true, // Otherwise the component waits by JSPI, which Node.js 20 lacks.
    stubWasi: true, // It needs nothing of the machine.
  })
  return component
}

/** @param {string} folder @returns {Promise<Uint8Array>} */
async function fromAssemblyScript(folder) {
  const { default: asc } = await import('assemblyscript/asc')
  const tools = await import('@bytecodealliance/jco-transpile/wasm-tools')
  /** @type {Uint8Array | undefined} */
  let core
  const { error, stderr } = await asc.main(
    ['abi.ts', '--baseDir', folder, '--outFile', 'core', '-O3', '--runtime', 'incremental', '--use', 'abort='],
    {
      writeFile(_name, contents) {
        core = /** @type {Uint8Array} */ (contents)
      },
    },
  )
  if (error || core === undefined) throw new Error(`${folder}: ${error?.message}\n${stderr}`)
  // AssemblyScript's names cannot contain what a WIT name consists of, so the names are given here, in the text format.
  const named = (await tools.print(core))
    .replace('(import "host" "log"', `(import "${host}" "log"`)
    .replace('(export "init"', `(export "${plugin}#init"`)
    .replace('(export "onRecord"', `(export "${plugin}#on-record"`)
  const witSource = await readFile(join(root, 'wit/blink-plugin.wit'), 'utf8')
  return tools.componentNew(await tools.componentEmbed({ binary: await tools.parse(named), witSource, world }))
}

/** @param {string} folder */
async function sourcesIn(folder) {
  const names = await readdir(join(root, folder))
  return names.filter((name) => name.endsWith('.ts')).map((name) => join(folder, name))
}

/** @param {string} path */
async function modifiedMs(path) {
  const { mtimeMs } = await stat(join(root, path)).catch(() => ({ mtimeMs: Number.NEGATIVE_INFINITY }))
  return mtimeMs
}

/** Whoever reads the file meanwhile sees the old one or the new one. @param {string} path @param {Uint8Array} bytes */
async function replaceFile(path, bytes) {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(`${path}.${process.pid}`, bytes)
  await rename(`${path}.${process.pid}`, path)
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  for (const path of await buildPlugins()) process.stdout.write(`built ${path}\n`)
}
