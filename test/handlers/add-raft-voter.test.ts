import * as assert from 'uvu/assert'
import { INCONSISTENT_CLUSTER_ID, INVALID_REQUEST, UNSUPPORTED_VERSION } from '../../src/protocol/errors.ts'
import { addRaftVoter } from '../../src/protocol/messages/add-raft-voter.ts'
import { testBroker } from '../support/broker.ts'
import { suite } from '../support/suite.ts'

const test = suite('AddRaftVoter')

test('voters are those that settings name: none is added, and what is wrong is told first', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  const listeners = [{ name: 'CONTROLLER', host: 'localhost', port: 9 }]
  const voter = { clusterId: broker.cluster.id, voterId: 2, voterDirectoryId: 'AAAAAAAAAAAAAAAAAAAAAg', listeners }
  const add = async (wrong: Partial<typeof voter>) =>
    (await broker.request(addRaftVoter, 1, { ...voter, ...wrong })).errorCode
  assert.is(await add({}), UNSUPPORTED_VERSION.code)
  assert.is(await add({ clusterId: 'another' }), INCONSISTENT_CLUSTER_ID.code)
  assert.is(await add({ voterId: -1 }), INVALID_REQUEST.code)
  assert.is(await add({ listeners: [] }), INVALID_REQUEST.code)
})

test.run()
