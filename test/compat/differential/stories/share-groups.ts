/** Share groups: membership, and where they begin to read. */
import { ZERO_UUID } from '../../../../src/base/bytes.ts'
import { describeShareGroupOffsets } from '../../../../src/protocol/messages/describe-share-group-offsets.ts'
import { alterShareGroupOffsets } from '../../../../src/protocol/messages/alter-share-group-offsets.ts'
import { deleteGroups } from '../../../../src/protocol/messages/delete-groups.ts'
import { deleteShareGroupOffsets } from '../../../../src/protocol/messages/delete-share-group-offsets.ts'
import { describeGroups } from '../../../../src/protocol/messages/describe-groups.ts'
import { joinGroup } from '../../../../src/protocol/messages/join-group.ts'
import { listGroups } from '../../../../src/protocol/messages/list-groups.ts'
import { offsetCommit } from '../../../../src/protocol/messages/offset-commit.ts'
import { offsetDelete } from '../../../../src/protocol/messages/offset-delete.ts'
import { offsetFetch } from '../../../../src/protocol/messages/offset-fetch.ts'
import { shareAcknowledge } from '../../../../src/protocol/messages/share-acknowledge.ts'
import { shareFetch } from '../../../../src/protocol/messages/share-fetch.ts'
import { shareGroupDescribe } from '../../../../src/protocol/messages/share-group-describe.ts'
import { shareGroupHeartbeat } from '../../../../src/protocol/messages/share-group-heartbeat.ts'
import { type Story, story } from '../telling.ts'
import { accept, acknowledging, batches, beat, classicJoining, fetching, joined, reader } from './share-readers.ts'

const membership = story(shareGroupHeartbeat, 'membership', async (told) => {
  const { version } = told
  const name = told.name('t')
  await told.topic(name, { partitions: 3 })
  await told.askWithMutants(shareGroupHeartbeat, () => beat(told.name('s'), 'm', 0, [name]))
  const groupId = told.name('s')
  const ask = (title: string, memberId: string, epoch: number, topics: string[] | null) =>
    told.ask(title, shareGroupHeartbeat, version, beat(groupId, memberId, epoch, topics))
  await ask('of a group that is not there', 'a', 1, null)
  await ask('that leaves a group that is not there', 'a', -1, null)
  await ask('a joins', 'a', 0, [name])
  await ask('a goes on', 'a', 1, null)
  await joined(told, groupId, 'a', name)
  await ask('a, which has all', 'a', 2, null)
  await ask('a, which says again what it wants', 'a', 2, [name])
  await ask('a, with the epoch before', 'a', 1, null)
  await ask('a, with an epoch that is to come', 'a', 7, null)
  await ask('a, which wants nothing', 'a', 2, [])
  await ask('b joins', 'b', 0, [name, 'nowhere'])
  await ask('somebody', 'nobody', 3, null)
  await ask('somebody leaves', 'nobody', -1, null)
  await ask('an epoch that there is not', 'a', -2, null)
  await ask('a leaves', 'a', -1, null)
  await ask('b leaves', 'b', -1, null)
  await told.ask('an empty rack', shareGroupHeartbeat, version, { ...beat(groupId, 'c', 0, [name]), rackId: '' })
  await told.ask('a blank member id', shareGroupHeartbeat, version, beat(groupId, ' ', 0, [name]))
  await told.ask('a long member id', shareGroupHeartbeat, version, beat(groupId, 'm'.repeat(37), 0, [name]))
  const classic = { ...classicJoining(told.name('g')) }
  await told.prepare(joinGroup, 3, classic)
  await told.ask('of a classic group', shareGroupHeartbeat, version, beat(classic.groupId, 'm', 0, [name]))
})

const description = story(shareGroupDescribe, 'description', async (told) => {
  const { version } = told
  const read = await reader(told)
  await told.askWithMutants(shareGroupDescribe, () => ({
    groupIds: [read.groupId],
    includeAuthorizedOperations: true,
  }))
  const classic = classicJoining(told.name('g'))
  await told.prepare(joinGroup, 3, classic)
  await told.ask('of others', shareGroupDescribe, version, { groupIds: [classic.groupId, 'nothing', ''] })
  await told.ask('as a classic group', describeGroups, 6, { groups: [read.groupId] })
  await told.ask('in the list', listGroups, 5, { typesFilter: ['Share'] })
  await told.ask('joined by a classic member', joinGroup, 5, classicJoining(read.groupId))
  const offset = { partitionIndex: 0, committedOffset: 1, committedLeaderEpoch: -1, committedMetadata: '' }
  const topics = [{ name: read.name, topicId: ZERO_UUID, partitions: [offset] }]
  const committer = { groupId: read.groupId, generationIdOrMemberEpoch: -1, memberId: '', topics }
  await told.ask('commits', offsetCommit, 8, committer)
  const groups = [{ groupId: read.groupId, memberId: null, memberEpoch: -1, topics: null }]
  await told.ask('its committed offsets', offsetFetch, 9, { groups })
  const forgotten = [{ name: read.name, partitions: [{ partitionIndex: 0 }] }]
  await told.ask('loses offsets', offsetDelete, 0, { groupId: read.groupId, topics: forgotten })
  await told.ask('deleted with members', deleteGroups, 2, { groupsNames: [read.groupId] })
  await told.prepare(shareGroupHeartbeat, 1, beat(read.groupId, read.memberId, -1, null))
  await told.ask('empty', shareGroupDescribe, version, { groupIds: [read.groupId] })
  await told.ask('deleted', deleteGroups, 2, { groupsNames: [read.groupId] })
  await told.ask('gone', shareGroupDescribe, version, { groupIds: [read.groupId] })
})

const told = story(describeShareGroupOffsets, 'offsets', async (told) => {
  const { version } = told
  const read = await reader(told)
  const { groupId, name } = read
  await told.askWithMutants(describeShareGroupOffsets, () => ({
    groups: [{ groupId, topics: [{ topicName: name, partitions: [0] }] }],
  }))
  const all = { groups: [{ groupId, topics: null }] }
  await told.ask('all', describeShareGroupOffsets, version, all)
  await told.ask('what is not there', describeShareGroupOffsets, version, {
    groups: [
      { groupId, topics: [{ topicName: 'nowhere', partitions: [0, 1] }] },
      { groupId: 'nobody', topics: [{ topicName: name, partitions: [0] }] },
      { groupId: 'nobody', topics: null },
    ],
  })
  await told.prepare(shareFetch, 1, fetching(read, 0), ({ responses }) => responses.length > 0)
  await told.prepare(shareAcknowledge, 1, acknowledging(read, 1, batches([2, 3, accept])))
  await told.ask('of what is acknowledged', describeShareGroupOffsets, version, all)
})

const altered = story(alterShareGroupOffsets, 'offsets set', async (told) => {
  const { version } = told
  const name = told.name('t')
  await told.topic(name, { partitions: 2 })
  const setting = (groupId: string, startOffset = 3) => ({
    groupId,
    topics: [{ topicName: name, partitions: [{ partitionIndex: 0, startOffset }] }],
  })
  await told.askWithMutants(alterShareGroupOffsets, () => setting(told.name('s')))
  const groupId = told.name('s')
  await told.ask('of a new group', alterShareGroupOffsets, version, setting(groupId))
  await told.ask('are there', describeShareGroupOffsets, 1, { groups: [{ groupId, topics: null }] })
  await told.ask('and the group', shareGroupDescribe, 1, { groupIds: [groupId] })
  const far = [{ partitionIndex: 9, startOffset: 1 }]
  const topics = [
    { topicName: 'nowhere', partitions: far },
    { topicName: name, partitions: far },
  ]
  await told.ask('of what is not there', alterShareGroupOffsets, version, { groupId, topics })
  const read = await reader(told)
  await told.ask('of a group with members', alterShareGroupOffsets, version, setting(read.groupId))
})

const deleted = story(deleteShareGroupOffsets, 'offsets deleted', async (told) => {
  const { version } = told
  const name = told.name('t')
  await told.topic(name)
  const fresh = async () => {
    const groupId = told.name('s')
    const partitions = [{ partitionIndex: 0, startOffset: 0 }]
    await told.prepare(alterShareGroupOffsets, 0, { groupId, topics: [{ topicName: name, partitions }] })
    return { groupId, topics: [{ topicName: name }] }
  }
  await told.askWithMutants(deleteShareGroupOffsets, fresh)
  const asked = await fresh()
  await told.ask('once', deleteShareGroupOffsets, version, asked)
  await told.ask('twice', deleteShareGroupOffsets, version, asked)
  await told.ask('of nothing', deleteShareGroupOffsets, version, { ...asked, topics: [{ topicName: 'nowhere' }] })
  await told.ask('of nobody', deleteShareGroupOffsets, version, { ...asked, groupId: 'nobody' })
  const { groupId } = await reader(told)
  await told.ask('of a group with members', deleteShareGroupOffsets, version, { ...asked, groupId })
})

export const shareGroupStories: readonly Story[] = [membership, description, told, altered, deleted]
