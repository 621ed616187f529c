/** Settings that name files, and secrets. */
import { generateKeyPairSync } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { existingFolder, publicKey, secret } from '../../src/settings/file-kinds.ts'
import { type Kind, Place } from '../../src/settings/values.ts'
import { type Cleanup, suite } from '../support/suite.ts'

const test = suite('settings of files')

function readIn(folder: string, kind: Kind<string>, raw: unknown): string | undefined {
  const mistakes: string[] = []
  const value = kind.read(raw, new Place('file', 'it', { home: folder, from: folder }, mistakes))
  return mistakes.length > 0 ? mistakes.join().replaceAll(folder, '…') : value
}

function temporary({ after }: Cleanup): string {
  const folder = mkdtempSync(join(tmpdir(), 'blink-settings-'))
  after(() => rmSync(folder, { recursive: true }))
  return folder
}

test('a folder is there', (cleanup) => {
  const folder = temporary(cleanup)
  mkdirSync(join(folder, 'plugins'))
  writeFileSync(join(folder, 'file'), '')
  assert.is(readIn(folder, existingFolder, 'plugins'), join(folder, 'plugins'))
  assert.is(
    readIn(folder, existingFolder, 'plugin'),
    'file: it is plugin; there is no folder …/plugin; make it, or name another',
  )
  assert.match(readIn(folder, existingFolder, 'file')!, /there is no folder/)
})

test('a public key is its bytes in base64, or a PEM file that holds them', (cleanup) => {
  const folder = temporary(cleanup)
  const { publicKey: key, privateKey } = generateKeyPairSync('ed25519')
  const raw = key.export({ format: 'der', type: 'spki' }).subarray(-32).toString('base64')
  writeFileSync(join(folder, 'public.pem'), key.export({ format: 'pem', type: 'spki' }))
  writeFileSync(join(folder, 'private.pem'), privateKey.export({ format: 'pem', type: 'pkcs8' }))
  writeFileSync(join(folder, 'rsa.pem'), generateKeyPairSync('ed448').publicKey.export({ format: 'pem', type: 'spki' }))
  writeFileSync(join(folder, 'text.pem'), 'text')
  assert.is(readIn(folder, publicKey, raw), raw)
  assert.is(readIn(folder, publicKey, 'public.pem'), raw)
  const remedy = 'use an Ed25519 public key: its 32 bytes in base64, or the path of its PEM file'
  const why = (file: string) => readIn(folder, publicKey, file)
  assert.is(
    why('private.pem'),
    `file: it is private.pem; …/private.pem: it is a private key, which does not belong here; ${remedy}`,
  )
  assert.is(why('rsa.pem'), `file: it is rsa.pem; …/rsa.pem: it is a key of another kind than Ed25519; ${remedy}`)
  assert.is(why('text.pem'), `file: it is text.pem; …/text.pem: it is no public key in PEM; ${remedy}`)
  assert.is(why('none.pem'), `file: it is none.pem; there is no file …/none.pem; ${remedy}`)
})

test('a secret is not shown when it is refused', () => {
  assert.is(readIn('.', secret, 'correct-horse'), 'correct-horse')
  assert.is(readIn('.', secret, 12345678), '12345678')
  for (const bad of ['short', 'with a space in it', 'ümlaut-ümlaut', ['a-list-of-it']]) {
    assert.is(readIn('.', secret, bad), 'file: it cannot be used; use 8–512 characters of ASCII without spaces')
  }
})

test.run()
