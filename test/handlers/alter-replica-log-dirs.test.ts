import * as assert from 'uvu/assert'
import {
  LOG_DIR_NOT_FOUND,
  NONE,
  NOT_LEADER_OR_FOLLOWER,
  UNKNOWN_TOPIC_OR_PARTITION,
} from '../../src/protocol/errors.ts'
import { logDir } from '../../src/handlers/log-dir.ts'
import { alterReplicaLogDirs } from '../../src/protocol/messages/alter-replica-log-dirs.ts'
import { testBroker } from '../support/broker.ts'
import { topicOf } from '../support/produced.ts'
import { suite } from '../support/suite.ts'

const test = suite('AlterReplicaLogDirs')

test('a replica that this broker holds is where it is to go, if there is such a folder', async ({ after }) => {
  const broker = testBroker({ nodeCount: 2 })
  after(broker.close)
  topicOf(broker, 'a', { partitions: 2 })
  const dirs = [
    { path: logDir, topics: [{ name: 'a', partitions: [0, 1, 7] }] },
    { path: '/nowhere', topics: [{ name: 'b', partitions: [0] }] },
    { path: '/elsewhere', topics: [{ name: 'c', partitions: [] }] },
  ]
  const { results } = await broker.request(alterReplicaLogDirs, 2, { dirs })
  assert.equal(
    results.map(({ topicName, partitions }) => [topicName, ...partitions.map(({ errorCode }) => errorCode)]),
    [
      ['a', NONE.code, NOT_LEADER_OR_FOLLOWER.code, UNKNOWN_TOPIC_OR_PARTITION.code],
      ['b', LOG_DIR_NOT_FOUND.code],
    ],
  )
})

test.run()
