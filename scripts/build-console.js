/**
 * Builds the console into `dist/console`: a page, and what it loads, under names that change with what is in them, so
 * that browsers may keep them for ever. What is text is there compressed as well, for who comes over a network.
 */
import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, extname, join } from 'node:path'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { build } from 'esbuild'

const source = 'src/console'
const target = 'dist/console'

/** @returns {Promise<string[]>} the sources that it is made of */
export async function buildConsole() {
  const { outputFiles, metafile } = await build({
    entryPoints: [join(source, 'main.tsx')],
    outdir: target,
    entryNames: '[name]-[hash]',
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    target: ['chrome123', 'firefox120', 'safari17.5'],
    jsx: 'automatic',
    jsxImportSource: 'preact',
    legalComments: 'none',
    logLevel: 'warning',
    metafile: true,
  })
  const icon = readFileSync(join(source, 'icon.svg'))
  const iconName = `icon-${createHash('sha256').update(icon).digest('hex').slice(0, 8)}.svg`
  /** @type {Map<string, Uint8Array>} */
  const files = new Map(outputFiles.map(({ path, contents }) => [basename(path), contents]))
  files.set(iconName, icon)
  const named = [...files.keys()].map((name) => [`${/^[a-z]+/.exec(name)}${extname(name)}`, `/console/${name}`])
  files.set('index.html', Buffer.from(filled(readFileSync(join(source, 'index.html'), 'utf8'), new Map(named))))
  await write(files)
  return Object.keys(metafile.inputs)
}

/**
 * @param {string} page in which `{main.js}` stands for the path of that file
 * @param {ReadonlyMap<string, string>} paths
 */
function filled(page, paths) {
  return page.replaceAll(/\{([a-z]+\.[a-z]+)\}/g, (_, name) => {
    const path = paths.get(name)
    if (path === undefined) throw new Error(`${source}/index.html names ${name}, which is not built`)
    return path
  })
}

/** @param {ReadonlyMap<string, Uint8Array>} files */
async function write(files) {
  mkdirSync(target, { recursive: true })
  const compressed = await Promise.all(
    [...files].map(async ([name, bytes]) => /** @type {const} */ ([`${name}.gz`, await promisify(gzip)(bytes)])),
  )
  const all = new Map([...files, ...compressed])
  for (const name of readdirSync(target)) if (!all.has(name)) rmSync(join(target, name))
  for (const [name, bytes] of all) writeFileSync(join(target, name), bytes)
}
