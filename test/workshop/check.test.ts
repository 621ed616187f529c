/** What is said of a file: what it is, what it needs, what would refuse it. */
import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { nothingGranted } from '../../src/plugins/capabilities/capabilities.ts'
import { type CheckOptions, checkPlugin } from '../../src/workshop/check.ts'
import { accept, importing, noop, pluginModule, stranger, wasiPackages } from '../support/components.ts'
import { chaosOfBatches } from '../support/components-0-2.ts'
import { type Cleanup, suite } from '../support/suite.ts'
import { askedWith, mistake, temporaryFolder, testShell, written } from '../support/workshop-shell.ts'

const test = suite('workshop: check', 20)

async function checked(cleanup: Cleanup, file: string, options: Partial<CheckOptions> = {}) {
  const shell = testShell(cleanup)
  const code = await checkPlugin({ file, asked: askedWith(file), ...options }, shell)
  return { code, text: shell.answer.join('\n') }
}

/** It may ask another host over HTTP, if it is granted that. */
const asking = () =>
  importing('wasi:http/outgoing-handler@0.2.3', wasiPackages, {
    fields: '(import "wasi:http/outgoing-handler@0.2.3" "handle" (func $handle))',
    onRecord: accept,
  })

test('a plugin of 0.2 says what it is, and gets its lines for settings.yaml', async (cleanup) => {
  const { code, text } = await checked(cleanup, await chaosOfBatches())
  assert.is(code, 0, text)
  assert.match(text, /edition +blink:plugin@0\.2/)
  assert.match(text, /hooks +.*on-records/)
  assert.match(text, /says +chaos 1\.2\.3: does what it is told/)
  assert.match(text, /memory +[\d.]+ MiB when loaded, of 128\.0 MiB/)
  assert.match(text, /\n {4}checksum: sha256:[0-9a-f]{64}/)
})

test('what it imports is named with the capability, and what to write', async (cleanup) => {
  const { text } = await checked(cleanup, await asking())
  assert.match(text, /wasi:http\/outgoing-handler@0\.2\.3 +http\n/)
  assert.match(text, /blink:plugin\/host@0\.1\.0 +nothing\n/)
  assert.match(text, /\n {4}capabilities:\n {6}http: \{ hosts: \[api\.example\.com\] \}/)
})

test('settings that do not grant it refuse it, and the code says so', async (cleanup) => {
  const file = await asking()
  const { code, text } = await checked(cleanup, file, { asked: askedWith(file, { capabilities: nothingGranted }) })
  assert.is(code, 1)
  assert.match(text, /would be refused: it imports wasi:http\/outgoing-handler@0\.2\.3, which needs `capabilities: /)
})

test('a checksum of settings that is another refuses it', async (cleanup) => {
  const file = await noop()
  const asked = askedWith(file, { checksum: `sha256:${'0'.repeat(64)}` })
  const { code, text } = await checked(cleanup, file, { asked })
  assert.is(code, 1)
  assert.match(text, /would be refused: it has the checksum sha256:/)
})

test('for programs there is an object', async (cleanup) => {
  const { text } = await checked(cleanup, await noop(), { json: true })
  const { edition, hooks, capabilities, refused, checksum, size, imports } = JSON.parse(text)
  assert.equal([edition, hooks, capabilities, refused], ['0.1', ['on-record'], [], null])
  assert.equal(imports, [{ name: 'blink:plugin/host@0.1.0', needs: null }])
  assert.match(checksum, /^sha256:[0-9a-f]{64}$/)
  assert.ok(size > 1000)
})

test('it is signed as settings want it', async (cleanup) => {
  const file = await noop()
  const { privateKey } = generateKeyPairSync('ed25519')
  const key = written(temporaryFolder(cleanup), 'key.pem', [`${privateKey.export({ format: 'pem', type: 'pkcs8' })}`])
  const { text } = await checked(cleanup, file, { json: true, key })
  const { signature, publicKey } = JSON.parse(text)
  const isRight = verify(null, readFileSync(file), createPublicKey(privateKey), Buffer.from(signature, 'base64'))
  assert.ok(isRight)
  const asked = { ...askedWith(file, { signature }), trustedKeys: [publicKey] }
  assert.is((await checked(cleanup, file, { asked })).code, 0)
})

test('what is no plugin is refused with the reason', async (cleanup) => {
  const folder = temporaryFolder(cleanup)
  const files: readonly [file: string, message: RegExp][] = [
    [await stranger(), /is a component for another world: it exports run/],
    [written(folder, 'x.wasm', ['nothing']), /^x\.wasm is not WebAssembly: /],
    [join(folder, 'nowhere.wasm'), /^nowhere\.wasm was not found: /],
  ]
  for (const [file, message] of files) assert.match((await mistake(() => checked(cleanup, file))).message, message)
})

test('a script is not run', async (cleanup) => {
  const folder = temporaryFolder(cleanup)
  const file = written(folder, 'p.js', ["throw new Error('it was run')"])
  const { code, text } = await checked(cleanup, file)
  assert.is(code, 0)
  assert.match(text, /without a sandbox, and was not run here/)
})

test('one that cannot be instantiated is refused', async (cleanup) => {
  const { component } = await import('../support/components.ts')
  const file = await component(pluginModule({ fields: '(func $stop unreachable) (start $stop)' }))
  const { code, text } = await checked(cleanup, file)
  assert.is(code, 1)
  assert.match(text, /would be refused: it does not load: unreachable/)
})

test.run()
