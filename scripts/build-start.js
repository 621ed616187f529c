/**
 * Builds what `blink start` loads. Splitting alone makes a file of every set of modules that have the same importers:
 * 58 of them, most of them tiny, and each costs a start most of a millisecond. Here whatever is only loaded later is
 * told to import the broker first, which is there by then, and the broker the command line: so of all that a start
 * needs, the importers are the same, and it lies in two files. Two, because plugins' threads start between them.
 */
import { readFileSync } from 'node:fs'
import { relative, resolve } from 'node:path'
import { build } from 'esbuild'

const [commandLine, broker] = ['src/cli.ts', 'src/broker.ts']

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
 * @returns {Promise<import('esbuild').BuildResult<{ metafile: true }>>}
 */
export async function buildStart(options) {
  const split = { ...options, entryPoints: { start: commandLine }, splitting: true }
  const { metafile } = await build({ ...split, write: false, plugins: [withoutCommands] })
  return build({ ...split, plugins: [withoutCommands, together(loadedLater(metafile))] })
}

/**
 * @param {import('esbuild').Metafile} metafile
 * @returns {Set<string>} our own modules that are imported only when they are needed
 */
function loadedLater({ inputs }) {
  /** @type {Set<string>} */
  const atOnce = new Set()
  const reach = (/** @type {string} */ file) => {
    if (atOnce.has(file)) return
    atOnce.add(file)
    for (const { path, kind } of inputs[file]?.imports ?? []) if (kind !== 'dynamic-import') reach(path)
  }
  reach(commandLine)
  reach(broker)
  const imports = Object.values(inputs).flatMap((input) => input.imports)
  const later = imports.filter(({ path, kind }) => kind === 'dynamic-import' && path.startsWith('src/'))
  return new Set(later.map(({ path }) => path).filter((path) => !atOnce.has(path)))
}

/** @param {Set<string>} later */
function together(later) {
  return {
    name: 'together',
    setup(/** @type {import('esbuild').PluginBuild} */ { onLoad }) {
      onLoad({ filter: /\.ts$/ }, ({ path }) => {
        const file = relative('.', path).replaceAll('\\', '/')
        const before = file === broker ? commandLine : later.has(file) ? broker : null
        if (before === null) return null
        const first = `import ${JSON.stringify(resolve(before))}\n`
        return { contents: first + readFileSync(path, 'utf8'), loader: /** @type {const} */ ('ts') }
      })
    },
  }
}
