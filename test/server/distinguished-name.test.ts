import { X509Certificate } from 'node:crypto'
import * as assert from 'uvu/assert'
import { distinguishedName } from '../../src/server/distinguished-name.ts'
import { authority, type Subject } from '../support/certificates.ts'
import { suite } from '../support/suite.ts'

const test = suite('distinguished-name')

const issuer = authority()
const [country, organisation, unit, name] = ['2.5.4.6', '2.5.4.10', '2.5.4.11', '2.5.4.3'] as const

/** What Java 17 makes of them, by `X500Principal.getName()`. */
const written: readonly (readonly [subject: Subject, text: string])[] = [
  [[[name, 'alice']], 'CN=alice'],
  [
    [
      [country, 'SE'],
      [organisation, 'Example, Inc'],
      [unit, 'a+b'],
      [name, 'alice'],
    ],
    'CN=alice,OU=a\\+b,O=Example\\, Inc,C=SE',
  ],
  [[[name, ' a=b "c" #d; ']], 'CN=\\ a\\=b \\"c\\" \\#d\\;\\ '],
  [[[name, 'Zoë']], 'CN=Zoë'],
  [
    [
      ['0.9.2342.19200300.100.1.25', 'example'],
      ['0.9.2342.19200300.100.1.1', 'u1'],
    ],
    'UID=u1,DC=example',
  ],
  [
    [
      [name, 'mail'],
      ['1.2.840.113549.1.9.1', 'a@b'],
    ],
    '1.2.840.113549.1.9.1=#0c03614062,CN=mail',
  ],
]

for (const [subject, text] of written) {
  test(`a subject is written as Java has it: ${text}`, () => {
    const { raw } = new X509Certificate(issuer.issue(subject).certificate)
    assert.is(distinguishedName(raw), text)
  })
}

test.run()
