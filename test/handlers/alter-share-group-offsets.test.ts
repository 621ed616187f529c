import * as assert from 'uvu/assert'
import {
  INVALID_GROUP_ID,
  NON_EMPTY_GROUP,
  NONE,
  UNKNOWN_SERVER_ERROR,
  UNKNOWN_TOPIC_OR_PARTITION,
} from '../../src/protocol/errors.ts'
import { alterShareGroupOffsets } from '../../src/protocol/messages/alter-share-group-offsets.ts'
import { brokerWithRecords, gotten, offsetsTold, Sharer } from '../support/sharing.ts'
import { suite } from '../support/suite.ts'

const test = suite('AlterShareGroupOffsets')

function altering(startOffset: number, partitionIndex = 0) {
  return { groupId: 'g', topics: [{ topicName: 'a', partitions: [{ partitionIndex, startOffset }] }] }
}

test('an administrator sets them, and from there on is read', async ({ after }) => {
  const broker = await brokerWithRecords()
  after(broker.close)
  const alter = async (message: ReturnType<typeof altering>) => {
    const { errorCode, responses } = await broker.request(alterShareGroupOffsets, 0, message)
    return errorCode || responses[0]!.partitions[0]!.errorCode
  }
  assert.is(await alter(altering(3)), NONE.code)
  assert.is(await offsetsTold(broker), '3 1')
  assert.is(await alter(altering(3, 7)), UNKNOWN_TOPIC_OR_PARTITION.code)
  assert.is(await alter(altering(3, -1)), UNKNOWN_SERVER_ERROR.code)
  assert.is(await alter({ ...altering(3), groupId: '' }), INVALID_GROUP_ID.code)
  const member = await new Sharer(broker, 'm').join()
  assert.is(await alter(altering(0)), NON_EMPTY_GROUP.code)
  assert.is(gotten(await member.fetch()), '0: 3-3(1) a,b,c,d')
})

test('a reset brings them back', async ({ after }) => {
  const broker = await brokerWithRecords()
  after(broker.close)
  await broker.request(alterShareGroupOffsets, 0, altering(3))
  broker.snapshots.take('then')
  await broker.request(alterShareGroupOffsets, 0, altering(1))
  broker.snapshots.restore('then')
  assert.is(await offsetsTold(broker), '3 1')
  assert.is(broker.cluster.groups.get('g')?.type, 'share')
})

test.run()
