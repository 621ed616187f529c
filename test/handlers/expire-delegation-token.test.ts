import * as assert from 'uvu/assert'
import { asked, bob, tokenUsers } from '../support/token-users.ts'
import { suite } from '../support/suite.ts'

const test = suite('expire-delegation-token')

test('a renewer ends it, nobody else does, and then it is gone', async (cleanup) => {
  const { user, now } = tokenUsers(cleanup)
  const [owner, renewer, stranger] = [await user('alice'), await user('bob'), await user('carol')]
  const { hmac } = await owner.create({ ...asked, renewers: [bob] })
  assert.is((await stranger.expire(hmac)).errorCode, 63)
  assert.is((await owner.expire(hmac, 500)).expiryTimestampMs, now + 500)
  assert.is((await renewer.expire(hmac)).errorCode, 0)
  assert.is((await renewer.expire(hmac)).errorCode, 62)
})

test.run()
