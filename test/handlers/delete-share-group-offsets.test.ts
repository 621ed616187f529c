import * as assert from 'uvu/assert'
import { GROUP_ID_NOT_FOUND, NON_EMPTY_GROUP, NONE, UNKNOWN_TOPIC_OR_PARTITION } from '../../src/protocol/errors.ts'
import { deleteShareGroupOffsets } from '../../src/protocol/messages/delete-share-group-offsets.ts'
import { brokerWithRecords, offsetsTold, Sharer } from '../support/sharing.ts'
import { suite } from '../support/suite.ts'

const test = suite('DeleteShareGroupOffsets')

test('they are forgotten, and read anew', async ({ after }) => {
  const broker = await brokerWithRecords()
  after(broker.close)
  const remove = async (topicName = 'a', groupId = 'g') => {
    const answer = await broker.request(deleteShareGroupOffsets, 0, { groupId, topics: [{ topicName }] })
    return answer.errorCode || answer.responses[0]!.errorCode
  }
  assert.is(await remove(), GROUP_ID_NOT_FOUND.code)
  const member = await new Sharer(broker, 'm').join()
  assert.is(await remove(), NON_EMPTY_GROUP.code)
  await member.beat(-1)
  assert.is(await remove('nowhere'), UNKNOWN_TOPIC_OR_PARTITION.code)
  assert.is(await remove(), NONE.code)
  assert.is(await remove(), UNKNOWN_TOPIC_OR_PARTITION.code)
  assert.is(await offsetsTold(broker), '-1 -1')
})

test.run()
