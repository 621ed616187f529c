import * as assert from 'uvu/assert'
import { describeShareGroupOffsets } from '../../src/protocol/messages/describe-share-group-offsets.ts'
import { brokerWithRecords, offsetsTold, Sharer } from '../support/sharing.ts'
import { suite } from '../support/suite.ts'

const test = suite('DescribeShareGroupOffsets')

test('what is told is what was stored', async ({ after }) => {
  const broker = await brokerWithRecords()
  after(broker.close)
  const member = await new Sharer(broker, 'm').join()
  assert.is(await offsetsTold(broker), '-1 -1')
  await member.fetch()
  assert.is(await offsetsTold(broker), '-1 -1', 'that it is acquired is not stored')
  await member.acknowledge(['0-1=1'])
  assert.is(await offsetsTold(broker), '0 2')
  await member.acknowledge(['3-3=3'])
  assert.is(await offsetsTold(broker), '2 1')
  const all = await broker.request(describeShareGroupOffsets, 0, { groups: [{ groupId: 'g', topics: null }] })
  assert.is(all.groups[0]!.topics[0]!.topicName, 'a')
  assert.is(await offsetsTold(broker, 'nobody'), '-1 -1')
})

test.run()
