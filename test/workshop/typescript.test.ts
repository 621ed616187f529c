/** What the template for TypeScript declares of Blink is true: of the WIT, and of what QuickJS makes of it. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { buildProject } from '../../src/workshop/build.ts'
import { KnownGlue } from '../../src/workshop/known-glue.ts'
import { newPlugin } from '../../src/workshop/new.ts'
import { readProject } from '../../src/workshop/project.ts'
import { suite } from '../support/suite.ts'
import { askKept } from '../support/transpiled.ts'
import { silentShell, terminal, workshopFolder } from '../support/workshop.ts'

const test = suite('plugins in TypeScript', 60)

const richWorld = `package local:plugin;
  world plugin {
    include blink:plugin/record-plugin@0.2.0;
    import wasi:keyvalue/store@0.2.0-draft;
    import blink:plugin/memory@0.2.0;
    import blink:plugin/metrics@0.2.0;
    export blink:plugin/timer@0.2.0;
    export blink:plugin/http@0.2.0;
    export blink:plugin/description@0.2.0;
  }`
const richSource = `
  import type { PluginInfo } from 'blink:plugin/description@0.2.0'
  import type { Request, Response } from 'blink:plugin/http@0.2.0'
  import { used } from 'blink:plugin/memory@0.2.0'
  import { add } from 'blink:plugin/metrics@0.2.0'
  import type { Batch, Verdict } from 'blink:plugin/types@0.2.0'
  import { type Bucket, open } from 'wasi:keyvalue/store@0.2.0-draft'
  import { bytesOf, textOf } from './utf8'

  let bucket: Bucket
  export const lifecycle = { init: (): void => { bucket = open('') } }
  export const records = {
    onRecords: ({ topic, records }: Batch): Verdict[] => records.map((record) => {
      const before = bucket.get('count')
      const count = before === null ? 1 : Number(textOf(before)) + 1
      bucket.set('count', bytesOf(String(count)))
      add('seen', 1, [['topic', topic]])
      const text = [count, used() > 0, record.timestamp % 1000, record.offset].join(' ')
      const headers = [{ key: 'é', value: bytesOf('ü€😀') }]
      return { tag: 'replace', val: { ...record, value: bytesOf(text), headers } }
    }),
  }
  export const timer = { onTimer: (): number | undefined => undefined }
  export const http = {
    handleHttp: ({ path }: Request): Response => ({ status: 200, headers: [], body: bytesOf(path) }),
  }
  export const description = {
    describe: (): PluginInfo => ({
      name: 'rich', version: '1.0.0', author: '', description: '', hooks: ['on-records'], memoryBytesMin: 0,
      configSchema: null,
    }),
  }`

test('the modules that are declared for TypeScript are interfaces of the WIT', () => {
  const declared = readFileSync('templates/typescript/blink-plugin.d.ts', 'utf8').matchAll(
    /^declare module '([^']+)'/gm,
  )
  const files = readdirSync('wit/v2', { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.wit'))
  const interfaces = files.flatMap((file) => {
    const wit = readFileSync(join('wit/v2', file), 'utf8')
    const [, packageName, version] = /^package ([\w:-]+)@([^;]+);/m.exec(wit)!
    return [...wit.matchAll(/^interface ([\w-]+)/gm)].map(([, name]) => `${packageName}/${name}@${version}`)
  })
  const missing = [...declared].map(([, name]) => name!).filter((name) => !interfaces.includes(name))
  assert.equal(missing, [])
})

test('its template has no mistakes of types', async (cleanup) => {
  const folder = workshopFolder(cleanup)
  newPlugin({ name: 'my-plugin', lang: 'typescript' }, silentShell(folder))
  const check = 'node ../node_modules/typescript/bin/tsc'
  const { code, out } = await terminal(join(folder, 'my-plugin'), check, cleanup)
  assert.is(code, 0, out)
})

test('the types are true of what they declare', async (cleanup) => {
  const folder = workshopFolder(cleanup)
  newPlugin({ name: 'rich', lang: 'typescript' }, silentShell(folder))
  const project = join(folder, 'rich')
  writeFileSync(join(project, 'wit/world.wit'), richWorld)
  writeFileSync(join(project, 'plugin.ts'), richSource)
  const expected = (count: number) => ({ value: `${count} true 123 `, headers: { é: 'ü€😀' } })
  const records = [1, 2].map((count) => ({
    value: 'x',
    timestamp: 1_700_000_000_123,
    expect: { verdict: 'replace', record: expected(count) },
  }))
  writeFileSync(join(project, 'records.jsonl'), records.map((record) => JSON.stringify(record)).join('\n'))
  const commands = `
    node ../node_modules/typescript/bin/tsc
    blink plugin build
    blink plugin test rich.wasm records.jsonl`
  const { code, out } = await terminal(project, commands, cleanup)
  assert.is(code, 0, out)
})

test('saving another script changes nothing that the glue is made of', async (cleanup) => {
  const folder = workshopFolder(cleanup)
  const shell = silentShell(folder)
  newPlugin({ name: 'my-plugin', lang: 'typescript' }, shell)
  const project = readProject(join(folder, 'my-plugin'))
  const source = join(project.folder, 'plugin.ts')
  const built = async (text: string) => {
    writeFileSync(source, text)
    const { file } = await buildProject(project, shell, { file: join(folder, 'quick.wasm') })
    return readFileSync(file)
  }
  const text = readFileSync(source, 'utf8')
  const first = await built(text)
  const second = await built(
    `${text}\nexport const more = Array.from({ length: 100_000 }, (_, index) => \`\${index}\`)`,
  )
  const known = new KnownGlue()
  await known.filesOf(first, askKept)
  const answer = await known.filesOf(second, () => Promise.reject(new Error('jco is asked')))
  const [files, expected] = [answer, await askKept(second)].map((one) => ('files' in one ? new Map(one.files) : one))
  assert.ok(files instanceof Map && expected instanceof Map)
  assert.equal([...files.keys()], [...expected.keys()])
  for (const [name, bytes] of expected) assert.is(Buffer.compare(files.get(name)!, bytes), 0, name)
})

test.run()
