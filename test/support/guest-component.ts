/**
 * A component of blink:plugin@0.2 that runs, for each record, the JavaScript in the record's value, with all imports at
 * hand, and refuses the record with what came of it. So a test says in a line what a plugin does, and all tests share
 * one component.
 */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { componentize } from 'componentize-qjs'
import { built } from './components.ts'

const world = `
world guest {
  include record-plugin;
  import metrics;
  import memory;
  import produce;
  import subscribe;
  import wasi:http/outgoing-handler@0.2.3;
}
`

const source = `
import { handle } from 'wasi:http/outgoing-handler@0.2.3'
import { Fields, OutgoingRequest, OutgoingBody, RequestOptions, IncomingBody } from 'wasi:http/types@0.2.3'
import { add, set, observe } from 'blink:plugin/metrics@0.2.0'
import { used, limit, pressure } from 'blink:plugin/memory@0.2.0'
import { produce } from 'blink:plugin/produce@0.2.0'
import { subscribe, unsubscribe } from 'blink:plugin/subscribe@0.2.0'

const at = { Fields, OutgoingRequest, OutgoingBody, RequestOptions, IncomingBody, handle, send, text, bytes, attempt,
  add, set, observe, used, limit, pressure, produce, subscribe, unsubscribe }

function text(bytes) {
  return decodeURIComponent(Array.from(bytes, (byte) => '%' + byte.toString(16).padStart(2, '0')).join(''))
}
function bytes(text) {
  return Uint8Array.from(text, (character) => character.charCodeAt(0))
}
function failure(error) {
  return error instanceof Error && !('payload' in error) ? String(error) : error.payload ?? error
}
function attempt(run) {
  try { return { value: run() } } catch (error) { return { error: failure(error) } }
}
function requestFor({ method, scheme = 'HTTP', authority, path = '/', headers = [] }) {
  const fields = new Fields()
  for (const [name, value] of headers) fields.append(name, bytes(value))
  const request = new OutgoingRequest(fields)
  if (method) request.setMethod(method)
  request.setScheme({ tag: scheme })
  request.setAuthority(authority)
  request.setPathWithQuery(path)
  return request
}
function send(asked) {
  const request = requestFor(asked)
  const body = asked.body === undefined ? undefined : request.body()
  const options = asked.options && new RequestOptions()
  for (const [name, value] of Object.entries(asked.options ?? {})) options[name](value)
  const future = handle(request, options)
  if (body) {
    const stream = body.write()
    for (let from = 0; from < asked.body.length; from += 4096) {
      stream.blockingWriteAndFlush(bytes(asked.body.slice(from, from + 4096)))
    }
    stream[Symbol.dispose]?.()
    OutgoingBody.finish(body, undefined)
  }
  const waiting = future.subscribe()
  waiting.block()
  const taken = future.get()
  const result = taken.val ?? taken
  const answer = result.val ?? result
  if (result.tag === 'err' || taken.tag === 'err') return { error: answer }
  const chunks = []
  const incoming = answer.consume()
  const stream = incoming.stream()
  for (;;) {
    try { chunks.push(text(stream.blockingRead(65536))) } catch { break }
  }
  return { status: answer.status(), headers: answer.headers().entries().map(([name, value]) => [name, text(value)]),
    body: chunks.join('') }
}

export const lifecycle = { init() {} }
export const records = {
  onRecords: ({ records }) => records.map(({ value }) => ({ tag: 'reject', val: JSON.stringify(outcome(text(value)),
    (_, part) => typeof part === 'bigint' ? Number(part) : part) })),
}
function outcome(code) {
  return attempt(() => new Function(...Object.keys(at), code)(...Object.values(at)))
}
`

const builtin = 'node_modules/@bytecodealliance/jco/lib/wit/builtin/0.2.12'

/**
 * componentize-qjs 0.4.5 cannot make a component that imports wasi:http, since it offers a wasi:io of its own while it
 * starts the JavaScript. So it is shown a wasi:http, and all that needs, under another name, which is then mended in
 * the component.
 */
export function guestComponent(): Promise<string> {
  const blink = readFileSync('wit/v2/blink-plugin.wit', 'utf8') + world
  return built(`guest 3\n${blink}\n${source}`, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'blink-test-wit-'))
    try {
      const disguised = readdirSync(builtin)
      const others = readdirSync('wit/v2/deps').filter((name) => !disguised.includes(name))
      for (const name of others) cpSync(join('wit/v2/deps', name), join(folder, 'deps', name), { recursive: true })
      for (const name of disguised) disguise(join(builtin, name), join(folder, 'deps', name))
      writeFileSync(join(folder, 'blink-plugin.wit'), blink.replaceAll('wasi:http', 'wazi:http'))
      const jsSource = source.replaceAll('wasi:http', 'wazi:http')
      const { component } = await componentize({ witPath: folder, jsSource, world: 'guest', sync: true })
      return Buffer.from(component.toString('latin1').replaceAll('wazi:', 'wasi:'), 'latin1')
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
}

function disguise(from: string, to: string): void {
  mkdirSync(to)
  for (const file of readdirSync(from)) {
    const text = readFileSync(join(from, file), 'utf8')
    writeFileSync(join(to, file), text.replaceAll('wasi:', 'wazi:').replaceAll('0.2.12', '0.2.3'))
  }
}
