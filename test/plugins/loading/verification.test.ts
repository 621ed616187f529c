/** Checksums and signatures. */
import { execFileSync, spawnSync } from 'node:child_process'
import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { checkFile, isDemanding, rawPublicKey, whyNoPublicKey } from '../../../src/plugins/loading/verification.ts'
import { Unfit } from '../../../src/plugins/loading/plugin-start-error.ts'
import { type Cleanup, suite } from '../../support/suite.ts'

const test = suite('verifying plugins')
const bytes = Buffer.from('the bytes of a plugin')
const hash = createHash('sha256').update(bytes).digest('hex')
const nothing = { checksum: null, signature: null, requiresSignature: false }

function keyPair() {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  return { key: rawPublicKey(`${publicKey.export({ format: 'pem', type: 'spki' })}`), privateKey }
}

const signed = (by: KeyObject, what = bytes) => sign(null, what, by).toString('base64')

interface Asked {
  readonly checksum?: string
  readonly signature?: string
  readonly requiresSignature?: boolean
  readonly keys?: readonly string[]
  readonly folder?: string
}

function check({ keys = [], folder = '.', ...demanded }: Asked): void {
  checkFile(bytes, hash, { ...nothing, ...demanded }, { trustedKeys: keys, locate: (path) => join(folder, path) })
}

function refusal(asked: Asked): string {
  try {
    check(asked)
    return 'it was accepted'
  } catch (error) {
    assert.instance(error, Unfit)
    return (error as Unfit).message
  }
}

function temporary({ after }: Cleanup): string {
  const folder = mkdtempSync(join(tmpdir(), 'blink-verification-'))
  after(() => rmSync(folder, { recursive: true }))
  return folder
}

test('where nothing is demanded, anything goes', () => {
  check({})
  assert.is(isDemanding(nothing), false)
  for (const one of [{ checksum: 'sha256:' }, { signature: 'a' }, { requiresSignature: true }]) {
    assert.is(isDemanding({ ...nothing, ...one }), true)
  }
})

test('the checksum is that of the file, or both are named', () => {
  check({ checksum: `sha256:${hash}` })
  const other = `sha256:${'0'.repeat(64)}`
  assert.is(
    refusal({ checksum: other }),
    `has the checksum sha256:${hash}, where settings expect ${other}; nothing of it was run. ` +
      'Bring back the file that was meant, or correct `checksum` if this is the one',
  )
})

test('one of the trusted keys signed it', () => {
  const [a, b] = [keyPair(), keyPair()]
  check({ signature: signed(b.privateKey), keys: [a.key, b.key], requiresSignature: true })
  const foreign = signed(keyPair().privateKey)
  const why = refusal({ signature: foreign, keys: [a.key, b.key] })
  assert.ok(why.startsWith(`has a signature (${foreign.slice(0, 12)}…) that does not fit`), why)
  assert.ok(why.includes(`(${a.key.slice(0, 12)}…, ${b.key.slice(0, 12)}…); nothing of it was run`), why)
})

test('a signature of other bytes is none', () => {
  const { key, privateKey } = keyPair()
  const why = refusal({ signature: signed(privateKey, Buffer.from('other bytes')), keys: [key] })
  assert.match(why, 'does not fit its bytes')
})

test('a signature without a key to hold it against, and none where one is demanded', () => {
  const { key, privateKey } = keyPair()
  assert.is(
    refusal({ signature: signed(privateKey) }),
    'has a `signature` that nothing can be held against: name the keys in plugin_trusted_keys',
  )
  assert.is(
    refusal({ requiresSignature: true, keys: [key] }),
    'is not signed, and plugin_require_signature is true; nothing of it was run. Add its `signature`',
  )
  assert.match(refusal({ requiresSignature: true, checksum: `sha256:${hash}` }), /^is not signed/)
})

test('a signature may be in a file, as bytes or as base64', (cleanup) => {
  const folder = temporary(cleanup)
  const { key, privateKey } = keyPair()
  writeFileSync(join(folder, 'bytes.sig'), sign(null, bytes, privateKey))
  writeFileSync(join(folder, 'text.sig'), `${signed(privateKey)}\n`)
  writeFileSync(join(folder, 'wrong.sig'), 'no signature')
  check({ signature: 'bytes.sig', keys: [key], folder })
  check({ signature: 'text.sig', keys: [key], folder })
  assert.match(refusal({ signature: 'wrong.sig', keys: [key], folder }), /wrong\.sig, which holds none: 12 bytes, /)
  assert.match(refusal({ signature: 'none.sig', keys: [key], folder }), /none\.sig, which cannot be read: there is/)
})

test('a signature is looked for in small files alone', (cleanup) => {
  const folder = temporary(cleanup)
  const { key } = keyPair()
  writeFileSync(join(folder, 'large.sig'), Buffer.alloc(5000))
  assert.match(refusal({ signature: 'large.sig', keys: [key], folder }), /cannot be read: it has 5000 bytes\. Correct/)
  if (process.platform === 'win32') return
  // As /dev/zero, of which there would be no end, or a pipe, into which nobody writes.
  symlinkSync('/dev/null', join(folder, 'device.sig'))
  assert.match(refusal({ signature: 'device.sig', keys: [key], folder }), /cannot be read: it is no regular file/)
})

// What macOS calls openssl cannot sign with Ed25519.
if (/^OpenSSL 3/.test(`${spawnSync('openssl', ['version']).stdout}`)) {
  test('what openssl signs as the file’s header says is accepted', (cleanup) => {
    const folder = temporary(cleanup)
    writeFileSync(join(folder, 'plugin.wasm'), bytes)
    const commands = readFileSync('src/plugins/loading/verification.ts', 'utf8').match(/(?<=^ \* {5})openssl .*$/gm)!
    assert.is(commands.length, 3)
    const out = execFileSync('sh', ['-euc', commands.join('\n')], { cwd: folder, stdio: ['ignore', 'pipe', 'ignore'] })
    const key = rawPublicKey(readFileSync(join(folder, 'public.pem'), 'utf8'))
    assert.is(whyNoPublicKey(key), null)
    check({ signature: `${out}`.trim(), keys: [key] })
  })
}

test('what is no public key of Ed25519 is told apart', () => {
  const { privateKey } = generateKeyPairSync('ed25519')
  assert.throws(() => rawPublicKey(`${privateKey.export({ format: 'pem', type: 'pkcs8' })}`), 'it is a private key')
  const { publicKey } = generateKeyPairSync('x25519')
  assert.throws(() => rawPublicKey(`${publicKey.export({ format: 'pem', type: 'spki' })}`), 'another kind than Ed25519')
  assert.throws(() => rawPublicKey('nonsense'), 'it is no public key in PEM')
  assert.ok(whyNoPublicKey('AAAA') !== null)
})

test.run()
