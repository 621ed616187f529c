/**
 * A component of blink:plugin@0.2 that does in each hook what its config says, in JavaScript, with every capability at
 * hand: `{ init, onRecord, onTimer }`. A request is answered with what the JavaScript in its body comes to. So a test
 * says what a plugin does where it needs it, and all of them share one component.
 *
 * The code has an object `state` that lives as long as the instance. Numbers of 64 bits are plain numbers in there.
 */
import { scriptComponent } from './components-0-2.ts'

const items = [
  'import produce;',
  'import subscribe;',
  'import wasi:config/store@0.2.0-draft;',
  'import wasi:keyvalue/store@0.2.0-draft;',
  'import wasi:keyvalue/atomics@0.2.0-draft;',
  'export timer;',
  'export http;',
  'export ending;',
]

const source = `
import { log } from 'wasi:logging/logging@0.1.0-draft'
import { get, getAll } from 'wasi:config/store@0.2.0-draft'
import { open } from 'wasi:keyvalue/store@0.2.0-draft'
import { increment } from 'wasi:keyvalue/atomics@0.2.0-draft'
import { produce } from 'blink:plugin/produce@0.2.0'
import { subscribe, unsubscribe } from 'blink:plugin/subscribe@0.2.0'

const text = (bytes) => bytes == null ? null : String.fromCharCode(...bytes)
const bytes = (text) => Uint8Array.from(text, (character) => character.charCodeAt(0))
const failure = (error) => error instanceof Error && !('payload' in error) ? String(error) : (error.payload ?? error)
const attempt = (run) => { try { return { value: run() } } catch (error) { return { error: failure(error) } } }
/** To a topic, of a text, with a key if need be. */
const send = (topic, value, key) => produce({ topic, partition: undefined, headers: [],
  key: key === undefined ? undefined : bytes(key), value: bytes(value) })
const state = { seen: [], ticks: 0 }
const at = { log, get, getAll, open, increment, produce, subscribe, unsubscribe, text, bytes, attempt, send, state }
const compiled = (code, ...names) => {
  const run = new Function(...Object.keys(at), ...names, code)
  return (...values) => run(...Object.values(at), ...values)
}
const nothing = () => undefined
let [onRecord, onTimer] = [nothing, nothing]

export const lifecycle = { init(given) {
  const config = JSON.parse(given)
  onRecord = compiled(config.onRecord ?? '', 'value', 'record', 'batch')
  onTimer = compiled(config.onTimer ?? '')
  compiled(config.init ?? '')()
} }
export const records = { onRecords: (batch) => batch.records.map((record) =>
  onRecord(text(record.value), record, batch) ?? { tag: 'accept' }) }
export const timer = { onTimer: () => onTimer() }
export const http = { handleHttp({ method, path, query, body }) {
  const answer = body.length === 0 ? { method, path, query, state } : attempt(compiled(text(body)))
  const plain = (_, part) => part instanceof Uint8Array ? text(part) : part
  return { status: 200, headers: [['content-type', 'application/json']], body: bytes(JSON.stringify(answer, plain)) }
} }
export const ending = { finalize() { log('info', '', 'finalized') }, cleanup() {} }
`

export interface Doing {
  /** JavaScript. */
  readonly init?: string
  /** JavaScript that is given `value` as text, `record` and `batch`; what it returns, if anything, is the verdict. */
  readonly onRecord?: string
  /** JavaScript that returns after how many milliseconds to run again, if ever. */
  readonly onTimer?: string
}

export function doingComponent(): Promise<string> {
  return scriptComponent(source, { items })
}
