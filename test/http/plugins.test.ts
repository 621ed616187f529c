/** Plugins over HTTP: shown, loaded, uploaded, unloaded, told what to do. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as assert from 'uvu/assert'
import { Uploads } from '../../src/http/plugin-uploads.ts'
import { testHttp, type TestHttpOptions } from '../support/http.ts'
import { refusal } from '../support/plugin-admin.ts'
import { pluginStatus } from '../support/plugin-status.ts'
import { type Cleanup, suite } from '../support/suite.ts'

const test = suite('plugins over http')

const guarded = (options: TestHttpOptions = {}) => testHttp({ plugins: [pluginStatus()], ...options })

test('all plugins, and one by its name', async () => {
  const { get } = testHttp({ plugins: [pluginStatus(), pluginStatus({ name: 'other one' })] })
  const { json } = await get('/plugins')
  assert.equal(
    json.plugins.map(({ name }: { name: string }) => name),
    ['guard', 'other one'],
  )
  assert.equal((await get('/plugins/guard')).json, json.plugins[0])
  assert.equal((await get('/plugins/other%20one')).json, json.plugins[1])
})

for (const [method, path] of [
  ['GET', '/plugins/nobody'],
  ['DELETE', '/plugins/nobody'],
  ['DELETE', '/api/plugins/unload/nobody'],
  ['POST', '/plugins/nobody/enable'],
  ['POST', '/plugins/nobody/disable'],
  ['POST', '/plugins/nobody/reload'],
  ['POST', '/plugins/nobody/reset'],
  ['GET', '/plugins/nobody/config'],
  ['PUT', '/plugins/nobody/config'],
  ['GET', '/plugins/nobody/logs'],
  ['GET', '/plugins/nobody/http/a'],
] as const) {
  test(`${method} ${path} answers 404`, async () => {
    const { status, json } = await guarded().send(method, path, method === 'PUT' ? {} : undefined)
    assert.is(status, 404)
    assert.equal(json.error, {
      code: 'unknown_plugin',
      message: 'there is no plugin "nobody"; use one of guard',
    })
  })
}

for (const command of ['enable', 'disable', 'reload', 'reset'] as const) {
  test(`POST /plugins/{name}/${command} does so and answers the plugin as it is then`, async () => {
    let updates = 0
    const { send, admin, get } = guarded({ updatePorts: async () => void updates++ })
    const { status, json } = await send('POST', `/plugins/guard/${command}`)
    assert.is(status, 200)
    assert.equal(admin.asked, [`${command} guard`])
    assert.equal(json, (await get('/plugins/guard')).json)
    assert.is(updates, 1, 'its port may be another now')
  })
}

test('a plugin that does not start anew is answered as at the start, and its port is looked after', async () => {
  let updates = 0
  const { send, admin } = guarded({ updatePorts: async () => void updates++ })
  admin.failure = refusal('name_taken', 'as if')
  assert.is((await send('POST', '/plugins/guard/enable')).status, 409)
  assert.is(updates, 1)
})

for (const path of ['/plugins', '/api/plugins/load']) {
  test(`POST ${path} loads a file of the server, with settings`, async () => {
    let updates = 0
    const { post, admin, get } = guarded({ updatePorts: async () => void updates++ })
    const settings = { path: 'a.wasm', name: 'a b', priority: 5, config: { deep: [1] } }
    const { status, headers, json } = await post(path, settings)
    assert.is(status, 201)
    assert.is(headers.get('location'), '/plugins/a%20b')
    assert.is(json.name, 'a b')
    const { path: loadedPath, priority, config } = admin.loaded[0]!
    assert.equal([loadedPath, priority, config], ['a.wasm', 5, { deep: [1] }])
    assert.is(updates, 1)
    assert.is((await get('/plugins/a%20b')).status, 200)
  })
}

test('settings with mistakes are refused with all of them, and nothing is loaded', async () => {
  const { post, admin } = guarded()
  const { status, json } = await post('/plugins', { priority: 'high' })
  assert.is(status, 400)
  assert.is(json.error.code, 'invalid_request')
  assert.is(json.error.mistakes.length, 2)
  assert.match(json.error.message, 'plugin has no path; add the path of its .wasm file; plugin.priority is high')
  assert.equal(admin.asked, [])
})

test('a plugin that does not load answers 422 with the message of a start', async () => {
  const { status, json } = await guarded().post('/plugins', { path: 'broken.wasm', name: 'b' })
  assert.is(status, 422)
  assert.equal(json.error, {
    code: 'plugin_not_started',
    message: "Plugin 'b' (broken.wasm) does not start: it is broken",
  })
})

test('a name that is taken answers 409', async () => {
  const { status, json } = await guarded().post('/plugins', { path: 'a.wasm', name: 'guard' })
  assert.is(status, 409)
  assert.is(json.error.code, 'name_taken')
})

for (const path of ['/plugins/guard', '/api/plugins/unload/guard']) {
  test(`DELETE ${path} unloads it`, async () => {
    const { send, admin, get } = guarded()
    const { status, json } = await send('DELETE', path)
    assert.equal([status, json], [200, { unloaded: 'guard' }])
    assert.equal(admin.asked, ['unload guard'])
    assert.is((await get('/plugins/guard')).status, 404)
  })
}

// Uploads.

const wasm = Buffer.from('\0asm and so on')

function uploading({ after }: Cleanup) {
  const folder = mkdtempSync(join(tmpdir(), 'blink-test-uploads-'))
  after(() => rmSync(folder, { recursive: true, force: true }))
  const http = guarded({ uploads: new Uploads(folder), settings: { httpBodyBytesMax: 10_000 } })
  const upload = (query: string, bytes = wasm) =>
    http.send('POST', `/plugins?${query}`, new Uint8Array(bytes), { 'content-type': 'application/wasm' })
  return { ...http, upload, files: () => readdirSync(folder), folder }
}

test('an upload is refused where settings do not allow it, with the remedy', async () => {
  const { send, admin } = guarded()
  const headers = { 'content-type': 'application/wasm' }
  const { status, json } = await send('POST', '/plugins?name=a', new Uint8Array(wasm), headers)
  assert.is(status, 403)
  assert.is(json.error.code, 'uploads_off')
  assert.match(json.error.message, 'plugin_uploads: true')
  assert.equal(admin.asked, [])
})

test('an upload is stored and loaded from there, with the settings of the query', async (cleanup) => {
  const { upload, admin, folder } = uploading(cleanup)
  const { status, json } = await upload('name=a&priority=5&config={"b":[1]}')
  assert.is(status, 201)
  assert.is(json.name, 'a')
  const { path, priority, config } = admin.loaded[0]!
  assert.equal([priority, config], [5, { b: [1] }])
  assert.ok(path.startsWith(folder))
  assert.equal(readFileSync(path), wasm)
})

test('an upload as a form', async (cleanup) => {
  const { send, admin } = uploading(cleanup)
  const form = new FormData()
  form.set('file', new Blob([wasm]), 'a.wasm')
  form.set('name', 'a')
  form.set('config', '{"b": [1]}')
  assert.is((await send('POST', '/plugins', form)).status, 201)
  const { path, config } = admin.loaded[0]!
  assert.equal(config, { b: [1] })
  assert.equal(readFileSync(path), wasm)
})

test('an upload that does not load leaves nothing behind', async (cleanup) => {
  const { upload, admin, files } = uploading(cleanup)
  admin.failure = refusal('config_refused', 'no')
  assert.is((await upload('name=a')).status, 422)
  assert.is((await upload('name=a&priority=high')).status, 400)
  assert.equal(files(), [])
})

test('unloading deletes the upload with the last plugin made of it', async (cleanup) => {
  const { upload, send, files } = uploading(cleanup)
  await upload('name=a')
  await upload('name=b')
  assert.is(files().length, 1, 'the same bytes are one file')
  await send('DELETE', '/plugins/a')
  assert.is(files().length, 1)
  await send('DELETE', '/plugins/b')
  assert.equal(files(), [])
})

test('unloading deletes no file that was not uploaded', async (cleanup) => {
  const { post, send } = uploading(cleanup)
  const self = fileURLToPath(import.meta.url)
  await post('/plugins', { path: self, name: 'a' })
  assert.is((await send('DELETE', '/plugins/a')).status, 200)
  assert.ok(existsSync(self))
})

test('uploads that cannot be are told why, before anything is stored', async (cleanup) => {
  const { upload, send, files, admin } = uploading(cleanup)
  const said = async (answer: ReturnType<typeof upload>) => {
    const { status, json } = await answer
    return `${status} ${json.error.code}: ${json.error.message}`
  }
  assert.match(await said(upload('')), '400 invalid_request: name is missing')
  assert.match(await said(upload('name=a&path=b')), '400 invalid_request: path is the server’s to choose')
  assert.match(await said(upload('name=guard')), '409 name_taken: there is a plugin guard already')
  assert.match(await said(upload('name=a&config={')), '400 invalid_json: config is not JSON')
  assert.match(await said(upload('name=a', Buffer.from('text'))), '422 plugin_not_started: the file is no WebAssembly')
  assert.match(await said(upload('name=a', Buffer.alloc(10_001))), '413 body_too_large: ')
  const form = new FormData()
  form.set('name', 'a')
  assert.match(await said(send('POST', '/plugins', form)), '400 invalid_request: file is missing')
  form.set('file', 'text')
  assert.match(await said(send('POST', '/plugins', form)), '400 invalid_request: file is "text"')
  assert.equal([files(), admin.asked], [[], []])
})

test.run()
