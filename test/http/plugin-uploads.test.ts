/** Uploaded plugins as files. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import * as assert from 'uvu/assert'
import { Uploads } from '../../src/http/plugin-uploads.ts'
import { rejection } from '../support/plugins.ts'
import { type Cleanup, suite } from '../support/suite.ts'

const test = suite('uploads')

function place({ after }: Cleanup): string {
  const folder = mkdtempSync(join(tmpdir(), 'blink-test-uploads-'))
  after(() => rmSync(folder, { recursive: true, force: true }))
  return join(folder, 'not', 'yet')
}

const wasm = (rest: string) => Buffer.from(`\0asm${rest}`)

test('a file is named by its bytes, in a folder that is made for it', async (cleanup) => {
  const uploads = new Uploads(place(cleanup))
  const path = await uploads.store(wasm('a'))
  assert.match(basename(path), /^[0-9a-f]{64}\.wasm$/)
  assert.equal(readFileSync(path), wasm('a'))
  assert.is(await uploads.store(wasm('a')), path)
  assert.is.not(await uploads.store(wasm('b')), path)
})

test('all uploads together are bounded, also when they come together', async (cleanup) => {
  const folder = place(cleanup)
  const uploads = new Uploads(folder, 20)
  const stored = await Promise.allSettled([uploads.store(wasm('123456')), uploads.store(wasm('1234567'))])
  assert.equal(
    stored.map(({ status }) => status),
    ['fulfilled', 'rejected'],
  )
  const error = await rejection(uploads.store(wasm('1234567')))
  assert.match(error.message, `uploads would take more than 20 bytes; unload plugins, or delete what is not needed in`)
  await uploads.store(wasm('123456'))
  await uploads.store(wasm('12345'))
})

test('what is removed makes room', async (cleanup) => {
  const uploads = new Uploads(place(cleanup), 10)
  const path = await uploads.store(wasm('123456'))
  await uploads.remove(path)
  assert.is(existsSync(path), false)
  await uploads.remove(path)
  assert.ok(existsSync(await uploads.store(wasm('654321'))))
})

test('what a broker stored goes when it stops, and nothing else', async (cleanup) => {
  const folder = place(cleanup)
  const settings = await new Uploads(folder).store(wasm('named in settings'))
  const uploads = new Uploads(folder)
  const own = await uploads.store(wasm('a'))
  await uploads.store(wasm('named in settings'))
  await uploads.close()
  assert.equal([existsSync(own), existsSync(settings)], [false, true])
})

test('a file elsewhere is not removed', async (cleanup) => {
  const folder = place(cleanup)
  const uploads = new Uploads(folder)
  const path = await new Uploads(join(folder, 'other')).store(wasm('a'))
  await uploads.remove(path)
  await uploads.remove(join(folder, 'x', '..', 'other', basename(path)))
  assert.ok(existsSync(path))
})

test('what is no WebAssembly is not stored', async (cleanup) => {
  const folder = place(cleanup)
  const error = await rejection(Promise.resolve().then(() => new Uploads(folder).store(Buffer.from('text'))))
  assert.match(error.message, 'the file is no WebAssembly')
  assert.is(existsSync(folder), false)
})

test.run()
