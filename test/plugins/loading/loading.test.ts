/** Every file that is no plugin: what the start of the broker fails with. */
import { createHash, generateKeyPairSync, sign } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import type { LogEvent } from '../../../src/base/logger.ts'
import { Cache } from '../../../src/plugins/loading/cache.ts'
import { load, type LoadOptions } from '../../../src/plugins/loading/loading.ts'
import { PluginStartError } from '../../../src/plugins/loading/plugin-start-error.ts'
import { rawPublicKey } from '../../../src/plugins/loading/verification.ts'
import {
  component,
  importing,
  misshapen,
  noop,
  pluginModule,
  stranger,
  successor,
  wasiPackages,
  wit,
} from '../../support/components.ts'
import {
  type Asked,
  judged,
  lineOf,
  rejection,
  settingsOf,
  startHost,
  testCachePath,
  testLogger,
} from '../../support/plugins.ts'
import { type Cleanup, suite } from '../../support/suite.ts'

const test = suite('loading plugins', 20)
const folder = mkdtempSync(join(tmpdir(), 'blink-loading-'))
process.on('exit', () => rmSync(folder, { recursive: true }))

async function refusal(cleanup: Cleanup, asked: Asked): Promise<string> {
  const error = await rejection(startHost(cleanup, [{ name: 'p', ...asked }]))
  assert.instance(error, PluginStartError, error.stack)
  return error.message.replace(`Plugin 'p' (${asked.path}) `, '').replaceAll(folder, '…')
}

function file(name: string, content: Uint8Array | string): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

test('a missing file', async (cleanup) => {
  const why = await refusal(cleanup, { path: join(folder, 'nowhere.wasm') })
  assert.is(why, 'was not found: there is no file …/nowhere.wasm. Correct its path in the settings, or build it')
})

test('a folder', async (cleanup) => {
  assert.is(await refusal(cleanup, { path: folder }), 'is a folder: name the .wasm file in …')
})

test('a file that is not WebAssembly', async (cleanup) => {
  const why = await refusal(cleanup, { path: file('plugin.txt', 'export const plugin = {}') })
  assert.is(why, 'is not WebAssembly: name the .wasm file that your build wrote')
  assert.is(await refusal(cleanup, { path: file('empty.wasm', '') }), why)
})

test('a core module', async (cleanup) => {
  const module = Buffer.from('0061736d01000000', 'hex')
  assert.match(await refusal(cleanup, { path: file('core.wasm', module) }), /^is a core module, not a component: make /)
})

test('a truncated component, wherever it ends', async (cleanup) => {
  const whole = readFileSync(await noop())
  for (const length of [9, 100, whole.length - 1]) {
    const path = file('truncated.wasm', whole.subarray(0, length))
    assert.is(await refusal(cleanup, { path }), 'is truncated: build or copy it again')
  }
  assert.match(await refusal(cleanup, { path: file('bare.wasm', whole.subarray(0, 8)) }), /^is a component for another/)
})

test('a damaged component', async (cleanup) => {
  const damaged = readFileSync(await noop())
  damaged.fill(0xff, 300, 340)
  const why = await refusal(cleanup, { path: file('damaged.wasm', damaged) })
  assert.match(why, /^is (not a valid component|truncated|damaged)/)
})

test('a component larger than 32 MiB, which is not even read', async (cleanup) => {
  const path = file('large.wasm', Buffer.alloc(33 * 1024 * 1024))
  assert.match(await refusal(cleanup, { path }), /^is too large: 33.0 MiB of the 32.0 MiB a plugin may have/)
})

test('a component for another world', async (cleanup) => {
  const why = await refusal(cleanup, { path: await stranger() })
  assert.match(why, /^is a component for another world: it exports run, but neither blink:plugin\/plugin@0.1.0 nor/)
})

test('a component for a later version of the interface', async (cleanup) => {
  const why = await refusal(cleanup, { path: await successor() })
  assert.match(why, /^was built for blink:plugin@0.3.0; this broker serves 0.1.x and 0.2.x/)
})

test('a component for a later patch of the interface is welcome', async (cleanup) => {
  const module = pluginModule({}).replaceAll('@0.1.0', '@0.1.7')
  const path = await component(module, wit.replace('blink:plugin@0.1.0', 'blink:plugin@0.1.7'))
  const { host } = await startHost(cleanup, [{ path }])
  assert.equal([host.status()[0]!.state, host.status()[0]!.isDirect], ['running', true])
})

test('a component whose on-record has another shape', async (cleanup) => {
  const why = await refusal(cleanup, { path: await misshapen() })
  assert.match(why, 'its on-record takes other parameters than that of blink:plugin@0.1.0')
})

test('imports beyond what is granted are named, each of them', async (cleanup) => {
  const path = await importing('wasi:http/outgoing-handler@0.2.3;\n import wasi:nn/graph@0.2.3', wasiPackages, {
    fields: `(import "wasi:http/outgoing-handler@0.2.3" "handle" (func))
      (import "wasi:nn/graph@0.2.3" "load" (func))`,
  })
  const why = await refusal(cleanup, { path })
  assert.is(
    why,
    'imports wasi:http/outgoing-handler@0.2.3, which needs `capabilities: { http: { hosts: [api.example.com] } }`; ' +
      'and wasi:nn/graph@0.2.3, which no plugin is ever granted: build it without ' +
      '(in its entry under `plugins` in settings.yaml)',
  )
})

test('more memory from the start than max_memory', async (cleanup) => {
  const path = await component(pluginModule({ memoryPages: 20 }))
  const why = await refusal(cleanup, { path, maxMemoryBytes: 1024 * 1024 })
  const needed = 'begins with 20 pages (1.3 MiB) of memory, more than max_memory allows (1 MiB): raise max_memory'
  assert.is(why, needed)
})

test('an init that traps', async (cleanup) => {
  const path = await component(pluginModule({ init: 'unreachable' }))
  assert.is(await refusal(cleanup, { path }), 'does not start: init failed (trap): `unreachable` instruction executed')
})

test('an init that does not end', async (cleanup) => {
  const path = await component(pluginModule({ init: '(loop $forever (br $forever))' }))
  const why = await refusal(cleanup, { path, initTimeoutMs: 200 })
  assert.is(why, 'does not start: init failed (timeout): it did not answer within 200 ms')
})

test('an init that takes all memory', async (cleanup) => {
  const grow = '(loop $more (br_if $more (i32.ne (memory.grow (i32.const 16)) (i32.const -1)))) unreachable'
  const path = await component(pluginModule({ init: grow }))
  const why = await refusal(cleanup, { path, maxMemoryBytes: 16 * 1024 * 1024 })
  assert.match(why, /^does not start: init failed \(memory\): it has taken \d+ of its 16777216 bytes of memory/)
})

/** Loads it, and runs nothing. */
async function loaded(asked: Asked, options: Partial<LoadOptions> = {}) {
  const events: LogEvent[] = []
  const log = testLogger(events)
  const result = await load(settingsOf({ name: 'p', ...asked }), {
    cache: new Cache(testCachePath, log),
    folder,
    log,
    ...options,
  })
  return { ...result, lines: events.map(lineOf) }
}

/** What the second edition's world comes to for a plugin that only keeps the time. */
const timerWorld = `
  package test:timer;
  world keeper { export blink:plugin/lifecycle@0.2.0; export blink:plugin/timer@0.2.0; PLUGIN }
  package blink:plugin@0.2.0 {
    interface lifecycle { init: func(config: string) -> result<_, string>; }
    interface timer { on-timer: func() -> option<u32>; }
  }
  package blink:plugin@0.1.0 { interface plugin { init: func() -> option<u16>; } }`

function timerComponent(alsoExports = '', function_ = ''): Promise<string> {
  const module = `(module
    (memory (export "memory") 1)
    (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
    (func (export "blink:plugin/lifecycle@0.2.0#init") (param i32 i32) (result i32) (i32.const 8))
    (func (export "blink:plugin/timer@0.2.0#on-timer") (result i32) (i32.const 8))
    ${function_})`
  return component(module, timerWorld.replace('PLUGIN', alsoExports), 'keeper')
}

test('a component of the second edition is known by what it exports', async () => {
  const { code, imports, exports, hash, lines } = await loaded({ path: await timerComponent() })
  assert.ok(code.kind === 'component')
  assert.is(code.edition, '0.2')
  assert.equal([imports, exports], [code.imports, code.exports])
  assert.equal([imports, exports], [[], ['blink:plugin/lifecycle@0.2.0', 'blink:plugin/timer@0.2.0']])
  assert.match(hash, /^[0-9a-f]{64}$/)
  assert.equal(lines, [])
})

test('a component of both editions is called by the second', async () => {
  const init = '(func (export "blink:plugin/plugin@0.1.0#init") (result i32) (i32.const 8))'
  const { code } = await loaded({ path: await timerComponent('export blink:plugin/plugin@0.1.0;', init) })
  assert.is(code.kind === 'component' && code.edition, '0.2')
})

test('a component of the first edition is known, too', async () => {
  const { code } = await loaded({ path: await noop() })
  assert.is(code.kind === 'component' && code.edition, '0.1')
})

test('a file with another checksum is refused before anything of it is looked at', async () => {
  const path = file('other.wasm', 'not even WebAssembly')
  const hash = createHash('sha256').update('not even WebAssembly').digest('hex')
  const checksum = `sha256:${'1'.repeat(64)}`
  const { message } = await rejection(loaded({ path, checksum }))
  assert.match(message, `Plugin 'p' (${path}) has the checksum sha256:${hash}, where settings expect ${checksum};`)
  assert.match((await rejection(loaded({ path, checksum: `sha256:${hash}` }))).message, 'is not WebAssembly')
})

test('a file is loaded only with the signature of a trusted key, where one is asked for', async () => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const trustedKeys = [rawPublicKey(`${publicKey.export({ format: 'pem', type: 'spki' })}`)]
  const bytes = readFileSync(await noop())
  const path = file('signed.wasm', bytes)
  file('signed.sig', sign(null, bytes, privateKey))
  const asked = { path, requiresSignature: true, signature: 'signed.sig' }
  assert.is((await loaded(asked, { trustedKeys })).code.kind, 'component')
  const unsigned = await rejection(loaded({ path, requiresSignature: true }, { trustedKeys }))
  assert.match(unsigned.message, 'is not signed, and plugin_require_signature is true')
  assert.match((await rejection(loaded(asked))).message, 'nothing can be held against')
  file('signed.wasm', Buffer.concat([bytes, Buffer.of(0)]))
  assert.match((await rejection(loaded(asked, { trustedKeys }))).message, 'that does not fit its bytes')
})

test('a script is loaded with a warning, each time', async () => {
  const path = file('script.js', 'export function init() {}\nexport function onRecord() { return true }\n')
  for (let turn = 0; turn < 2; turn++) {
    const { code, imports, exports, lines } = await loaded({ path })
    assert.ok(code.kind === 'script')
    assert.is(typeof (await import(code.url)).onRecord, 'function')
    assert.equal([imports, exports], [[], []])
    assert.equal(lines, ["warn: Plugin 'p' is JavaScript and runs without a sandbox"])
  }
})

test('a script that is not the one that was meant is not even warned of', async () => {
  const path = file('other.js', 'process.exit(1)')
  const { message } = await rejection(loaded({ path, checksum: `sha256:${'1'.repeat(64)}` }))
  assert.match(message, 'nothing of it was run')
})

test('a script judges records', async (cleanup) => {
  const path = file(
    'guard.ts',
    'export const init = () => {}\nexport const onRecord = (...[, , , value]: string[]) => value !== ""',
  )
  const { host, lines } = await startHost(cleanup, [{ path }])
  assert.equal(await judged(host, ['a', '']), ['1: the plugin gave no reason'])
  assert.ok(lines().includes("warn: Plugin 'guard.ts' is JavaScript and runs without a sandbox"))
})

test.run()
