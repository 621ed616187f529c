import * as assert from 'uvu/assert'
import {
  INVALID_RECORD_STATE,
  INVALID_REQUEST,
  INVALID_SHARE_SESSION_EPOCH,
  NONE,
  SHARE_SESSION_NOT_FOUND,
  UNKNOWN_TOPIC_OR_PARTITION,
} from '../../src/protocol/errors.ts'
import { testBroker } from '../support/broker.ts'
import { batchOf, produceTo, topicOf } from '../support/produced.ts'
import { Sharer } from '../support/sharing.ts'
import { suite } from '../support/suite.ts'

const test = suite('ShareAcknowledge')

async function member() {
  const broker = testBroker()
  topicOf(broker, 'a')
  await produceTo(broker, 'a', batchOf(['a', 'b', 'c']))
  return { broker, sharer: await new Sharer(broker, 'm').join() }
}

test('each partition is told what came of its acknowledgements', async ({ after }) => {
  const { broker, sharer } = await member()
  after(broker.close)
  await sharer.fetch()
  const said = async (...all: string[]) => {
    const { errorCode, responses } = await sharer.acknowledge(all)
    return errorCode || responses[0]!.partitions[0]!.errorCode
  }
  assert.is(await said('0-0=1'), NONE.code)
  assert.is(await said('2-1=1'), INVALID_REQUEST.code)
  assert.is(await said('1-2=111'), INVALID_REQUEST.code)
  assert.is(await said('1-2='), INVALID_REQUEST.code)
  assert.is(await said('1-2=9'), INVALID_REQUEST.code)
  assert.is(await said('1-2=4'), INVALID_REQUEST.code, 'a renewal that is not said to be one')
  assert.is(await said('1-2=12'), NONE.code)
  assert.is(await said('2-2=1'), INVALID_RECORD_STATE.code)
})

test('it goes on in a session, and ends it', async ({ after }) => {
  const { broker, sharer } = await member()
  after(broker.close)
  const at = async (shareSessionEpoch: number) => (await sharer.acknowledge(['0-0=1'], { shareSessionEpoch })).errorCode
  assert.is(await at(1), SHARE_SESSION_NOT_FOUND.code)
  await sharer.fetch([], { shareSessionEpoch: 0 })
  assert.is(await at(0), INVALID_SHARE_SESSION_EPOCH.code)
  assert.is(await at(2), INVALID_SHARE_SESSION_EPOCH.code)
  assert.is(await at(1), NONE.code)
  assert.is(await at(-1), NONE.code)
  assert.is(await at(-1), SHARE_SESSION_NOT_FOUND.code)
})

test('nobody reads the partition for the group', async ({ after }) => {
  const { broker, sharer } = await member()
  after(broker.close)
  await sharer.fetch([], { topics: [] })
  const { responses } = await sharer.acknowledge(['0-0=1'])
  assert.is(responses[0]!.partitions[0]!.errorCode, UNKNOWN_TOPIC_OR_PARTITION.code)
})

test.run()
