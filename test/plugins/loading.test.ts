/** Every file that is no plugin: what the start of the broker fails with. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { PluginStartError } from '../../src/plugins/host.ts'
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
} from '../support/components.ts'
import { type Asked, rejection, startHost } from '../support/plugins.ts'
import { type Cleanup, suite } from '../support/suite.ts'

const test = suite('loading plugins', 10)
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
  const why = await refusal(cleanup, { path: file('plugin.ts', 'export const plugin = {}') })
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
  assert.match(why, /^is a component for another world: it exports run, but not blink:plugin\/plugin@0.1.0. Build it/)
})

test('a component for a later version of the interface', async (cleanup) => {
  const why = await refusal(cleanup, { path: await successor() })
  assert.match(why, /^was built for blink:plugin@0.2.0; this broker serves 0.1.x/)
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
  const path = await importing('wasi:http/outgoing-handler@0.2.3;\n import wasi:sockets/tcp@0.2.3', wasiPackages, {
    fields: `(import "wasi:http/outgoing-handler@0.2.3" "handle" (func))
      (import "wasi:sockets/tcp@0.2.3" "connect" (func))`,
  })
  const why = await refusal(cleanup, { path })
  assert.match(why, 'imports wasi:http/outgoing-handler@0.2.3, wasi:sockets/tcp@0.2.3, which plugins of this broker')
})

test('more memory from the start than max_memory', async (cleanup) => {
  const path = await component(pluginModule({ memoryPages: 20 }))
  const why = await refusal(cleanup, { path, maxMemoryBytes: 1024 * 1024 })
  const needed = 'its memory starts with 20 pages (1.3 MiB), more than max_memory allows (1 MiB): raise max_memory'
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

test.run()
