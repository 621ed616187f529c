/** Streams groups: members, topologies, tasks, and what other APIs say of such groups. */
import { ZERO_UUID } from '../../../../src/base/bytes.ts'
import { consumerGroupHeartbeat } from '../../../../src/protocol/messages/consumer-group-heartbeat.ts'
import { deleteGroups } from '../../../../src/protocol/messages/delete-groups.ts'
import { describeGroups } from '../../../../src/protocol/messages/describe-groups.ts'
import { joinGroup } from '../../../../src/protocol/messages/join-group.ts'
import { listGroups } from '../../../../src/protocol/messages/list-groups.ts'
import { offsetCommit } from '../../../../src/protocol/messages/offset-commit.ts'
import { offsetDelete } from '../../../../src/protocol/messages/offset-delete.ts'
import { offsetFetch } from '../../../../src/protocol/messages/offset-fetch.ts'
import { shareGroupHeartbeat } from '../../../../src/protocol/messages/share-group-heartbeat.ts'
import { streamsGroupDescribe } from '../../../../src/protocol/messages/streams-group-describe.ts'
import { streamsGroupHeartbeat } from '../../../../src/protocol/messages/streams-group-heartbeat.ts'
import * as described from '../../../../src/protocol/messages/streams-group-topology-description-update.ts'
import { type Story, story, type Telling } from '../telling.ts'
import { beat as sharing, classicJoining } from './share-readers.ts'
import { asking, eager, owning, shown } from './streams-members.ts'
import { beating, internalTopic, joining, type Subtopology, subtopology } from '../../../support/streams-requests.ts'

const endpoint = (host: string) => ({ userEndpoint: { host, port: 4_000 } })

async function sourceTopic(told: Telling, partitions = 2): Promise<string> {
  const name = told.name('t')
  await told.topic(name, { partitions })
  return name
}

const membership = story(streamsGroupHeartbeat, 'membership', async (told) => {
  const { version } = told
  const topics = [await sourceTopic(told), await sourceTopic(told)]
  const topicConfigs = [{ key: 'cleanup.policy', value: 'compact' }]
  await told.askWithMutants(streamsGroupHeartbeat, async () => {
    const groupId = await eager(told)
    // Mutations change what is in the first of a list.
    const rich = subtopology('1', [topics[1]!], {
      stateChangelogTopics: [internalTopic(`${groupId}-log`, { topicConfigs })],
      repartitionSinkTopics: [`${groupId}-aside`],
      repartitionSourceTopics: [internalTopic(`${groupId}-through`, { topicConfigs })],
      copartitionGroups: [{ sourceTopics: [0], sourceTopicRegex: [], repartitionSourceTopics: [0] }],
    })
    const plain = subtopology('0', [topics[0]!], { repartitionSinkTopics: [`${groupId}-through`] })
    return joining(groupId, 'm', [rich, plain])
  })
  await told.askWithMutants(streamsGroupHeartbeat, async () => {
    const groupId = await eager(told)
    const more = { instanceId: 'i', rackId: 'r', ...endpoint('a'), clientTags: [{ key: 'k', value: 'v' }] }
    await told.prepare(streamsGroupHeartbeat, version, joining(groupId, 'm', [subtopology('0', [topics[0]!])], more))
    const offsets = [{ subtopologyId: '0', partition: 0, offset: 5 }]
    const tasks = { ...owning([0], [1]), warmupTasks: [{ subtopologyId: '0', partitions: [1] }] }
    return beating(groupId, 'm', 2, { ...tasks, ...more, taskOffsets: offsets, taskEndOffsets: offsets })
  })
})

const epochs = story(streamsGroupHeartbeat, 'epochs', async (told) => {
  const name = await sourceTopic(told)
  const groupId = await eager(told)
  const { join, beat } = asking(told, groupId)
  const simple = [subtopology('0', [name])]
  await beat('of a group that is not there', 'a', 1)
  await beat('that leaves a group that is not there', 'a', -1)
  await join('a joins', 'a', simple)
  await beat('a goes on', 'a', 2)
  await beat('a, with an epoch that is to come', 'a', 3)
  await beat('a, with an epoch that is past', 'a', 1)
  await beat('a, with the epoch before and its tasks', 'a', 1, owning([0]))
  await join('b joins', 'b', simple)
  await beat('a is to give up', 'a', 2)
  await beat('a has not', 'a', 2, owning([0, 1]))
  await beat('b waits', 'b', 3)
  await told.ask('meanwhile', streamsGroupDescribe, told.version, { groupIds: [groupId] })
  await beat('a has', 'a', 2, owning([0]))
  await beat('b need not wait', 'b', 3)
  await beat('b, with all', 'b', 3, owning([1]))
  await told.ask('then', streamsGroupDescribe, told.version, { groupIds: [groupId] })
  await beat('somebody', 'nobody', 3)
  await beat('somebody leaves', 'nobody', -1)
  await beat('b, of another instance', 'b', 3, { instanceId: 'i' })
  await beat('b goes', 'b', -1)
  await beat('a, before it is told', 'a', 3)
  await beat('a, with another process', 'a', 4, { processId: 'other' })
  await beat('a, in another rack', 'a', 5, { rackId: 'r' })
  await beat('a, with another time-out', 'a', 6, { rebalanceTimeoutMs: 999 })
  await beat('a, with tags', 'a', 7, { clientTags: [{ key: 'k', value: 'v' }] })
  await join('a once more', 'a', simple)
  await join('a and again', 'a', simple)
  await beat('a goes', 'a', -1)
  await told.ask('in the end', streamsGroupDescribe, told.version, { groupIds: [groupId] })
})

const statics = story(streamsGroupHeartbeat, 'static members', async (told) => {
  const name = await sourceTopic(told)
  const groupId = await eager(told)
  const { join, beat } = asking(told, groupId)
  const simple = [subtopology('0', [name])]
  const me = { instanceId: 'i' }
  const process = { ...me, processId: 'p' }
  await join('joins', 'a', simple, process)
  await join('somebody with its instance id', 'b', simple, process)
  await beat('goes on', 'a', 2, me)
  await beat('without its instance id', 'a', 2)
  await beat('away without an instance id', 'a', -2)
  await beat('away', 'a', -2, me)
  await told.ask('away', streamsGroupDescribe, told.version, { groupIds: [groupId] })
  await join('back', 'b', simple, process)
  await beat('as it was before', 'a', 2, me)
  await beat('as it is', 'b', 2, me)
  await told.ask('back', streamsGroupDescribe, told.version, { groupIds: [groupId] })
  await beat('away again', 'b', -2, me)
  await join('back in another process', 'c', simple, { ...me, processId: 'q' })
  await beat('leaves', 'c', -1, me)
})

/** Of a topic with two partitions and one with three. */
function topologyCases(two: string, three: string): Record<string, (group: string) => Subtopology[]> {
  const all = { sourceTopics: [0, 1], sourceTopicRegex: [], repartitionSourceTopics: [] }
  const withRepartition = { sourceTopics: [0], sourceTopicRegex: [], repartitionSourceTopics: [0] }
  const through = (partitions: number, group: string) => [
    subtopology('0', [two], { repartitionSinkTopics: [`${group}-through`] }),
    subtopology('1', [three], {
      repartitionSourceTopics: [internalTopic(`${group}-through`, { partitions })],
      copartitionGroups: [withRepartition],
    }),
  ]
  return {
    'of nothing': () => [],
    'without a name': () => [subtopology('', [two])],
    'without topics': () => [subtopology('0', [])],
    'of a topic that is not there': () => [subtopology('0', [two, `${two}-not`])],
    'of a topic twice': () => [subtopology('0', [two, two])],
    'of a name that none can have': () => [subtopology('0', ['not a name'])],
    'of a topic of the broker': () => [subtopology('0', ['__consumer_offsets'])],
    'with a regular expression': () => [subtopology('0', [], { sourceTopicRegex: [two] })],
    'of topics that should be even': () => [subtopology('0', [two, three], { copartitionGroups: [all] })],
    'of topics that need not be even': () => [subtopology('0', [two, three])],
    'with a repartition topic that is free': (group: string) => through(0, group),
    'with a repartition topic that fits': (group: string) => through(3, group),
    'with a repartition topic that does not': (group: string) => through(5, group),
    'with a repartition topic that nobody writes': (group: string) => [
      subtopology('0', [], { repartitionSourceTopics: [internalTopic(`${group}-through`)] }),
    ],
    'with a sized changelog': (group: string) => [
      subtopology('0', [two], { stateChangelogTopics: [internalTopic(`${group}-log`, { partitions: 2 })] }),
    ],
    'with a changelog of another size': () => [
      subtopology('0', [two], { stateChangelogTopics: [internalTopic(three)] }),
    ],
    'with a topic that cannot be made': (group: string) => [
      subtopology('0', [two], {
        stateChangelogTopics: [internalTopic(`${group}-log`, { topicConfigs: [{ key: 'nonsense', value: '1' }] })],
      }),
    ],
    'with a changelog': (group: string) => [
      subtopology('0', [two], {
        stateChangelogTopics: [
          internalTopic(`${group}-log`, { topicConfigs: [{ key: 'cleanup.policy', value: 'compact' }] }),
        ],
      }),
    ],
  }
}

const topologies = story(streamsGroupHeartbeat, 'topologies', async (told) => {
  const { version } = told
  const [two, three] = [await sourceTopic(told, 2), await sourceTopic(told, 3)]
  for (const [title, make] of Object.entries(topologyCases(two, three))) {
    const groupId = await eager(told)
    const { join } = asking(told, groupId)
    await join(title, 'm', make(groupId))
    await told.ask(`${title}, described`, streamsGroupDescribe, version, { groupIds: [groupId] })
    const asked = { groupIds: [groupId], includeAuthorizedOperations: true, includeTopologyDescription: true }
    await told.ask(`${title}, in full`, streamsGroupDescribe, version, asked)
  }
  const groupId = await eager(told)
  const { join, beat } = asking(told, groupId)
  const simple = [subtopology('0', [two])]
  await join('one', 'a', simple)
  await join('another', 'b', [subtopology('0', [three])])
  await join('a newer one', 'b', simple, { topology: { epoch: 1, subtopologies: simple } })
  await beat('told later', 'a', 2, { topology: { epoch: 0, subtopologies: simple } })
  await beat('a task that there is not', 'a', 2, owning([7]))
  await beat('a subtopology that there is not', 'a', 2, owning([0], [], 'x'))
  await beat('leaves', 'a', -1)
  await join('another, by the first', 'a', [subtopology('0', [three])])
})

const tasks = story(streamsGroupHeartbeat, 'tasks', async (told) => {
  const name = await sourceTopic(told)
  const groupId = await eager(told, { 'streams.num.standby.replicas': '1' })
  const { join, beat, assigned } = asking(told, groupId)
  const stateful = [subtopology('0', [name], { stateChangelogTopics: [internalTopic(`${groupId}-log`)] })]
  const describe = (title: string) => told.ask(title, streamsGroupDescribe, told.version, { groupIds: [groupId] })
  await join('a joins', 'a', stateful, endpoint('a'))
  await assigned('a', 2)
  await beat('a has all', 'a', 3, { ...owning([0, 1]), endpointInformationEpoch: 1 })
  await join('b joins', 'b', stateful, endpoint('b'))
  await describe('b has joined')
  await beat('a is to turn', 'a', 3, { endpointInformationEpoch: 2 })
  await beat('a has not', 'a', 3, owning([0, 1], [1]))
  await beat('a has', 'a', 3, owning([0], [1]))
  await beat('b gets it', 'b', 4)
  await describe('each has one')
  await beat('b, with another endpoint', 'b', 4, endpoint('c'))
  await beat('a hears of it', 'a', 4)
  await beat('a leaves', 'a', -1)
  await beat('b turns', 'b', 5)
  await describe('b is left')
  await join('c joins in the same process', 'c', stateful, { processId: 'process-of-b' })
  await describe('both in one process')
  await shown(told, groupId, { 'streams.num.standby.replicas': '0' })
  await beat('b, with fewer standby tasks', 'b', 6, owning([0, 1]))
  await describe('fewer standby tasks')
})

const statuses = story(streamsGroupHeartbeat, 'statuses', async (told) => {
  const name = await sourceTopic(told)
  const simple = [subtopology('0', [name])]
  const patient = await eager(told, { 'streams.assignment.interval.ms': '10000' })
  const of = asking(told, patient)
  await of.join('a joins', 'a', simple)
  await of.join('b joins too soon', 'b', simple)
  await of.beat('a waits', 'a', 2)
  await told.ask('assigning', streamsGroupDescribe, told.version, { groupIds: [patient] })
  const late = await eager(told, { 'streams.initial.rebalance.delay.ms': '10000' })
  const { join, beat } = asking(told, late)
  await join('the first waits', 'a', simple)
  await join('the second, too', 'b', simple)
  await beat('still', 'a', 1)
  await beat('and leaves', 'a', -1)
  await beat('and stops all', 'b', 1, { shutdownApplication: true })
  await join('is told to stop', 'a', simple)
  const tagged = await eager(told, { 'streams.rack.aware.assignment.tags': 'zone,rack' })
  const spread = asking(told, tagged)
  await spread.join('without tags', 'a', simple)
  await spread.join('with one of the tags', 'b', simple, { clientTags: [{ key: 'zone', value: 'x' }] })
  const tags = ['zone', 'rack'].map((key) => ({ key, value: 'x' }))
  await spread.join('with all tags', 'c', simple, { clientTags: tags })
  const stopped = await eager(told)
  const last = asking(told, stopped)
  await last.join('a joins', 'a', simple)
  await last.join('b joins', 'b', simple)
  await last.beat('a leaves and stops all', 'a', -1, { shutdownApplication: true })
  await last.join('b stops', 'b', simple)
  await last.beat('b leaves', 'b', -1)
  await last.join('a begins anew', 'a', simple)
})

const changes = story(streamsGroupHeartbeat, 'topics that change', async (told) => {
  const [early, late] = [await sourceTopic(told), told.name('t')]
  const groupId = await eager(told)
  const { join, assigned, beat } = asking(told, groupId)
  await join('before its topic', 'a', [subtopology('0', [early, late])])
  await told.topic(late, { partitions: 3 })
  await assigned('a', 2)
  await beat('with all', 'a', 3, owning([0, 1, 2]))
  await told.ask('described', streamsGroupDescribe, told.version, { groupIds: [groupId] })
})

const description = story(streamsGroupDescribe, 'description', async (told) => {
  const { version } = told
  const name = await sourceTopic(told)
  const groupId = await eager(told)
  const more = { instanceId: 'i', rackId: 'r', ...endpoint('a'), clientTags: [{ key: 'k', value: 'v' }] }
  await told.prepare(streamsGroupHeartbeat, 0, joining(groupId, 'm', [subtopology('0', [name])], more))
  await told.askWithMutants(streamsGroupDescribe, () => ({
    groupIds: [groupId],
    includeAuthorizedOperations: true,
    includeTopologyDescription: true,
  }))
  const classic = classicJoining(told.name('g'))
  await told.prepare(joinGroup, 3, classic)
  await told.ask('of others', streamsGroupDescribe, version, { groupIds: [classic.groupId, 'nothing', ''] })
  await told.ask(
    'of a classic group',
    streamsGroupHeartbeat,
    0,
    joining(classic.groupId, 'm', [subtopology('0', [name])]),
  )
  await told.ask('as a classic group', describeGroups, 6, { groups: [groupId] })
  await told.ask('joined by a classic member', joinGroup, 5, classicJoining(groupId))
  const consumer = { groupId, memberId: 'x', memberEpoch: 0, rebalanceTimeoutMs: 1_000 }
  const joined = { ...consumer, subscribedTopicNames: [name], topicPartitions: [] }
  await told.ask('joined by a consumer', consumerGroupHeartbeat, 1, joined)
  await told.ask('joined by a sharer', shareGroupHeartbeat, 1, sharing(groupId, 'x', 0, [name]))
  const offset = { partitionIndex: 0, committedOffset: 1, committedLeaderEpoch: -1, committedMetadata: '' }
  const topics = [{ name, topicId: ZERO_UUID, partitions: [offset] }]
  const commit = (title: string, generationIdOrMemberEpoch: number, memberId: string, at = 9) =>
    told.ask(title, offsetCommit, at, { groupId, generationIdOrMemberEpoch, memberId, topics })
  await commit('commits', 2, 'm')
  await commit('commits with an old request', 2, 'm', 8)
  await commit('commits from an epoch before', 1, 'm')
  await commit('commits from an epoch to come', 3, 'm')
  await commit('commits as somebody', 2, 'nobody')
  await commit('commits as nobody', -1, '')
  const fetched = (title: string, memberId: string | null, memberEpoch: number) =>
    told.ask(title, offsetFetch, 9, { groups: [{ groupId, memberId, memberEpoch, topics: null }] })
  await fetched('offsets', 'm', 2)
  await fetched('offsets of another epoch', 'm', 1)
  await fetched('offsets for somebody', 'nobody', 2)
  await fetched('offsets for all', null, -1)
  const forgotten = [{ name, partitions: [{ partitionIndex: 0 }] }]
  await told.ask('loses offsets', offsetDelete, 0, { groupId, topics: forgotten })
  await told.ask('deleted with members', deleteGroups, 2, { groupsNames: [groupId] })
  await told.prepare(streamsGroupHeartbeat, 0, beating(groupId, 'm', -1, { instanceId: 'i' }))
  await told.ask('empty', streamsGroupDescribe, version, { groupIds: [groupId] })
  await commit('commits to nobody', -1, '')
  await told.ask('joined by a consumer when empty', consumerGroupHeartbeat, 1, joined)
  await told.ask('loses offsets when empty', offsetDelete, 0, { groupId, topics: forgotten })
  await told.ask('deleted', deleteGroups, 2, { groupsNames: [groupId] })
  await told.ask('gone', streamsGroupDescribe, version, { groupIds: [groupId] })
  const other = await eager(told)
  await told.prepare(offsetCommit, 9, { groupId: other, generationIdOrMemberEpoch: -1, memberId: '', topics })
  const first = joining(other, 'm', [subtopology('0', [name])])
  await told.ask('of a group with offsets alone', streamsGroupHeartbeat, 0, first)
  await told.ask('in the list', listGroups, 5, { typesFilter: ['streams'], statesFilter: ['Stable', 'NotReady'] })
  await told.prepare(streamsGroupHeartbeat, 0, beating(other, 'm', -1))
  await told.ask('becomes classic', joinGroup, 5, classicJoining(other))
})

const update = story(described.streamsGroupTopologyDescriptionUpdate, 'description of a topology', async (told) => {
  const name = await sourceTopic(told)
  const groupId = await eager(told)
  await told.prepare(streamsGroupHeartbeat, 0, joining(groupId, 'm', [subtopology('0', [name])]))
  const node = { name: 'n', nodeType: 1, sourceTopics: [name], sinkTopic: null, stores: ['s'], successors: ['n'] }
  await told.askWithMutants(described.streamsGroupTopologyDescriptionUpdate, () => ({
    groupId,
    memberId: 'm',
    topologyEpoch: 0,
    topologyDescription: {
      subtopologies: [{ subtopologyId: '0', nodes: [node] }],
      globalStores: [{ source: node, processor: { ...node, nodeType: 2 } }],
    },
  }))
})

export const streamsGroupStories: readonly Story[] = [
  ...[membership, epochs, statics, topologies, tasks, statuses, changes],
  ...[description, update],
]
