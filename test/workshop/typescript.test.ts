/** What the template for TypeScript declares of Blink is true: of the WIT, and of what QuickJS makes of it. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { newPlugin } from '../../src/workshop/new.ts'
import { suite } from '../support/suite.ts'
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

test.run()
