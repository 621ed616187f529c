/** What a plugin's thread hands to its capabilities, for tests that call them directly or through a component. */
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ManualClock } from '../../src/base/clock.ts'
import { silent } from '../../src/base/logger.ts'
import { Cache } from '../../src/plugins/loading/cache.ts'
import { type Grants, nothingGranted } from '../../src/plugins/capabilities/capabilities.ts'
import type { CapabilityEnvironment } from '../../src/plugins/capabilities/capability-environment.ts'
import { importable, importsFor } from '../../src/plugins/capabilities/imports.ts'
import { SharedFolder, sharedStateBytes } from '../../src/plugins/capabilities/shared-folder.ts'
import { glueName, transpile } from '../../src/plugins/loading/transpile.ts'
import { withWasmFeatures } from '../../src/plugins/loading/wasm-features.ts'
import { testCachePath } from './plugins.ts'
import type { Cleanup } from './suite.ts'

export const mebibyte = 1024 * 1024

/** As settings grant them by default. */
export const grants: Grants = {
  ...nothingGranted,
  keyvalue: { bytesMax: 16 * mebibyte },
  filesystem: { bytesMax: mebibyte },
  sql: { bytesMax: mebibyte, rowsMax: 1000, timeoutMs: 1000 },
}

/** A folder for the test. */
export function temporaryFolder(cleanup: Cleanup): string {
  const folder = mkdtempSync(join(tmpdir(), 'blink-test-plugin-'))
  cleanup.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

export interface TestEnvironment extends CapabilityEnvironment {
  readonly folder: string
  readonly lines: readonly string[]
}

export function environmentFor(cleanup: Cleanup, changes: Partial<CapabilityEnvironment> = {}): TestEnvironment {
  const lines: string[] = []
  const refuse = (): never => {
    throw new Error('nobody is there')
  }
  return {
    plugin: 'test',
    grants,
    config: null,
    shared: newSharedState(),
    clock: new ManualClock(1_700_000_000_123),
    log: (level, message) => lines.push(`${level}: ${message}`),
    calls: { ask: refuse, tell: refuse, taken: 0 },
    by: () => [],
    memoryBytes: () => 0,
    memoryBytesMax: mebibyte,
    pressure: new Int32Array(1),
    lines,
    ...changes,
    folder: changes.folder ?? temporaryFolder(cleanup),
  }
}

/** As the host makes it when a plugin, or the broker, starts anew. */
export function newSharedState(): SharedArrayBuffer {
  return new SharedArrayBuffer(sharedStateBytes)
}

export function sharedFolder(cleanup: Cleanup): SharedFolder {
  return new SharedFolder(temporaryFolder(cleanup), newSharedState())
}

/** The functions of an interface, as a component would call them. */
export function functionsOf(imports: object, name: string): Record<string, (...values: never[]) => unknown> {
  return (imports as Record<string, Record<string, (...values: never[]) => unknown>>)[name]!
}

/** What it threw, which is what a component gets as its error. */
export function thrownBy(run: () => unknown): unknown {
  try {
    run()
  } catch (error) {
    return error
  }
  throw new Error('it threw nothing')
}

/** Instantiates a component in this thread, with what the environment grants. */
export async function instanceOf(file: string, environment: CapabilityEnvironment) {
  const bytes = readFileSync(file)
  const hash = createHash('sha256').update(bytes).digest('hex')
  const files = await transpile(bytes, hash, new Cache(testCachePath, silent))
  const glue = await import(`data:text/javascript;base64,${files.get(glueName)!.toString('base64')}`)
  const line = (text: string) => environment.log('info', text)
  const { imports } = await importsFor(importable, environment, { stdout: line, stderr: line })
  const host = { log: (level: 'info', message: string) => environment.log(level, message) }
  return glue.instantiate((name: string) => withWasmFeatures(() => WebAssembly.compile(files.get(name)!)), {
    'blink:plugin/host': host,
    ...imports,
  })
}
