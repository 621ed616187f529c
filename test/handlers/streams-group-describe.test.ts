import * as assert from 'uvu/assert'
import { errorOf } from '../../src/protocol/errors.ts'
import { streamsGroupDescribe } from '../../src/protocol/messages/streams-group-describe.ts'
import { streamsGroupHeartbeat } from '../../src/protocol/messages/streams-group-heartbeat.ts'
import { testBroker } from '../support/broker.ts'
import { topicOf } from '../support/produced.ts'
import { internalTopic, joining, startsAtOnce, subtopology } from '../support/streams-requests.ts'
import { suite } from '../support/suite.ts'

const test = suite('handler StreamsGroupDescribe')

test('a group is described with its topology, and with the tasks that each has and is to have', async () => {
  const broker = testBroker()
  startsAtOnce(broker)
  for (const name of ['t', 'l']) topicOf(broker, name, { partitions: 2 })
  const stateful = [subtopology('0', ['t'], { stateChangelogTopics: [internalTopic('l')] })]
  await broker.request(streamsGroupHeartbeat, 1, joining('g', 'a', stateful))
  await broker.request(streamsGroupHeartbeat, 1, joining('g', 'b', stateful))
  const { groups } = await broker.request(streamsGroupDescribe, 1, {
    groupIds: ['g', '', 'none'],
    includeTopologyDescription: true,
  })
  const [group, nameless, none] = groups
  assert.equal(
    [group!.groupState, group!.groupEpoch, group!.assignmentEpoch, group!.assignorName],
    ['Reconciling', 3, 3, 'sticky'],
  )
  const [told] = group!.topology!.subtopologies!
  assert.equal([told!.sourceTopics, told!.stateChangelogTopics[0]!.partitions], [['t'], 2])
  assert.equal([group!.topologyDescription, group!.topologyDescriptionStatus], [null, 1])
  const active = group!.members.map(({ assignment, targetAssignment }) =>
    [assignment, targetAssignment].map(({ activeTasks }) => activeTasks.flatMap(({ partitions }) => partitions)),
  )
  assert.equal(active, [
    [[0, 1], [0]],
    [[], [1]],
  ])
  assert.equal(
    [nameless, none].map((one) => errorOf(one!.errorCode).name),
    ['INVALID_GROUP_ID', 'GROUP_ID_NOT_FOUND'],
  )
})

test.run()
