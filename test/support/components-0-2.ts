/**
 * Components of blink:plugin@0.2 for tests, written in JavaScript and built by componentize-qjs when first asked for.
 * That takes half a second each; afterwards they are found by content.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync, cpSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { componentize } from 'componentize-qjs'
import { built } from './components.ts'

const witFolder = 'wit/v2'

export interface WorldSource {
  /** In the words of WIT, beside what `record-plugin` has: `export timer;`. */
  readonly items?: readonly string[]
  /** Whether it includes `record-plugin`; otherwise it has `lifecycle` alone and what `items` say. */
  readonly isRecordPlugin?: boolean
}

/** A module that exports the interfaces of its world, as `export const records = { onRecords(batch) { … } }`. */
export function scriptComponent(source: string, { items = [], isRecordPlugin = true }: WorldSource = {}): Promise<string> {
  const base = isRecordPlugin ? 'include record-plugin;' : 'import wasi:logging/logging@0.1.0-draft; export lifecycle;'
  const world = `world test-plugin { ${base} ${items.join(' ')} }`
  return built(`${source}\n${world}\n${witText()}`, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'blink-test-wit-'))
    try {
      cpSync(witFolder, folder, { recursive: true })
      const file = join(folder, 'blink-plugin.wit')
      writeFileSync(file, `${readFileSync(file, 'utf8')}\n${world}\n`)
      const { component } = await componentize({ witPath: folder, jsSource: source, world: 'test-plugin', sync: true })
      return component
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
}

/** All of the WIT, on which what is built depends. */
function witText(): string {
  const files = readdirSync(witFolder, { recursive: true }).map((name) => join(witFolder, String(name)))
  return files
    .filter((file) => statSync(file).isFile())
    .sort()
    .map((file) => readFileSync(file, 'utf8'))
    .join('\n')
}

const lifecycle = 'export const lifecycle = { init() {} }'

/** Accepts everything at once. */
export const noopOfBatches = () =>
  scriptComponent(`${lifecycle}
    const accept = { tag: 'accept' }
    export const records = { onRecords: ({ records }) => records.map(() => accept) }`)

/** What the first letter of a value makes `chaosOfBatches` do; what follows the letter is its argument. Any other is accepted. */
export const chaosLetters02 = {
  refuse: 'n',
  drop: 'd',
  /** By the argument; key, headers and timestamp stay. */
  replace: 'r',
  /** By a record without anything. */
  blank: 'b',
  /** For as many milliseconds as the argument says. */
  throttle: 't',
  trap: 'T',
  loop: 'L',
  takeAllMemory: 'G',
  /** One verdict less than there are records. */
  fewerVerdicts: 'F',
  /** Refuses, and gives what it was shown as the reason, as JSON. */
  show: 's',
  /** Refuses, with the number of the call and the count of its records as the reason. */
  count: '#',
  log: 'l',
} as const

/** Does anything it is told to, in every hook there is; its config may tell `init` to fail. */
export const chaosOfBatches = () =>
  scriptComponent(
    `
    import { log } from 'wasi:logging/logging@0.1.0-draft'
    // QuickJS has no TextDecoder; what these tests send is ASCII.
    const text = { decode: (bytes) => String.fromCharCode(...bytes) }
    const bytes = { encode: (text) => Uint8Array.from(text, (letter) => letter.charCodeAt(0)) }
    const shown = (value) => JSON.stringify(value, (_, inner) =>
      inner === null ? undefined : inner instanceof Uint8Array ? text.decode(inner) : inner)
    let config = null
    let calls = 0
    let ticks = 0
    const trap = () => { throw new Error('told to trap') }
    const loop = () => { for (;;); }
    function verdictOf(record, batch) {
      const value = record.value === undefined || record.value === null ? '' : text.decode(record.value)
      const rest = value.slice(1)
      switch (value[0]) {
        case 'n': return { tag: 'reject', val: rest }
        case 'd': return { tag: 'drop' }
        case 'r': return { tag: 'replace', val: { ...record, value: bytes.encode(rest) } }
        case 'b': return { tag: 'replace', val: { headers: [], timestamp: 7 } }
        case 't': return { tag: 'throttle', val: Number(rest) }
        case 'T': return trap()
        case 'L': return loop()
        case 'G': { const all = []; for (;;) all.push(new Uint8Array(1 << 20).fill(1)) }
        case 's': return { tag: 'reject', val: shown({ ...batch, records: undefined, record }) }
        case '#': return { tag: 'reject', val: calls + ' ' + batch.records.length }
        case 'l': log('info', 'context', rest)
      }
      return { tag: 'accept' }
    }
    export const lifecycle = { init(given) {
      config = JSON.parse(given)
      if (config?.refuse) throw config.refuse
    } }
    export const records = { onRecords(batch) {
      calls++
      const verdicts = batch.records.map((record) => verdictOf(record, batch))
      return batch.records.some(({ value }) => value?.[0] === 70) ? verdicts.slice(1) : verdicts
    } }
    export const fetches = { onFetch: (batch) => batch.records.map((record) => {
      const { tag, val } = verdictOf(record, batch)
      if (tag === 'drop') return { tag: 'hide' }
      if (tag === 'reject') return { tag: 'replace', val: { ...record, value: bytes.encode(val) } }
      return tag === 'replace' ? { tag, val } : { tag: 'pass' }
    }) }
    export const timer = { onTimer: () => ++ticks < 3 ? ticks * 10 : undefined }
    export const configuration = { onConfigChanged(given) {
      const { refuse } = JSON.parse(given)
      if (refuse) throw refuse
    } }
    export const http = { handleHttp: (request) => {
      if (request.path === '/trap') trap()
      const status = Number(request.query ?? 200)
      return { status, headers: [['x-method', request.method]], body: bytes.encode(shown(request)) }
    } }
    export const ending = { finalize: () => log('info', '', 'finalized'), cleanup: () => log('info', '', 'cleaned up') }
    export const description = { describe: () => ({
      name: 'chaos', version: '1.2.3', author: '', description: 'does what it is told',
      hooks: ['on-records', 'on-fetch'], memoryBytesMin: 2000000, configSchema: '{"type":["object","null"]}',
    }) }`,
    { items: ['description', 'fetches', 'timer', 'configuration', 'http', 'ending'].map((name) => `export ${name};`) },
  )
