/**
 * A component of blink:plugin@0.2, made from JavaScript, that runs the JavaScript in a record's value with the imports
 * at hand that are answered in its own thread, and refuses the record with what came of it. Numbers of 64 bits are
 * plain numbers in there: componentize-qjs 0.4.5 panics on a bigint.
 */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { componentize } from 'componentize-qjs'
import type { CapabilityEnvironment } from '../../src/plugins/capabilities/capability-environment.ts'
import { instanceOf } from './capabilities.ts'
import { built } from './components.ts'

const world = `
world keeper {
  include record-plugin;
  import sql;
  import wasi:config/store@0.2.0-draft;
  import wasi:keyvalue/store@0.2.0-draft;
  import wasi:keyvalue/atomics@0.2.0-draft;
  import wasi:keyvalue/batch@0.2.0-draft;
}
`

const jsSource = `
import { log } from 'wasi:logging/logging@0.1.0-draft'
import { get, getAll } from 'wasi:config/store@0.2.0-draft'
import { open } from 'wasi:keyvalue/store@0.2.0-draft'
import { Cas, increment, swap } from 'wasi:keyvalue/atomics@0.2.0-draft'
import { getMany, setMany, deleteMany } from 'wasi:keyvalue/batch@0.2.0-draft'
import { query, execute } from 'blink:plugin/sql@0.2.0'

const text = (bytes) => bytes && String.fromCharCode(...bytes)
const bytes = (text) => Uint8Array.from(text, (character) => character.charCodeAt(0))
const failure = (error) => (error instanceof Error && !('payload' in error) ? String(error) : (error.payload ?? error))
const attempt = (run) => { try { return run() } catch (error) { return { error: failure(error) } } }
const at = { log, get, getAll, open, Cas, increment, swap, getMany, setMany, deleteMany, query, execute,
  text, bytes, attempt }

export const lifecycle = { init() {} }
export const records = {
  onRecords: ({ records }) => records.map(({ value }) => {
    const outcome = attempt(() => new Function(...Object.keys(at), text(value))(...Object.values(at)))
    const plain = (_, part) => typeof part === 'bigint' ? Number(part) : part instanceof Uint8Array ? [...part] : part
    return { tag: 'reject', val: JSON.stringify(outcome, plain) ?? 'null' }
  }),
}
`

function keepingComponent(): Promise<string> {
  const blink = readFileSync('wit/v2/blink-plugin.wit', 'utf8') + world
  return built(`keeping\n${blink}\n${jsSource}`, async () => {
    const witPath = mkdtempSync(join(tmpdir(), 'blink-test-wit-'))
    try {
      cpSync('wit/v2/deps', join(witPath, 'deps'), { recursive: true })
      writeFileSync(join(witPath, 'blink-plugin.wit'), blink)
      return (await componentize({ witPath, jsSource, world: 'keeper', sync: true })).component
    } finally {
      rmSync(witPath, { recursive: true })
    }
  })
}

/** What runs the code of a function in the component, and answers what it returned. */
export async function keeper(environment: CapabilityEnvironment): Promise<(code: string) => unknown> {
  const { records } = await instanceOf(await keepingComponent(), environment)
  return (code) => {
    const record = { key: undefined, value: Buffer.from(code), headers: [], timestamp: 0n, offset: undefined }
    const batch = { topic: 't', partition: 0, clientId: undefined, principal: undefined, records: [record] }
    return JSON.parse(records.onRecords(batch)[0].val)
  }
}
