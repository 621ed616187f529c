/**
 * Builds the console into `dist/console`: a page, and what it loads, under names that change with what is in them, so
 * that browsers may keep them for ever. What the first paint needs, the page holds itself. What is text is there
 * compressed as well, for who comes over a network.
 */
import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { build } from 'esbuild'

const source = 'src/console'
const target = 'dist/console'

/** @returns {Promise<string[]>} the sources that it is made of */
export async function buildConsole() {
  const { outputFiles, metafile } = await build({
    entryPoints: ['main.tsx', 'first.ts'].map((name) => join(source, name)),
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
  const page = filled(readFileSync(join(source, 'index.html'), 'utf8'), files)
  for (const name of page.held) files.delete(name)
  files.set('index.html', Buffer.from(page.text))
  await write(files)
  return Object.keys(metafile.inputs)
}

/**
 * @param {string} page in which `{main.js}` stands for the path of that file, and `<!-- main.css -->` for what is in it
 * @param {ReadonlyMap<string, Uint8Array>} files
 */
function filled(page, files) {
  /** @type {string[]} */
  const held = []
  /** @param {string} name @param {string} type */
  const built = (name, type) => {
    const found = [...files].find(([file]) => file.startsWith(`${name}-`) && file.endsWith(type))
    if (found === undefined) throw new Error(`${source}/index.html names ${name}${type}, which is not built`)
    return found
  }
  const text = page
    .replaceAll(/\{([a-z]+)(\.[a-z]+)\}/g, (_, name, type) => `/console/${built(name, type)[0]}`)
    .replaceAll(/<!-- ([a-z]+)(\.css|\.js) -->/g, (_, name, type) => {
      const [file, bytes] = built(name, type)
      held.push(file)
      const element = type === '.css' ? 'style' : 'script'
      return `<${element}>${new TextDecoder().decode(bytes).trim()}</${element}>`
    })
  return { text, held }
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
