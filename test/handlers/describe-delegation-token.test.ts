import * as assert from 'uvu/assert'
import { asked, bob, carol, tokenUsers } from '../support/token-users.ts'
import { suite } from '../support/suite.ts'

const test = suite('describe-delegation-token')

const dayMs = 86_400_000

test('a token is made for who asks, and he sees it', async (cleanup) => {
  const { user, now } = tokenUsers(cleanup)
  const alice = await user('alice')
  const made = await alice.create({ ...asked, renewers: [bob] })
  assert.equal([made.errorCode, made.principalName, made.tokenRequesterPrincipalName], [0, 'alice', 'alice'])
  const times = [made.issueTimestampMs, made.expiryTimestampMs, made.maxTimestampMs]
  assert.equal(times, [now, now + dayMs, now + 7 * dayMs])
  const { tokens } = await alice.describe()
  assert.equal([tokens.length, tokens[0]?.tokenId, tokens[0]?.renewers], [1, made.tokenId, [bob]])
  assert.equal((await alice.describe([])).tokens, [], 'no owners, no tokens')
  assert.is((await alice.describe([bob])).tokens.length, 1, 'bob may renew it')
  assert.equal((await alice.describe([carol])).tokens, [])
})

test.run()
