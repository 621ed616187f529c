/** A plugin that is a JavaScript module, in a thread of its own. */
import * as assert from 'uvu/assert'
import type { LoadRequest } from '../../../src/plugins/crossing/thread.ts'
import type { Code } from '../../../src/plugins/guest/instance.ts'
import { type Cleanup, suite } from '../../support/suite.ts'
import { judgedBy, newThread, placedAlone, requestOf, scriptOf, shownBatch } from '../../support/threads.ts'

const test = suite('plugin in JavaScript', 10)
const quiet = 'export function init() {}\n'

async function running(cleanup: Cleanup, source: string, changes: Partial<LoadRequest> = {}) {
  const thread = newThread(cleanup)
  assert.is(await thread.load(requestOf(scriptOf(source), changes)), null)
  assert.is(await thread.init(5000), null)
  return thread
}

test('it judges record by record, with the strings of 0.1', async (cleanup) => {
  const thread = await running(
    cleanup,
    `let log
     export function init(host) { log = host.log }
     export function onRecord(topic, partition, key, value) {
       log('warn', [topic, partition, key, value].map(String).join(' '))
       return value !== 'bad'
     }`,
  )
  assert.equal(thread.offered, { edition: 'script', hooks: ['on-record'], info: null, imports: [], exports: [] })
  assert.is(thread.isDirect, false)
  const { verdicts } = await judgedBy(thread, shownBatch([{ key: 'k', value: 'é' }, 'bad', { value: null }]))
  assert.equal(verdicts, ['accepted', 'refused', 'accepted'])
  assert.equal(
    thread.takeLog().lines.map(({ index, text }) => `${index} ${text}`),
    ['0 t 0 k é', '1 t 0 undefined bad', '2 t 0 undefined '],
  )
})

test('init is given the config, and may answer a port', async (cleanup) => {
  const source = `export function init({ config }) { return config.port }
    export const onRecord = () => true`
  const thread = await running(cleanup, source, { config: { port: 8080 } })
  assert.is(thread.port, 8080)
  assert.is((await running(cleanup, source, { config: {} })).port, null)
})

test('what it prints is its log', async (cleanup) => {
  const thread = await running(
    cleanup,
    `export function init() { console.log('a', 1); console.error('b') }
     export const onRecord = () => true`,
  )
  assert.equal(
    thread.takeLog().lines.map(({ level, text }) => `${level} ${text}`),
    ['info a 1', 'error b'],
  )
})

test('what is thrown fails the record during whose call it was', async (cleanup) => {
  for (const thrown of ['new Error("oops")', 'new TypeError("oops")', '"oops"']) {
    const onRecord = `(topic, partition, key, value) { if (value === 'x') throw ${thrown}; return true }`
    const source = `${quiet}export function onRecord${onRecord}`
    const { failure, verdicts } = await judgedBy(await running(cleanup, source), shownBatch(['ok', 'x', 'later']))
    assert.equal(failure, { hook: 'on-record', kind: 'error', message: 'oops', index: 1 })
    assert.equal(verdicts, ['accepted', 'pending', 'pending'])
  }
})

test('an answer that is neither yes nor no is no answer', async (cleanup) => {
  const table = [
    ['', 'onRecord answered undefined; return true or false'],
    ['return "yes"', 'onRecord answered the text "yes"; return true or false'],
    ['return 1', 'onRecord answered 1; return true or false'],
    ['return Promise.resolve(true)', /^onRecord answered a promise, and nobody waits for it/],
  ] as const
  for (const [body, message] of table) {
    const thread = await running(cleanup, `${quiet}export function onRecord() { ${body} }`)
    const { failure } = await judgedBy(thread, shownBatch(['x']))
    assert.is(failure?.kind, 'bad-result')
    if (typeof message === 'string') assert.is(failure!.message, message)
    else assert.match(failure!.message, message)
  }
})

test('an init that does not end at once, or asks for what is no port, is refused', async (cleanup) => {
  for (const [init, message] of [
    ['export async function init() {}', /^init answered a promise/],
    ['export const init = () => 70000', /^init answered 70000; return a port, or nothing$/],
    ['export const init = ({ log }) => log("loud", "x")', /^log level loud; use trace, debug, info, warn, error$/],
  ] as const) {
    const thread = newThread(cleanup)
    await thread.load(requestOf(scriptOf(`${init}\nexport const onRecord = () => true`)))
    const failure = await thread.init(5000)
    assert.equal([failure?.hook, failure?.kind], ['init', 'bad-result'])
    assert.match(failure!.message, message)
  }
})

test('a module without its functions, or with an error in it, does not load', async (cleanup) => {
  for (const [source, message] of [
    [quiet, /^it does not export a function onRecord$/],
    ['export const onRecord = 1; export const init = 1', /^it does not export a function init$/],
    ['this is no JavaScript', /./],
    ['throw new Error("at once")', /^at once$/],
  ] as const) {
    const failure = await newThread(cleanup).load(requestOf(scriptOf(source)))
    assert.is(failure?.hook, 'load')
    assert.match(failure!.message, message)
  }
})

test('one whose files are others than those that were loaded is not run', async (cleanup) => {
  const code = scriptOf(`${quiet}export const onRecord = () => true`)
  const files = [{ path: '/nowhere/rules.js', sha256: 'another' }]
  const failure = await newThread(cleanup).load(requestOf({ ...code, files } as Code))
  assert.is(failure?.message, '/nowhere/rules.js has changed since it was loaded: reload the plugin to run it')
})

test('one that hangs is ended', async (cleanup) => {
  const thread = await running(cleanup, `${quiet}export function onRecord() { for (;;); }`)
  const { failure } = await thread.judge([placedAlone(shownBatch(['x']))], 0, 100)
  assert.equal([failure?.kind, failure?.index], ['timeout', 0])
})

test.run()
