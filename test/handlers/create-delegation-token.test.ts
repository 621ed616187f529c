import * as assert from 'uvu/assert'
import type { Connection } from '../../src/handlers/handler.ts'
import { asked, tokenUsers } from '../support/token-users.ts'
import { suite } from '../support/suite.ts'

const test = suite('create-delegation-token')

test('a token may be made for another, and its renewers are users', async (cleanup) => {
  const { user } = tokenUsers(cleanup)
  const alice = await user('alice')
  const made = await alice.create({ ...asked, ownerPrincipalType: 'User', ownerPrincipalName: 'bob' })
  assert.equal([made.errorCode, made.principalName, made.tokenRequesterPrincipalName], [0, 'bob', 'alice'])
  const group = { principalType: 'Group', principalName: 'g' }
  assert.is((await alice.create({ ...asked, renewers: [group] })).errorCode, 67)
})

const unproven: readonly (readonly [title: string, connection: Partial<Connection>])[] = [
  ['who has proved nothing', {}],
  ['who came by TLS without a certificate', { isTls: true }],
]

for (const [title, connection] of unproven) {
  test(`${title} may not ask`, async (cleanup) => {
    const nobody = tokenUsers(cleanup).as(connection)
    const hmac = Buffer.alloc(1)
    const answers = [
      await nobody.create(),
      await nobody.renew(hmac, 1),
      await nobody.expire(hmac),
      await nobody.describe(),
    ]
    assert.equal(
      answers.map(({ errorCode }) => errorCode),
      [64, 64, 64, 64],
    )
  })
}

test('a certificate is proof enough', async (cleanup) => {
  const holder = tokenUsers(cleanup).as({ isTls: true, principal: { type: 'User', name: 'CN=alice' } })
  assert.is((await holder.create()).errorCode, 0)
})

test('without a secret there are no tokens', async (cleanup) => {
  const { user } = tokenUsers(cleanup, null)
  const alice = await user('alice')
  const made = await alice.create()
  assert.equal([made.errorCode, made.maxTimestampMs, made.tokenId], [61, 0, ''])
  assert.is((await alice.describe()).errorCode, 61)
})

test.run()
