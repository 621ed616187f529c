/** Classic groups and committed offsets. */
import { ZERO_UUID } from '../../../../src/base/bytes.ts'
import { deleteGroups } from '../../../../src/protocol/messages/delete-groups.ts'
import { describeGroups } from '../../../../src/protocol/messages/describe-groups.ts'
import { findCoordinator } from '../../../../src/protocol/messages/find-coordinator.ts'
import { heartbeat } from '../../../../src/protocol/messages/heartbeat.ts'
import { joinGroup } from '../../../../src/protocol/messages/join-group.ts'
import { leaveGroup } from '../../../../src/protocol/messages/leave-group.ts'
import { listGroups } from '../../../../src/protocol/messages/list-groups.ts'
import { offsetCommit } from '../../../../src/protocol/messages/offset-commit.ts'
import { offsetDelete } from '../../../../src/protocol/messages/offset-delete.ts'
import { offsetFetch } from '../../../../src/protocol/messages/offset-fetch.ts'
import { syncGroup } from '../../../../src/protocol/messages/sync-group.ts'
import { subscription } from '../../../support/play.ts'
import { type SideIndex, type Story, story, type Telling } from '../telling.ts'

interface Member {
  readonly groupId: string
  readonly groupInstanceId: string | null
  readonly memberIds: readonly [string, string]
  readonly generationId: number
}

/** The last version whose newcomers get their id and their place in one answer. */
const joinAtOnce = 3
const lastByName = 9

function joining(groupId: string, topics: readonly string[] = [], groupInstanceId: string | null = null) {
  return {
    groupId,
    sessionTimeoutMs: 30_000,
    rebalanceTimeoutMs: 1_000,
    memberId: '',
    groupInstanceId,
    protocolType: 'consumer',
    protocols: [{ name: 'range', metadata: subscription([...topics]) }],
    reason: null,
  }
}

/** The only member, joined but not yet synchronised. */
async function joined(told: Telling, topics: readonly string[] = [], instance = false): Promise<Member> {
  const groupId = told.name('g')
  const groupInstanceId = instance ? told.name('i') : null
  const isIn = ({ errorCode }: { errorCode: number }) => errorCode === 0
  const asked = joining(groupId, topics, groupInstanceId)
  const [ours, theirs] = await told.prepare(joinGroup, instance ? 5 : joinAtOnce, asked, isIn)
  return { groupId, groupInstanceId, memberIds: [ours.memberId, theirs.memberId], generationId: ours.generationId }
}

/** The only member of a stable group. */
async function settled(told: Telling, topics: readonly string[] = [], instance = false): Promise<Member> {
  const member = await joined(told, topics, instance)
  await told.prepare(syncGroup, 3, synced(member), ({ errorCode }) => errorCode === 0)
  return member
}

function synced({ groupId, groupInstanceId, memberIds, generationId }: Member) {
  return (side: SideIndex) => ({
    groupId,
    generationId,
    memberId: memberIds[side],
    groupInstanceId,
    protocolType: 'consumer',
    protocolName: 'range',
    assignments: [{ memberId: memberIds[side], assignment: Buffer.from('share') }],
  })
}

const join = story(joinGroup, 'join', async (told) => {
  await told.askWithMutants(joinGroup, () => joining(told.name('g')), { except: ['reason'] })
  const { groupId, memberIds, generationId } = await settled(told)
  const again = (side: SideIndex) => ({ ...joining(groupId), memberId: memberIds[side] })
  await told.ask('again as the only member', joinGroup, told.version, again)
  const other = { ...joining(groupId), protocols: [{ name: 'sticky', metadata: Buffer.alloc(0) }] }
  await told.ask('with a protocol that others lack', joinGroup, told.version, other, { waitMs: 2_500 })
  await told.ask('with another type', joinGroup, told.version, { ...joining(groupId), protocolType: 'connect' })
  await told.ask('as a member that is not there', joinGroup, told.version, { ...joining(groupId), memberId: 'nobody' })
  if (told.version >= 5) {
    const fixed = joining(told.name('g'), [], 'i')
    await told.ask('static', joinGroup, told.version, fixed)
    await told.ask('static, once more', joinGroup, told.version, fixed, { waitMs: 2_500 })
    await told.ask('static, with a wrong member id', joinGroup, told.version, { ...fixed, memberId: 'nobody' })
  }
  void generationId
})

const sync = story(syncGroup, 'sync', async (told) => {
  await told.askWithMutants(syncGroup, async () => synced(await joined(told)))
  const member = await joined(told)
  await told.ask('first', syncGroup, told.version, synced(member))
  await told.ask('again', syncGroup, told.version, synced(member))
  const without = (side: SideIndex) => ({ ...synced(member)(side), assignments: [] })
  await told.ask('without shares', syncGroup, told.version, without)
})

const beat = story(heartbeat, 'beat', async (told) => {
  const beating = (member: Member) => (side: SideIndex) => ({
    groupId: member.groupId,
    generationId: member.generationId,
    memberId: member.memberIds[side],
    groupInstanceId: member.groupInstanceId,
  })
  await told.askWithMutants(heartbeat, async () => beating(await settled(told)))
  await told.ask('before it is synchronised', heartbeat, told.version, beating(await joined(told)))
  if (told.version < 3) return
  const member = await settled(told, [], true)
  await told.ask('static', heartbeat, told.version, beating(member))
  await told.ask('static, fenced', heartbeat, told.version, (side) => ({
    ...beating(member)(side),
    memberId: 'nobody',
  }))
})

const leave = story(leaveGroup, 'leave', async (told) => {
  const leaving =
    ({ groupId, groupInstanceId, memberIds }: Member) =>
    (side: SideIndex) => ({
      groupId,
      memberId: memberIds[side],
      members: [{ memberId: memberIds[side], groupInstanceId, reason: null }],
    })
  await told.askWithMutants(leaveGroup, async () => leaving(await settled(told)))
  const member = await settled(told)
  await told.ask('once', leaveGroup, told.version, leaving(member))
  await told.ask('twice', leaveGroup, told.version, leaving(member))
  if (told.version < 3) return
  const fixed = await settled(told, [], true)
  const byInstance = {
    groupId: fixed.groupId,
    members: [{ memberId: '', groupInstanceId: fixed.groupInstanceId, reason: null }],
  }
  await told.ask('by its instance', leaveGroup, told.version, byInstance)
})

/** A topic and a member of a group that subscribes to it. */
async function reader(told: Telling) {
  const name = told.name('t')
  const ids = await told.topic(name)
  return { name, ids, member: await settled(told, [name]) }
}

const commit = story(offsetCommit, 'commit', async (told) => {
  const { version } = told
  const partition = { partitionIndex: 0, committedOffset: 5, committedLeaderEpoch: -1, committedMetadata: 'm' }
  const byName = (name: string, topicId: string) =>
    version > lastByName ? { name: '', topicId } : { name, topicId: ZERO_UUID }
  const { name, ids, member } = await reader(told)
  const asked = () => (side: SideIndex) => ({
    groupId: member.groupId,
    generationIdOrMemberEpoch: member.generationId,
    memberId: member.memberIds[side],
    groupInstanceId: null,
    topics: [{ ...byName(name, ids[side]), partitions: [partition] }],
  })
  await told.askWithMutants(offsetCommit, asked)
  const alone = (groupId: string) => (side: SideIndex) => ({
    ...asked()(side),
    groupId,
    generationIdOrMemberEpoch: -1,
    memberId: '',
  })
  await told.ask('of a group without members', offsetCommit, version, alone(told.name('g')))
  await told.ask('from outside of a group with members', offsetCommit, version, alone(member.groupId))
  const long = (side: SideIndex) => ({
    ...asked()(side),
    topics: [{ ...byName(name, ids[side]), partitions: [{ ...partition, committedMetadata: 'm'.repeat(5_000) }] }],
  })
  await told.ask('too much metadata', offsetCommit, version, long)
})

const fetchOffsets = story(offsetFetch, 'fetch', async (told) => {
  const { version } = told
  const { name, ids, member } = await reader(told)
  const { groupId } = member
  const partitions = [{ partitionIndex: 0, committedOffset: 5, committedLeaderEpoch: 0, committedMetadata: 'm' }]
  const committing = (side: SideIndex) => ({
    groupId,
    generationIdOrMemberEpoch: member.generationId,
    memberId: member.memberIds[side],
    topics: [{ name, topicId: ZERO_UUID, partitions }],
  })
  await told.prepare(offsetCommit, 8, committing, (answer) => answer.topics[0]!.partitions[0]!.errorCode === 0)
  const partitionIndexes = [0, 1]
  const asked = () => (side: SideIndex) => {
    const topic = version > lastByName ? { name: '', topicId: ids[side] } : { name, topicId: ZERO_UUID }
    return {
      groupId,
      topics: [{ name, partitionIndexes }],
      groups: [{ groupId, memberId: null, memberEpoch: -1, topics: [{ ...topic, partitionIndexes }] }],
    }
  }
  await told.askWithMutants(offsetFetch, asked)
})

const removeOffsets = story(offsetDelete, 'delete', async (told) => {
  const { name, member } = await reader(told)
  const other = told.name('t')
  await told.topic(other)
  const asked = (topic: string, groupId: string) => ({
    groupId,
    topics: [{ name: topic, partitions: [{ partitionIndex: 0 }] }],
  })
  await told.askWithMutants(offsetDelete, () => asked(other, member.groupId))
  await told.ask('of a topic in use', offsetDelete, told.version, asked(name, member.groupId))
  await told.ask('of an unknown group', offsetDelete, told.version, asked(name, told.name('g')))
})

const describe = story(describeGroups, 'describe', async (told) => {
  const { groupId } = await settled(told)
  const asked = () => ({ groups: [groupId], includeAuthorizedOperations: true })
  await told.askWithMutants(describeGroups, asked)
  const { groupId: joining } = await joined(told)
  await told.ask('while it joins', describeGroups, told.version, { groups: [joining] })
  await told.ask('static', describeGroups, told.version, { groups: [(await settled(told, [], true)).groupId] })
})

const list = story(listGroups, 'list', async (told) => {
  await settled(told)
  const asked = () => ({ statesFilter: ['Stable'], typesFilter: ['classic'] })
  await told.askWithMutants(listGroups, asked)
})

const remove = story(deleteGroups, 'delete', async (told) => {
  const left = async () => {
    const { groupId, memberIds } = await settled(told)
    await told.prepare(leaveGroup, 1, (side) => ({ groupId, memberId: memberIds[side] }))
    return { groupsNames: [groupId] }
  }
  await told.askWithMutants(deleteGroups, left)
  await told.ask('with a member', deleteGroups, told.version, { groupsNames: [(await settled(told)).groupId] })
})

const find = story(findCoordinator, 'find', async (told) => {
  const fresh = () => {
    const key = told.name('g')
    return { key, keyType: 0, coordinatorKeys: [key] }
  }
  await told.askWithMutants(findCoordinator, fresh)
  await told.ask('of a transaction', findCoordinator, told.version, { ...fresh(), keyType: 1 }, { settles: true })
})

export const groupStories: readonly Story[] = [
  join,
  sync,
  beat,
  leave,
  commit,
  fetchOffsets,
  removeOffsets,
  describe,
  list,
  remove,
  find,
]
