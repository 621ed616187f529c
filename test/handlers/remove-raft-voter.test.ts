import * as assert from 'uvu/assert'
import { ZERO_UUID } from '../../src/base/bytes.ts'
import { INCONSISTENT_CLUSTER_ID, INVALID_REQUEST, UNSUPPORTED_VERSION } from '../../src/protocol/errors.ts'
import { removeRaftVoter } from '../../src/protocol/messages/remove-raft-voter.ts'
import { testBroker } from '../support/broker.ts'
import { suite } from '../support/suite.ts'

const test = suite('RemoveRaftVoter')

test('voters are those that settings name: none is removed, and what is wrong is told first', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  const voter = { clusterId: broker.cluster.id, voterId: 1, voterDirectoryId: 'AAAAAAAAAAAAAAAAAAAAAg' }
  const remove = async (wrong: Partial<typeof voter>) =>
    (await broker.request(removeRaftVoter, 0, { ...voter, ...wrong })).errorCode
  assert.is(await remove({}), UNSUPPORTED_VERSION.code)
  assert.is(await remove({ clusterId: 'another' }), INCONSISTENT_CLUSTER_ID.code)
  assert.is(await remove({ voterDirectoryId: ZERO_UUID }), INVALID_REQUEST.code)
})

test.run()
