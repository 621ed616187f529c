/**
 * Builds what the start of a broker loads. Splitting alone makes a file of every set of modules that have the same
 * importers: 58 of them, most of them tiny, and each costs a start most of a millisecond. Here whatever is only loaded
 * later is told to import what a start loads, which is there by then: so the importers of all of that are the same, and
 * it lies in one file. In two where plugins' threads start between them.
 */
import { readFileSync } from 'node:fs'
import { relative, resolve } from 'node:path'
import { build } from 'esbuild'

/**
 * What is loaded one after another, each with all that it imports, and what is needed only later after that.
 * @typedef {{ name: string, steps: readonly [entry: string, ...rest: string[]] }} Start
 */

/** A start calls no other command. */
const withoutCommands = {
  name: 'without commands',
  setup(/** @type {import('esbuild').PluginBuild} */ { onResolve }) {
    onResolve({ filter: /./ }, ({ kind, path, importer }) =>
      kind === 'dynamic-import' && importer.endsWith('/commands/list.ts') ? { path, external: true } : null,
    )
  },
}

/**
 * @param {import('esbuild').BuildOptions & { metafile: true }} options
 * @param {Start} start
 * @returns {Promise<import('esbuild').BuildResult<{ metafile: true }>>}
 */
export async function buildStart(options, { name, steps }) {
  const split = { ...options, entryPoints: { [name]: steps[0] }, splitting: true }
  const { metafile } = await build({ ...split, write: false, plugins: [withoutCommands] })
  return build({ ...split, plugins: [withoutCommands, together(firstImports(metafile, steps))] })
}

/**
 * @param {import('esbuild').Metafile} metafile
 * @param {readonly string[]} steps
 * @returns {Map<string, string>} by module, which one it is told to import first
 */
function firstImports({ inputs }, steps) {
  /** @type {Set<string>} */
  const atStart = new Set()
  const reach = (/** @type {string} */ file) => {
    if (atStart.has(file)) return
    atStart.add(file)
    for (const { path, kind } of inputs[file]?.imports ?? []) if (kind !== 'dynamic-import') reach(path)
  }
  steps.forEach(reach)
  const last = steps.at(-1) ?? ''
  const imports = Object.values(inputs).flatMap((input) => input.imports)
  const later = imports.filter(({ path, kind }) => kind === 'dynamic-import' && path.startsWith('src/'))
  return new Map([
    ...later.flatMap(({ path }) => (atStart.has(path) ? [] : [/** @type {const} */ ([path, last])])),
    ...steps.slice(1).map((step, index) => /** @type {const} */ ([step, steps[index] ?? ''])),
  ])
}

/** @param {Map<string, string>} firstOf */
function together(firstOf) {
  return {
    name: 'together',
    setup(/** @type {import('esbuild').PluginBuild} */ { onLoad }) {
      onLoad({ filter: /\.ts$/ }, ({ path }) => {
        const first = firstOf.get(relative('.', path).replaceAll('\\', '/'))
        if (first === undefined) return null
        const contents = `import ${JSON.stringify(resolve(first))}\n${readFileSync(path, 'utf8')}`
        return { contents, loader: /** @type {const} */ ('ts') }
      })
    },
  }
}
