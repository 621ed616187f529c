/**
 * Components of blink:plugin@0.2 for tests, written in JavaScript and built by componentize-qjs when first asked for.
 * That takes half a second each; afterwards they are found by content.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync, cpSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { componentEmbed, componentNew, parse } from '@bytecodealliance/jco-transpile/wasm-tools'
import { componentize } from 'componentize-qjs'
import { built, bumpAllocator } from './components.ts'

const witFolder = 'wit/v2'

export interface WorldSource {
  /** In the words of WIT, beside what `record-plugin` has: `export timer;`. */
  readonly items?: readonly string[]
  /** Whether it includes `record-plugin`; otherwise it has `lifecycle` alone and what `items` say. */
  readonly isRecordPlugin?: boolean
}

/** A module that exports the interfaces of its world, as `export const records = { onRecords(batch) { … } }`. */
export function scriptComponent(
  source: string,
  { items = [], isRecordPlugin = true }: WorldSource = {},
): Promise<string> {
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

/**
 * What the first letter of a value makes `chaosOfBatches` do; what follows the letter is its argument. Any other is
 * accepted.
 */
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

/** That of `chaosOfBatches` where it has one. Without, a start saves the thread that holds a config against it. */
export const chaosSchema = '{"type":["object","null"]}'

/** Does anything it is told to, in every hook there is; its config may tell `init` to fail. */
export const chaosOfBatches = (schema?: string) =>
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
      hooks: ['on-records', 'on-fetch'], memoryBytesMin: 2000000,
      configSchema: ${schema === undefined ? 'undefined' : `'${schema}'`},
    }) }`,
    { items: ['description', 'fetches', 'timer', 'configuration', 'http', 'ending'].map((name) => `export ${name};`) },
  )

const wasi = 'wasi:logging/logging@0.1.0-draft'

export interface BatchModuleSource {
  readonly fields?: string
  /**
   * Instructions before `on-records` answers; the parameters are `$records` and `$count`, the verdicts lie from 65536
   * on.
   */
  readonly onRecords?: string
  /** Instructions before `init` returns that all is well. */
  readonly init?: string
}

/** A core module in the text format that accepts everything: verdicts are 64 bytes each, and zero is `accept`. */
export function batchModule({ fields = '', onRecords = '', init = '' }: BatchModuleSource = {}): string {
  return `(module
    (import "${wasi}" "log" (func $log (param i32 i32 i32 i32 i32)))
    ${fields}
    (memory (export "memory") 4)
    (global $top (mut i32) (i32.const 131072))
    (func (export "cabi_realloc")
      (param $old i32) (param $oldBytes i32) (param $align i32) (param $bytes i32) (result i32)
      (local $at i32)
      (global.set $top (i32.and (i32.add (global.get $top) (i32.const 7)) (i32.const -8)))
      ${bumpAllocator})
    (func (export "blink:plugin/lifecycle@0.2.0#init") (param i32 i32) (result i32)
      ${init}
      (global.set $top (i32.const 131072))
      (i32.const 16))
    (func (export "blink:plugin/records@0.2.0#on-records")
      (param $topic i32) (param $topicBytes i32) (param $partition i32)
      (param $hasClient i32) (param $client i32) (param $clientBytes i32)
      (param $hasPrincipal i32) (param $principal i32) (param $principalBytes i32)
      (param $records i32) (param $count i32) (result i32)
      ${onRecords}
      (global.set $top (i32.const 131072))
      (i32.store (i32.const 32) (i32.const 65536))
      (i32.store (i32.const 36) (local.get $count))
      (i32.const 32)))`
}

/** What the first letter of a value makes `troubleOfBatches` do about its batch. Any other is accepted. */
export const troubleLetters02 = {
  refuse: 'n',
  trap: 'T',
  loop: 'L',
  overflowStack: 'R',
  takeAllMemory: 'G',
  floodLog: 'F',
  /** Logs what is not UTF-8, and accepts. */
  logBytes: 'U',
  /** Refuses with a reason that is not UTF-8. */
  refuseInBytes: 'B',
  fewerVerdicts: '-',
  noVerdict: '?',
} as const

/** Where in a record its value is, by the canonical ABI, and how far the next record is. */
const abi = { record: 56, valueAt: 16, valueBytes: 20, verdict: 64, reasonAt: 8, reasonBytes: 12 } as const

/** Gets into any trouble that a component can get itself into, and starts at once, other than those made of QuickJS. */
export function troubleOfBatches(): Promise<string> {
  const letterIs = (letter: string, instructions: string) =>
    `(if (i32.eq (local.get $letter) (i32.const ${letter.charCodeAt(0)})) (then ${instructions}))`
  const say = (at: number, bytes: number) =>
    `(call $log (i32.const 2) (i32.const ${at}) (i32.const 0) (i32.const ${at}) (i32.const ${bytes}))`
  const refuse = (at: number, bytes: number) => `
    (i32.store8 (local.get $verdict) (i32.const 1))
    (i32.store offset=${abi.reasonAt} (local.get $verdict) (i32.const ${at}))
    (i32.store offset=${abi.reasonBytes} (local.get $verdict) (i32.const ${bytes}))`
  return component02(
    batchModule({
      fields: `
        (data (i32.const 1024) "the value says no")
        (data (i32.const 1072) "no text: \\ff\\fe")
        (func $recurse (param i32) (result i32) (i32.add (call $recurse (local.get 0)) (i32.const 1)))`,
      onRecords: `
        (local $left i32) (local $letter i32) (local $verdict i32)
        (memory.fill (i32.const 65536) (i32.const 0) (i32.mul (local.get $count) (i32.const ${abi.verdict})))
        (local.set $verdict (i32.const 65536))
        (local.set $left (local.get $count))
        (loop $next
          (local.set $letter (i32.const 0))
          (if (i32.load offset=${abi.valueBytes} (local.get $records)) (then
            (local.set $letter (i32.load8_u (i32.load offset=${abi.valueAt} (local.get $records))))))
          ${letterIs('n', refuse(1024, 17))}
          ${letterIs('T', 'unreachable')}
          ${letterIs('L', '(loop $forever (br $forever))')}
          ${letterIs('R', '(drop (call $recurse (i32.const 0)))')}
          ${letterIs('G', '(loop $more (br_if $more (i32.ne (memory.grow (i32.const 1)) (i32.const -1)))) unreachable')}
          ${letterIs('F', `(loop $more ${say(1024, 17)} (br $more))`)}
          ${letterIs('U', say(1072, 11))}
          ${letterIs('B', refuse(1072, 11))}
          ${letterIs('-', '(local.set $count (i32.sub (local.get $count) (i32.const 1)))')}
          ${letterIs('?', '(i32.store8 (local.get $verdict) (i32.const 9))')}
          (local.set $records (i32.add (local.get $records) (i32.const ${abi.record})))
          (local.set $verdict (i32.add (local.get $verdict) (i32.const ${abi.verdict})))
          (local.set $left (i32.sub (local.get $left) (i32.const 1)))
          (br_if $next (local.get $left)))`,
    }),
  )
}

const random = 'wasi:random/random@0.2.3'

/**
 * Gives each record a header `instance`, whose eight bytes are those of no other instance. One that has a header is
 * refused.
 */
export function stamping(): Promise<string> {
  const module = batchModule({
    fields: `
      (import "${random}" "get-random-u64" (func $random (result i64)))
      (data (i32.const 1024) "instance")
      (data (i32.const 1040) "stamped before")
      (data (i32.const 2048) "\\00\\04\\00\\00\\08\\00\\00\\00\\01\\00\\00\\00\\20\\04\\00\\00\\08\\00\\00\\00")`,
    init: '(i64.store (i32.const 1056) (call $random))',
    onRecords: `
      (local $left i32) (local $verdict i32)
      (memory.fill (i32.const 65536) (i32.const 0) (i32.mul (local.get $count) (i32.const ${abi.verdict})))
      (local.set $verdict (i32.const 65536))
      (local.set $left (local.get $count))
      (loop $next
        (if (i32.load offset=28 (local.get $records))
          (then
            (i32.store8 (local.get $verdict) (i32.const 1))
            (i32.store offset=8 (local.get $verdict) (i32.const 1040))
            (i32.store offset=12 (local.get $verdict) (i32.const 14)))
          (else
            (i32.store8 (local.get $verdict) (i32.const 3))
            (memory.copy
              (i32.add (local.get $verdict) (i32.const 8)) (local.get $records) (i32.const ${abi.record}))
            (i32.store offset=32 (local.get $verdict) (i32.const 2048))
            (i32.store offset=36 (local.get $verdict) (i32.const 1))))
        (local.set $records (i32.add (local.get $records) (i32.const ${abi.record})))
        (local.set $verdict (i32.add (local.get $verdict) (i32.const ${abi.verdict})))
        (local.set $left (i32.sub (local.get $left) (i32.const 1)))
        (br_if $next (local.get $left)))`,
  })
  const packages = 'package wasi:random@0.2.3 { interface random { get-random-u64: func() -> u64; } }'
  return component02(module, `import ${random};`, packages)
}

/** As `noopOfBatches`, and as quick as can be. For at most 1000 records a call. */
export async function noopByHand(): Promise<string> {
  return component02(batchModule())
}

/** What it imports beside logging is named, with the packages that this takes, in the words of WIT. */
export function component02(module: string, imports = '', packages = ''): Promise<string> {
  const own = readFileSync(join(witFolder, 'blink-plugin.wit'), 'utf8').replace(
    /^world record-plugin \{/m,
    `$& ${imports}`,
  )
  const witSource = `${own}\n${nested('deps/wasi-logging/logging.wit')}\n${packages}`
  return built(`${module}\n${witSource}`, async () => {
    const binary = await componentEmbed({ binary: await parse(module), witSource, world: 'record-plugin' })
    return componentNew(binary, [])
  })
}

/** A package's file, in the form in which it may follow another package. */
function nested(file: string): string {
  const text = readFileSync(join(witFolder, file), 'utf8').replace(/^\/\/\/.*\n/gm, '')
  return text.replace(/package ([^;]+);/, 'package $1 {').concat('}')
}
