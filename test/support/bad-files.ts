/** Files that are no plugin, or none that starts: each kind put where a plugin's file is to be. */
import { copyFileSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { parse } from '@bytecodealliance/jco-transpile/wasm-tools'
import { batchModule, component02 } from './components-0-2.ts'
import { component, importing, noop, pluginModule, stranger, successor, wasiPackages } from './components.ts'

export interface BadFile {
  readonly what: string
  /** Where there was none before. */
  put(path: string): Promise<void> | void
  /** What the broker says of it. */
  readonly why: RegExp
}

/** Of a plugin that may take 16 MiB, and has 300 ms for its `init`. */
export const initTimeoutMs = 300
export const maxMemoryBytes = 1 << 24

const copy = (component: () => Promise<string>) => async (path: string) => copyFileSync(await component(), path)

const http = 'wasi:http/outgoing-handler@0.2.3'

/** An import that nothing calls would not be in the component. */
function calling(imported: string, name: string) {
  return { fields: `(import "${imported}" "${name}" (func $imported))`, init: 'call $imported' }
}

/** The memory of `result<_, string>` for "not today", where `init` of 0.2 leaves it. */
const refusal =
  '(data (i32.const 16) "\\01\\00\\00\\00\\40\\00\\00\\00\\09\\00\\00\\00") (data (i32.const 64) "not today")'

export const badFiles: readonly BadFile[] = [
  { what: 'is not there', put: () => {}, why: /was not found: there is no file .* Correct its path/ },
  { what: 'is a folder', put: (path) => mkdirSync(path), why: /is a folder: name the \.wasm file in/ },
  { what: 'is empty', put: (path) => writeFileSync(path, ''), why: /is not WebAssembly/ },
  { what: 'is text', put: (path) => writeFileSync(path, 'no WebAssembly'), why: /is not WebAssembly/ },
  {
    what: 'is a core module',
    put: async (path) => writeFileSync(path, await parse('(module)')),
    why: /core module/,
  },
  {
    what: 'is cut off',
    put: async (path) => writeFileSync(path, readFileSync(await noop()).subarray(0, 300)),
    why: /is truncated: build or copy it again/,
  },
  { what: 'is of another world', put: copy(stranger), why: /is a component for another world: it exports run/ },
  { what: 'is of a later edition', put: copy(successor), why: /was built for blink:plugin@0\.3\.0/ },
  {
    what: 'imports sockets',
    put: copy(() => importing('wasi:sockets/tcp@0.2.3', wasiPackages, calling('wasi:sockets/tcp@0.2.3', 'connect'))),
    why: /wasi:sockets\/tcp/,
  },
  {
    what: 'imports what was not granted',
    put: copy(() => importing(http, wasiPackages, calling(http, 'handle'))),
    why: /wasi:http\/outgoing-handler.*capabilities/,
  },
  {
    what: 'needs more memory',
    put: copy(() => component(pluginModule({ memoryPages: 1000 }))),
    why: /begins with 1000 pages .* of memory.*raise max_memory/,
  },
  {
    what: 'traps in init',
    put: copy(() => component(pluginModule({ init: 'unreachable' }))),
    why: /init failed \(trap\)/,
  },
  {
    what: 'is slow in init',
    put: copy(() => component(pluginModule({ init: '(loop $forever (br $forever))' }))),
    why: /init failed \(timeout\): it did not answer within 300 ms/,
  },
  {
    what: 'refuses in init',
    put: copy(() => component02(batchModule({ fields: refusal }))),
    why: /init refused: not today/,
  },
  // Each time it is read it says something else, as a file does that somebody writes.
  ...(process.platform === 'linux'
    ? [
        {
          what: 'changes while it is read',
          put: (path: string) => symlinkSync('/proc/sys/kernel/random/uuid', path),
          why: /changes while it is read/,
        },
      ]
    : []),
]

export function clear(path: string): void {
  rmSync(path, { recursive: true, force: true })
}
