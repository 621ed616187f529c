import * as assert from 'uvu/assert'
import { asked, bob, tokenUsers } from '../support/token-users.ts'
import { suite } from '../support/suite.ts'

const test = suite('renew-delegation-token')

test('a renewer lets it hold longer, and nobody else does', async (cleanup) => {
  const { user, now } = tokenUsers(cleanup)
  const [owner, renewer, stranger] = [await user('alice'), await user('bob'), await user('carol')]
  const { hmac } = await owner.create({ ...asked, renewers: [bob] })
  const renewed = await renewer.renew(hmac, 1000)
  assert.equal([renewed.errorCode, renewed.expiryTimestampMs], [0, now + 1000])
  const refused = await stranger.renew(hmac, -1)
  assert.equal([refused.errorCode, refused.expiryTimestampMs], [63, 0])
})

test.run()
