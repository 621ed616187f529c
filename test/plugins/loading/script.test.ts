/** Plugins in JavaScript and TypeScript, up to the URL that a thread imports. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import * as assert from 'uvu/assert'
import { scriptCode } from '../../../src/plugins/loading/script.ts'
import { Unfit } from '../../../src/plugins/loading/plugin-start-error.ts'
import { rejection } from '../../support/plugins.ts'
import { type Cleanup, suite } from '../../support/suite.ts'

const test = suite('scripts', 20)

function folderWith(files: Readonly<Record<string, string>>, { after }: Cleanup): string {
  const folder = mkdtempSync(join(tmpdir(), 'blink-script-'))
  after(() => rmSync(folder, { recursive: true }))
  for (const [name, source] of Object.entries(files)) writeFileSync(join(folder, name), source)
  return folder
}

async function urlOf(file: string, source: string, isAlone = false): Promise<string> {
  return (await scriptCode({ file, bytes: Buffer.from(source), isAlone })).url
}

function sourceOf(url: string): string {
  return Buffer.from(url.replace(/^data:text\/javascript;base64,/, ''), 'base64').toString()
}

test('a script that imports nothing is run from memory, and its file is named in traces', async () => {
  const url = await urlOf('/p/fine näme.js', "export function init() { throw new Error('ü') }\nexport default 1\n")
  assert.match(url, /^data:/)
  const error = await rejection((async () => (await import(url)).init())())
  assert.is(error.message, 'ü')
  assert.match(error.stack!, pathToFileURL('/p/fine näme.js').href)
})

test('a script that imports, or is CommonJS, is run from its file', async () => {
  const sources = [
    "import fs from 'node:fs'",
    "const x = await import('./x.js')",
    'module.exports = {}',
    'exports.init = 1',
  ]
  for (const source of sources) assert.is(await urlOf('/p/x.mjs', source), pathToFileURL('/p/x.mjs').href)
})

test('what is run from files is known by all of them; what is run from memory needs none', async (cleanup) => {
  const folder = folderWith({ 'x.js': 'export const x = 1' }, cleanup)
  const codeOf = (source: string) =>
    scriptCode({ file: join(folder, 'p.js'), bytes: Buffer.from(source), isAlone: false })
  const { files } = await codeOf("import { x } from './x.js'")
  assert.equal(
    files.map(({ path }) => path),
    ['p.js', 'x.js'].map((name) => join(folder, name)),
  )
  assert.equal((await codeOf('export const x = 1')).files, [])
})

test('a script whose bytes are verified is run from memory, whatever it imports', async () => {
  const url = await urlOf('/p/x.js', "export { x } from './x.js'", true)
  assert.match(url, /^data:/)
  assert.match((await rejection(import(url))).message, /Invalid relative URL|Failed to resolve/)
})

test('TypeScript is bundled with what it imports', async (cleanup) => {
  const folder = folderWith(
    {
      'rules.ts': 'export enum Rule { short = 3 }\nexport const here: string = import.meta.url\n',
      'legacy.cjs': "exports.sep = require('node:path').sep",
    },
    cleanup,
  )
  const source = `
    import { Rule } from './rules.ts'
    import legacy from './legacy.cjs'
    export const init = (host: { config: unknown }): void => {}
    export function onRecord(topic: string, partition: number, key: string | undefined, value: string): boolean {
      return value.length > Rule.short && legacy.sep.length === 1
    }
    export const here = import.meta.url`
  const file = join(folder, 'plugin.ts')
  const module = await import(await urlOf(file, source))
  assert.is(module.onRecord('t', 0, undefined, 'four'), true)
  assert.is(module.onRecord('t', 0, undefined, 'thr'), false)
  assert.is(module.here, pathToFileURL(file).href)
})

test('verified TypeScript is translated alone', async (cleanup) => {
  const folder = folderWith({ 'rules.ts': 'export const rule = 1' }, cleanup)
  const alone = await urlOf(join(folder, 'plugin.ts'), 'export enum Rule { short = 3 }', true)
  assert.is((await import(alone)).Rule.short, 3)
  const importing = await urlOf(join(folder, 'plugin.ts'), "export { rule } from './rules.ts'", true)
  assert.match(sourceOf(importing), "from './rules.ts'".replaceAll("'", '"'))
})

test('TypeScript that is none is refused with the place', async (cleanup) => {
  const folder = folderWith({}, cleanup)
  const error = await rejection(urlOf(join(folder, 'plugin.ts'), 'export const x: = 1'))
  assert.instance(error, Unfit)
  assert.match(error.message, /^cannot be built: .*plugin\.ts:1:16: Unexpected "="$/)
  const missing = await rejection(urlOf(join(folder, 'plugin.ts'), "import './nowhere.ts'"))
  assert.match(missing.message, /^cannot be built: .*plugin\.ts:1:7: Could not resolve "\.\/nowhere\.ts"$/)
})

test.run()
