/** Keys that are none; how a signature is checked is in check.test.ts. */
import { generateKeyPairSync } from 'node:crypto'
import * as assert from 'uvu/assert'
import { signed } from '../../src/workshop/signing.ts'
import { suite } from '../support/suite.ts'
import { mistake, temporaryFolder, written } from '../support/workshop-shell.ts'

const test = suite('workshop: signing')

test('a key that is not there, is none, or of another kind, is wrong usage', async (cleanup) => {
  const folder = temporaryFolder(cleanup)
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const other = written(folder, 'ec.pem', [`${privateKey.export({ format: 'pem', type: 'pkcs8' })}`])
  const files: readonly [file: string, message: RegExp][] = [
    [`${folder}/nowhere.pem`, /nowhere\.pem is not there: make one by openssl genpkey -algorithm ed25519 -out /],
    [written(folder, 'text', ['no key']), /text is no private key in PEM: /],
    [other, /ec\.pem is no key of Ed25519: /],
  ]
  for (const [file, message] of files) {
    const refused = await mistake(() => signed(Buffer.from('x'), file))
    assert.match(refused.message, message)
    assert.is(refused.exitCode, 2)
  }
})

test.run()
