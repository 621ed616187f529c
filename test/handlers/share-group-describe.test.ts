import * as assert from 'uvu/assert'
import { GROUP_ID_NOT_FOUND, INVALID_GROUP_ID } from '../../src/protocol/errors.ts'
import { shareGroupDescribe } from '../../src/protocol/messages/share-group-describe.ts'
import { testBroker } from '../support/broker.ts'
import { topicOf } from '../support/produced.ts'
import { Sharer } from '../support/sharing.ts'
import { suite } from '../support/suite.ts'

const test = suite('ShareGroupDescribe')

test('a share group has a state, epochs, and members with what is assigned to them', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  const { id } = topicOf(broker, 'a', { partitions: 2 })
  await new Sharer(broker, 'm').join()
  const { groups } = await broker.request(shareGroupDescribe, 1, { groupIds: ['g', 'nobody', ''] })
  const [described, unknown, unnamed] = groups
  assert.equal(
    [described!.groupState, described!.groupEpoch, described!.assignmentEpoch, described!.assignorName],
    ['Stable', 3, 3, 'simple'],
  )
  const topicPartitions = [{ topicId: id, topicName: 'a', partitions: [0, 1] }]
  assert.equal(described!.members[0]!.assignment, { topicPartitions })
  assert.is(unknown!.errorCode, GROUP_ID_NOT_FOUND.code)
  assert.is(unnamed!.errorCode, INVALID_GROUP_ID.code)
})

test.run()
