/**
 * Components for tests, written in WebAssembly's text format and built when first asked for: plugins that do what no
 * honest plugin does, and the plainest that do what they should.
 */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { componentEmbed, componentNew, parse } from '@bytecodealliance/jco-transpile/wasm-tools'

const plugin = 'blink:plugin/plugin@0.1.0'
/** Tests are compiled to `<build>/test/support`, and run at the root of the project. */
export const wit = readFileSync('wit/blink-plugin.wit', 'utf8')

export interface ModuleSource {
  /** Further imports, globals, data and functions. */
  readonly fields?: string
  /** Instructions before `init` returns that there is no port. */
  readonly init?: string
  /** Instructions that leave the verdict; the parameters are named as in the WIT. */
  readonly onRecord?: string
  readonly memoryPages?: number
  readonly allocator?: string
}

export const accept = '(i32.const 1)'

/** A core module in the text format. Strings passed to it live until the call returns. */
export function pluginModule({ fields = '', init = '', onRecord = accept, memoryPages = 1, allocator }: ModuleSource) {
  return `(module
    (import "blink:plugin/host@0.1.0" "log" (func $log (param i32 i32 i32)))
    ${fields}
    (memory (export "memory") ${memoryPages})
    (global $top (mut i32) (i32.const 8192))
    (func (export "cabi_realloc")
      (param $old i32) (param $oldBytes i32) (param $align i32) (param $bytes i32) (result i32)
      (local $at i32)
      ${allocator ?? bumpAllocator})
    (func (export "${plugin}#init") (result i32)
      ${init}
      (i32.const 0))
    (func $onRecord (param $topic i32) (param $topicBytes i32) (param $partition i32) (param $hasKey i32)
      (param $key i32) (param $keyBytes i32) (param $value i32) (param $valueBytes i32) (result i32)
      ${onRecord})
    (func (export "${plugin}#on-record") (param i32 i32 i32 i32 i32 i32 i32 i32) (result i32)
      (call $onRecord (local.get 0) (local.get 1) (local.get 2) (local.get 3)
        (local.get 4) (local.get 5) (local.get 6) (local.get 7))
      (global.set $top (i32.const 8192))))`
}

/** Instructions that take memory from the top, which falls back when the call returns. */
export const bumpAllocator = `
  (local.set $at (global.get $top))
  (global.set $top (i32.add (local.get $at) (local.get $bytes)))
  (block $fits
    (loop $grow
      (br_if $fits (i32.le_u (global.get $top) (i32.mul (memory.size) (i32.const 65536))))
      (if (i32.eq (memory.grow (i32.const 1)) (i32.const -1)) (then (unreachable)))
      (br $grow)))
  (local.get $at)`

/** The component's file, built once for all runs of the tests on this machine. */
export function component(module: string, witSource = wit, world = 'blink-plugin'): Promise<string> {
  return built(`${module}\n${witSource}`, async () => {
    const core = await parse(module)
    return componentNew(await componentEmbed({ binary: core, witSource, world }), [])
  })
}

/** As C and Rust make them: a module that imports the older WASI, and jco's adapter from that to WASI 0.2. */
export function adaptedComponent(module: string): Promise<string> {
  return built(`adapted\n${module}`, async () => {
    const binary = await componentEmbed({ binary: await parse(module), witSource: wit, world: 'blink-plugin' })
    const adapter = readFileSync('node_modules/@bytecodealliance/jco/lib/wasi_snapshot_preview1.reactor.wasm')
    return componentNew(binary, [['wasi_snapshot_preview1', adapter]])
  })
}

export async function built(key: string, build: () => Promise<Uint8Array>): Promise<string> {
  const folder = join(tmpdir(), 'blink-test-components')
  const file = join(folder, `${createHash('sha256').update(key).digest('hex').slice(0, 16)}.wasm`)
  if (existsSync(file)) return file
  mkdirSync(folder, { recursive: true })
  writeFileSync(`${file}.${process.pid}`, await build())
  renameSync(`${file}.${process.pid}`, file)
  return file
}

/** Accepts everything at once. */
export const noop = () => component(pluginModule({}))

const whenValueIs = (letter: string, instructions: string) =>
  `(if (i32.eq (i32.load8_u (local.get $value)) (i32.const ${letter.charCodeAt(0)})) (then ${instructions}))`

const refuse = '(return (i32.const 0))'
const write = (level: number, at: number, bytes: number) =>
  `(call $log (i32.const ${level}) (i32.const ${at}) (i32.const ${bytes}))`
const warnRank = 3
const takeAllMemory = '(loop $more (br_if $more (i32.ne (memory.grow (i32.const 1)) (i32.const -1)))) unreachable'

/** What the first letter of a value makes `chaos` do. Any other is accepted. */
export const chaosLetters = {
  refuse: 'n',
  refuseWithReason: 'N',
  trap: 'T',
  loop: 'L',
  logAndLoop: 'M',
  overflowStack: 'R',
  outOfBounds: 'O',
  badBool: 'B',
  takeAllMemory: 'G',
  floodLog: 'F',
  longLine: 'Z',
  logBytes: 'U',
  /** Refuses, with the count of the records seen so far as the reason: one digit. */
  count: '#',
} as const

/** Counts the records it sees, and does anything it is told to. */
export const chaos = () =>
  component(
    pluginModule({
      memoryPages: 2,
      fields: `
        (global $count (mut i32) (i32.const 0))
        (data (i32.const 1024) "the value says no")
        (data (i32.const 1056) "about to loop")
        (data (i32.const 1072) "no text: \\ff\\fe")
        (func $recurse (param i32) (result i32) (i32.add (call $recurse (local.get 0)) (i32.const 1)))`,
      onRecord: `
        (global.set $count (i32.add (global.get $count) (i32.const 1)))
        (if (i32.eqz (local.get $valueBytes)) (then (return (i32.const 1))))
        ${whenValueIs('n', refuse)}
        ${whenValueIs('N', write(warnRank, 1024, 17) + refuse)}
        ${whenValueIs('T', 'unreachable')}
        ${whenValueIs('L', '(loop $forever (br $forever))')}
        ${whenValueIs('M', `${write(warnRank, 1056, 13)} (loop $forever (br $forever))`)}
        ${whenValueIs('R', '(drop (call $recurse (i32.const 0)))')}
        ${whenValueIs('O', '(drop (i32.load (i32.const -8)))')}
        ${whenValueIs('B', '(return (i32.const 7))')}
        ${whenValueIs('G', takeAllMemory)}
        ${whenValueIs('F', `(loop $more ${write(2, 1024, 17)} (br $more))`)}
        ${whenValueIs('Z', write(2, 1024, 60_000))}
        ${whenValueIs('U', write(2, 1072, 11))}
        ${whenValueIs(
          '#',
          `(i32.store8 (i32.const 2048) (i32.add (i32.const 48) (global.get $count)))
           ${write(warnRank, 2048, 1)} ${refuse}`,
        )}
        (i32.const 1)`,
    }),
  )

/** Imports something of the world outside, named as in its WIT: `fields` imports and `init` calls it. */
export function importing(imported: string, packages: string, module: ModuleSource): Promise<string> {
  const extended = wit.replace('import host;', `import host;\n    import ${imported};`)
  return component(pluginModule(module), `${extended}\n${packages}`)
}

/** What of WASI the tests import, in as many words as the binding needs. */
export const wasiPackages = `
  package wasi:cli@0.2.3 {
    interface exit { exit: func(status: result); }
    interface environment { get-environment: func() -> list<tuple<string, string>>; }
    interface stderr { use wasi:io/streams@0.2.3.{output-stream}; get-stderr: func() -> output-stream; }
  }
  package wasi:io@0.2.3 {
    interface error { resource error; }
    interface streams {
      use error.{error};
      variant stream-error { last-operation-failed(error), closed }
      resource output-stream {
        blocking-write-and-flush: func(contents: list<u8>) -> result<_, stream-error>;
      }
    }
  }
  package wasi:http@0.2.3 { interface outgoing-handler { handle: func(); } }
  package wasi:sockets@0.2.3 { interface tcp { connect: func(); } }
`

/** For another world altogether. */
export const stranger = () =>
  component('(module (func (export "run")))', 'package other:thing@1.0.0; world thing { export run: func(); }', 'thing')

/** For the interface of a later version. */
export const successor = () =>
  component(pluginModule({}).replaceAll('@0.1.0', '@0.3.0'), wit.replace('blink:plugin@0.1.0', 'blink:plugin@0.3.0'))

/** Of the right name, but another shape: its on-record takes no key. */
export const misshapen = () =>
  component(
    pluginModule({})
      .replace(/\(param i32 i32 i32 i32 i32 i32 i32 i32\)/, '(param i32 i32 i32 i32 i32)')
      .replace(
        /\(local.get 4\) \(local.get 5\) \(local.get 6\) \(local.get 7\)/,
        '(i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0)',
      ),
    wit.replace('key: option<string>, value', 'value'),
  )
