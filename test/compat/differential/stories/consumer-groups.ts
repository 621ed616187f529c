/** Consumer groups of the new protocol, and what classic requests make of them. */
import { addOffsetsToTxn } from '../../../../src/protocol/messages/add-offsets-to-txn.ts'
import { consumerGroupDescribe } from '../../../../src/protocol/messages/consumer-group-describe.ts'
import { consumerGroupHeartbeat } from '../../../../src/protocol/messages/consumer-group-heartbeat.ts'
import { createPartitions } from '../../../../src/protocol/messages/create-partitions.ts'
import { deleteGroups } from '../../../../src/protocol/messages/delete-groups.ts'
import { describeGroups } from '../../../../src/protocol/messages/describe-groups.ts'
import { heartbeat } from '../../../../src/protocol/messages/heartbeat.ts'
import { initProducerId } from '../../../../src/protocol/messages/init-producer-id.ts'
import { joinGroup } from '../../../../src/protocol/messages/join-group.ts'
import { leaveGroup } from '../../../../src/protocol/messages/leave-group.ts'
import { listGroups } from '../../../../src/protocol/messages/list-groups.ts'
import { offsetCommit } from '../../../../src/protocol/messages/offset-commit.ts'
import { offsetDelete } from '../../../../src/protocol/messages/offset-delete.ts'
import { offsetFetch } from '../../../../src/protocol/messages/offset-fetch.ts'
import { syncGroup } from '../../../../src/protocol/messages/sync-group.ts'
import { ZERO_UUID } from '../../../../src/base/bytes.ts'
import { txnOffsetCommit } from '../../../../src/protocol/messages/txn-offset-commit.ts'
import { encodeSubscription, newSubscription } from '../../../../src/protocol/consumer-protocol.ts'
import type { Sparse } from '../../../support/broker.ts'
import { type SideIndex, type Story, story, type Telling } from '../telling.ts'

type Beat = Sparse<typeof consumerGroupHeartbeat.request>

/** Kafka makes assignments no more often, a little more. */
const assignmentIntervalMs = 1_200

/** Kafka's group coordinator hears of a new topic a little later than others. */
const topicKnownMs = 200

function pause(ms = assignmentIntervalMs): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

function joining(groupId: string, memberId: string, topics: readonly string[]): Beat {
  return {
    groupId,
    memberId,
    memberEpoch: 0,
    instanceId: null,
    rackId: null,
    rebalanceTimeoutMs: 30_000,
    subscribedTopicNames: [...topics],
    subscribedTopicRegex: null,
    serverAssignor: null,
    topicPartitions: [],
  }
}

function beating(groupId: string, memberId: string, memberEpoch: number): Beat {
  const nothingNew = { subscribedTopicNames: null, subscribedTopicRegex: null, serverAssignor: null }
  return {
    ...joining(groupId, memberId, []),
    ...nothingNew,
    memberEpoch,
    rebalanceTimeoutMs: -1,
    topicPartitions: null,
  }
}

/** Of the first member, as it joins: a group begins with 1. */
const firstEpoch = 2

const fine = ({ errorCode }: { errorCode: number }) => errorCode === 0

/** The only member of a group, with all partitions of a topic. */
async function alone(told: Telling, partitions = 2) {
  const [groupId, memberId, topic] = [told.name('g'), told.name('m'), told.name('t')]
  const topicIds = await told.topic(topic, { partitions })
  await pause(topicKnownMs)
  await told.prepare(consumerGroupHeartbeat, 1, joining(groupId, memberId, [topic]), fine)
  return { groupId, memberId, topic, topicIds }
}

const ids = (topicIds: readonly [string, string], side: SideIndex, partitions: number[]) => [
  { topicId: topicIds[side], partitions },
]

const membership = story(consumerGroupHeartbeat, 'membership', async (told) => {
  const topic = told.name('t')
  await told.topic(topic, { partitions: 2 })
  await pause(topicKnownMs)
  await told.askWithMutants(consumerGroupHeartbeat, () => joining(told.name('g'), told.name('m'), [topic]), {
    except: told.version === 0 ? [] : ['subscribedTopicRegex'],
  })
  await told.askWithMutants(consumerGroupHeartbeat, async () => {
    const { groupId, memberId, topicIds } = await alone(told)
    return (side) => ({ ...beating(groupId, memberId, firstEpoch), topicPartitions: ids(topicIds, side, [0]) })
  })
  const { groupId, memberId } = await alone(told)
  const beat = (title: string, change: Beat, id = memberId) =>
    told.ask(title, consumerGroupHeartbeat, told.version, { ...beating(groupId, id, firstEpoch), ...change })
  await beat('a beat', {})
  await beat('a beat that says everything', { rebalanceTimeoutMs: 5, subscribedTopicNames: [], topicPartitions: [] })
  await beat('of an epoch to come', { memberEpoch: 9 })
  await beat('of nobody', {}, 'nobody')
  await beat('with an instance id that nobody has', { instanceId: 'i' })
  await beat('of a group that is not there', { groupId: 'nowhere' })
  await beat('leaving as nobody', { memberEpoch: -1 }, 'nobody')
  await beat('leaving a group that is not there', { memberEpoch: -1, groupId: 'nowhere' })
  await beat('leaving for a while without an instance id', { memberEpoch: -2 })
  await beat('leaving', { memberEpoch: -1 })
  await beat('after that', {})
  await told.ask('again', consumerGroupHeartbeat, told.version, joining(groupId, memberId, [topic]))
})

const sharing = story(consumerGroupHeartbeat, 'sharing partitions', async (told) => {
  const { groupId, memberId: a, topic, topicIds } = await alone(told, 4)
  const b = told.name('m')
  const beat = (title: string, id: string, epoch: number, change: (side: SideIndex) => Beat = () => ({})) =>
    told.ask(title, consumerGroupHeartbeat, told.version, (side) => ({
      ...beating(groupId, id, epoch),
      ...change(side),
    }))
  const describe = (title: string) => told.ask(title, consumerGroupDescribe, 1, { groupIds: [groupId] })
  await told.ask('a second one', consumerGroupHeartbeat, told.version, joining(groupId, b, [topic]))
  await describe('as it waits')
  await pause()
  await beat('the second one after a while', b, 2)
  await beat('the first one is told to give up', a, 2)
  await describe('as one gives up')
  await beat('the second one waits', b, 3)
  await beat('the first one has not', a, 2, (side) => ({ topicPartitions: ids(topicIds, side, [0, 1, 2]) }))
  const [ours, theirs] = await told.prepare(consumerGroupDescribe, 1, { groupIds: [groupId] })
  const kept = [ours, theirs].map(
    ({ groups }) =>
      groups[0]!.members.find(({ memberId }) => memberId === a)!.targetAssignment.topicPartitions[0]!.partitions,
  )
  await beat('the first one has', a, 2, (side) => ({ topicPartitions: ids(topicIds, side, [...kept[side]!]) }))
  await beat('the first one missed that', a, 2, (side) => ({ topicPartitions: ids(topicIds, side, [...kept[side]!]) }))
  await beat('the first one is behind', a, 2)
  await beat('the second one gets its share', b, 3)
  await describe('as all have theirs')
  const grown = { topics: [{ name: topic, count: 6, assignments: null }], timeoutMs: 5000, validateOnly: false }
  await told.prepare(createPartitions, 3, grown)
  await pause()
  // Who gets which of the new ones is the order of hashes in Kafka.
  const grows = beating(groupId, a, 3)
  const answers = await told.prepare(
    consumerGroupHeartbeat,
    told.version,
    grows,
    ({ memberEpoch }) => memberEpoch === 4,
  )
  const hasThree = answers.map(({ assignment }) => assignment?.topicPartitions[0]?.partitions.length)
  if (hasThree.some((count) => count !== 3)) throw new Error(`after the topic has grown a member has ${hasThree}`)
})

const fixed = story(consumerGroupHeartbeat, 'static members', async (told) => {
  const [groupId, first, second, topic] = [told.name('g'), told.name('m'), told.name('m'), told.name('t')]
  const instanceId = told.name('i')
  await told.topic(topic, { partitions: 2 })
  const ask = (title: string, request: Beat) =>
    told.ask(title, consumerGroupHeartbeat, told.version, { ...request, instanceId })
  await ask('joins', joining(groupId, first, [topic]))
  await ask('another of the same name', joining(groupId, second, [topic]))
  await ask('another beats', beating(groupId, second, firstEpoch))
  await ask('leaves for a while', beating(groupId, first, -2))
  await told.ask('away', consumerGroupDescribe, 1, { groupIds: [groupId] })
  await ask('beats all the same', beating(groupId, first, firstEpoch))
  await ask('comes back as another', joining(groupId, second, [topic]))
  await ask('the former beats', beating(groupId, first, firstEpoch))
  await told.ask('back', consumerGroupDescribe, 1, { groupIds: [groupId] })
  await ask('leaves', beating(groupId, second, -1))
  await told.ask('empty', consumerGroupDescribe, 1, { groupIds: [groupId] })
})

const patterns = story(
  consumerGroupHeartbeat,
  'regular expressions',
  async (told) => {
    const [groupId, memberId, topic] = [told.name('g'), told.name('m'), told.name('patterned')]
    await told.topic(topic, { partitions: 2 })
    const asked = { ...joining(groupId, memberId, []), subscribedTopicRegex: `${topic}|none` }
    await told.ask('joins', consumerGroupHeartbeat, told.version, asked)
    await pause()
    await told.ask('joins again', consumerGroupHeartbeat, told.version, asked)
    await told.ask('described', consumerGroupDescribe, 1, { groupIds: [groupId] })
    for (const subscribedTopicRegex of ['(', '[a', '*', '(?=a)', '\\p{Greek}', 'a{2000}', '(a', '\\1', 'x{2,1}']) {
      const other = { ...joining(told.name('g'), memberId, []), subscribedTopicRegex }
      await told.ask(`with ${subscribedTopicRegex}`, consumerGroupHeartbeat, told.version, other)
    }
    const none = { ...beating(groupId, memberId, firstEpoch), subscribedTopicRegex: '' }
    await told.ask('without it', consumerGroupHeartbeat, told.version, none)
  },
  [1, 1],
)

const described = story(consumerGroupDescribe, 'description', async (told) => {
  await told.askWithMutants(consumerGroupDescribe, async () => {
    const { groupId } = await alone(told)
    return { groupIds: [groupId], includeAuthorizedOperations: true }
  })
  const { groupId, memberId } = await alone(told)
  await told.ask('as a classic group', describeGroups, 6, { groups: [groupId] })
  await told.ask('listed', listGroups, 5, { statesFilter: ['stable'], typesFilter: ['consumer'] })
  await told.ask('deleted while it has members', deleteGroups, 2, { groupsNames: [groupId] })
  await told.prepare(consumerGroupHeartbeat, 1, beating(groupId, memberId, -1), fine)
  await told.ask('empty', consumerGroupDescribe, told.version, { groupIds: [groupId] })
  await told.ask('deleted', deleteGroups, 2, { groupsNames: [groupId] })
  await told.ask('gone', consumerGroupDescribe, told.version, { groupIds: [groupId] })
})

const committed = story(offsetCommit, 'members of the new protocol', async (told) => {
  const { groupId, memberId, topic, topicIds } = await alone(told)
  const commit = (title: string, change: object = {}) =>
    told.ask(title, offsetCommit, told.version, (side) => ({
      groupId,
      generationIdOrMemberEpoch: firstEpoch,
      memberId,
      topics: [
        {
          name: topic,
          topicId: topicIds[side],
          partitions: [{ partitionIndex: 0, committedOffset: 5, committedLeaderEpoch: -1, committedMetadata: 'm' }],
        },
      ],
      ...change,
    }))
  await commit('of its epoch')
  await commit('of an epoch to come', { generationIdOrMemberEpoch: 3 })
  await commit('of an epoch before', { generationIdOrMemberEpoch: 1 })
  await commit('as nobody', { memberId: 'nobody' })
  await commit('by an administrator', { memberId: '', generationIdOrMemberEpoch: -1 })
  const fetch = (title: string, id: string | null, memberEpoch: number) =>
    told.ask(`fetched ${title}`, offsetFetch, 9, {
      groups: [
        { groupId, memberId: id, memberEpoch, topics: [{ name: topic, topicId: ZERO_UUID, partitionIndexes: [0, 1] }] },
      ],
      requireStable: false,
    })
  await fetch('by the member', memberId, firstEpoch)
  await fetch('by the member in another epoch', memberId, 1)
  await fetch('as nobody', 'nobody', firstEpoch)
  await fetch('by no member', null, -1)
  await told.ask('forgotten while it is read', offsetDelete, 0, {
    groupId,
    topics: [{ name: topic, partitions: [{ partitionIndex: 0 }] }],
  })
  await told.prepare(consumerGroupHeartbeat, 1, beating(groupId, memberId, -1), fine)
  await commit('by an administrator to an empty group', { memberId: '', generationIdOrMemberEpoch: -1 })
})

const committedInTransactions = story(
  txnOffsetCommit,
  'members of the new protocol',
  async (told) => {
    const { groupId, memberId, topic, topicIds } = await alone(told)
    const transactionalId = told.name('tx')
    const producers = await told.prepare(initProducerId, 5, { transactionalId, transactionTimeoutMs: 60_000 }, fine)
    const writer = (side: SideIndex) => {
      const { producerId, producerEpoch } = producers[side]
      return { transactionalId, producerId, producerEpoch, groupId }
    }
    await told.prepare(addOffsetsToTxn, 3, writer, fine)
    const commit = (title: string, id: string, generationIdOrMemberEpoch: number) =>
      told.ask(title, txnOffsetCommit, told.version, (side) => ({
        ...writer(side),
        generationIdOrMemberEpoch,
        memberId: id,
        groupInstanceId: null,
        topics: [
          {
            name: topic,
            topicId: topicIds[side],
            partitions: [{ partitionIndex: 0, committedOffset: 5, committedLeaderEpoch: -1, committedMetadata: 'm' }],
          },
        ],
      }))
    await commit('of its epoch', memberId, firstEpoch)
    await commit('of an epoch to come', memberId, 7)
    await commit('of an epoch before', memberId, 1)
    await commit('as nobody', 'nobody', firstEpoch)
    await commit('without a name', '', -1)
    await commit('without a name, in an epoch', '', 1)
    await commit('as a member without an epoch', memberId, -1)
  },
  [3, 6],
)

const mixed = story(
  joinGroup,
  'in a group of the new protocol',
  async (told) => {
    const { groupId, memberId, topic } = await alone(told)
    const metadata = encodeSubscription(newSubscription([topic]))
    const asked = {
      groupId,
      sessionTimeoutMs: 30_000,
      rebalanceTimeoutMs: 10_000,
      memberId: '',
      groupInstanceId: null,
      protocolType: 'consumer',
      protocols: [{ name: 'range', metadata }],
      reason: null,
    }
    await pause()
    await told.ask('of another type', joinGroup, told.version, { ...asked, protocolType: 'connect' })
    await told.ask('without protocols', joinGroup, told.version, { ...asked, protocols: [] })
    const broken = { ...asked, memberId: 'c', protocols: [{ name: 'range', metadata: Buffer.from([0]) }] }
    await told.ask('with a subscription that is none', joinGroup, told.version, broken)
    await told.ask('as a newcomer', joinGroup, told.version, { ...asked, groupId: await emptied(told) })
    const id = told.name('classic')
    const [joined] = await told.ask('under an id of its own', joinGroup, told.version, { ...asked, memberId: id })
    const generationId = joined?.generationId ?? -1
    const name = { groupId, memberId: id, groupInstanceId: null, generationId }
    const sync = { ...name, protocolType: 'consumer', protocolName: 'range', assignments: [] }
    await told.ask('synced', syncGroup, 5, sync)
    await told.ask('synced by another protocol', syncGroup, 5, { ...sync, protocolName: 'roundrobin' })
    await told.ask('alive', heartbeat, 4, name)
    await told.ask('alive in another generation', heartbeat, 4, { ...name, generationId: 7 })
    await told.ask('alive as a member of the new protocol', heartbeat, 4, { ...name, memberId })
    await told.ask('described', consumerGroupDescribe, 1, { groupIds: [groupId] })
    await told.ask('the first beats', consumerGroupHeartbeat, 1, beating(groupId, memberId, firstEpoch))
    await told.ask('alive as it waits', heartbeat, 4, name)
    const leaving = { groupId, members: [{ memberId, groupInstanceId: null, reason: null }] }
    await told.ask('the first is taken out', leaveGroup, 5, leaving)
    await told.ask('a classic group', describeGroups, 6, { groups: [groupId] })
    await told.ask('described no more', consumerGroupDescribe, 1, { groupIds: [groupId] })
    await told.ask('called to join', heartbeat, 4, name)
  },
  [5, 9],
)

/** A group of the new protocol that nobody is in any more. */
async function emptied(told: Telling): Promise<string> {
  const { groupId, memberId } = await alone(told)
  await told.prepare(consumerGroupHeartbeat, 1, beating(groupId, memberId, -1), fine)
  return groupId
}

const upgraded = story(consumerGroupHeartbeat, 'joining a classic group', async (told) => {
  const [groupId, memberId, topic] = [told.name('g'), told.name('m'), told.name('t')]
  await told.topic(topic, { partitions: 2 })
  const asked = {
    groupId,
    sessionTimeoutMs: 30_000,
    rebalanceTimeoutMs: 1_000,
    memberId: '',
    groupInstanceId: null,
    protocolType: 'consumer',
    protocols: [{ name: 'range', metadata: encodeSubscription(newSubscription([topic])) }],
    reason: null,
  }
  const joined = await told.prepare(joinGroup, 3, asked, fine)
  const name = (side: SideIndex) => ({
    groupId,
    memberId: joined[side].memberId,
    groupInstanceId: null,
    generationId: joined[side].generationId,
  })
  const share = Buffer.from(`00010000000100${topic.length.toString(16).padStart(2, '0')}`, 'hex')
  const partitions = Buffer.from('000000020000000000000001ffffffff', 'hex')
  const assignment = Buffer.concat([share, Buffer.from(topic), partitions])
  const synced = (side: SideIndex) => ({
    ...name(side),
    assignments: [{ memberId: joined[side].memberId, assignment }],
  })
  await told.prepare(syncGroup, 3, synced, fine)
  await told.ask('a beat of no newcomer', consumerGroupHeartbeat, told.version, beating(groupId, memberId, 1))
  await told.ask('a newcomer', consumerGroupHeartbeat, told.version, joining(groupId, memberId, [topic]))
  await told.ask('described', consumerGroupDescribe, 1, { groupIds: [groupId] })
  await told.ask('the classic member is called', heartbeat, 4, name)
  await told.ask('the newcomer leaves', consumerGroupHeartbeat, told.version, beating(groupId, memberId, -1))
  await told.ask('a classic group again', describeGroups, 6, { groups: [groupId] })
  const other = { ...asked, groupId: told.name('g'), protocolType: 'connect' }
  await told.prepare(joinGroup, 3, other, fine)
  await told.ask('of another type', consumerGroupHeartbeat, told.version, joining(other.groupId, memberId, [topic]))
})

export const consumerGroupStories: readonly Story[] = [
  membership,
  sharing,
  fixed,
  patterns,
  described,
  committed,
  committedInTransactions,
  mixed,
  upgraded,
]
