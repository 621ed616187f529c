import * as assert from 'uvu/assert'
import { ZERO_UUID } from '../../src/base/bytes.ts'
import { errorOf } from '../../src/protocol/errors.ts'
import { deleteGroups } from '../../src/protocol/messages/delete-groups.ts'
import { offsetCommit } from '../../src/protocol/messages/offset-commit.ts'
import { offsetDelete } from '../../src/protocol/messages/offset-delete.ts'
import { txnOffsetCommit } from '../../src/protocol/messages/txn-offset-commit.ts'
import type { TestBroker } from '../support/broker.ts'
import { onlyMember } from '../support/membership.ts'
import { suite } from '../support/suite.ts'
import { transact } from '../support/transact.ts'

const test = suite('TxnOffsetCommit')

const begun = () =>
  transact(`
      0 s     a inits                   P1 e0                         Empty
  `)

interface Offer {
  readonly version?: number
  readonly groupId?: string
  readonly generation?: number
  readonly member?: string
  readonly topics: readonly { name: string; id?: string; partitions: readonly number[] }[]
  readonly note?: string | null
}

/** Of producer 0 in its epoch 0, offset 5 of every partition. */
async function offer(broker: TestBroker, asked: Offer): Promise<string[]> {
  const { version = 5, groupId = 'g', generation = -1, member = '', note = null } = asked
  const committed = { committedOffset: 5, committedLeaderEpoch: -1, committedMetadata: note }
  const { topics } = await broker.request(txnOffsetCommit, version, {
    transactionalId: 'a',
    groupId,
    generationIdOrMemberEpoch: generation,
    memberId: member,
    topics: asked.topics.map(({ name, id = ZERO_UUID, partitions }) => ({
      name,
      topicId: id,
      partitions: partitions.map((partitionIndex) => ({ partitionIndex, ...committed })),
    })),
  })
  return topics.flatMap(({ name, partitions }) =>
    partitions.map(({ partitionIndex, errorCode }) => `${name}-${partitionIndex} ${errorOf(errorCode).name}`),
  )
}

test('what does not exist is refused one by one, and first', async ({ after }) => {
  const broker = await begun()
  after(broker.close)
  const topics = [
    { name: 't', partitions: [0, 9] },
    { name: 'z', partitions: [0] },
  ]
  const unknown = 'UNKNOWN_TOPIC_OR_PARTITION'
  assert.equal(await offer(broker, { topics }), [`t-9 ${unknown}`, 't-0 NONE', `z-0 ${unknown}`])
  assert.equal(await offer(broker, { topics: [] }), [])
})

test('from version 6 on topics have ids', async ({ after }) => {
  const broker = await begun()
  after(broker.close)
  const { id } = broker.cluster.topics.get('t')!
  const topics = [
    { name: '', id, partitions: [0] },
    { name: '', id: 'AAAAAAAAAAAAAAAAAAAAAQ', partitions: [1] },
  ]
  assert.equal(await offer(broker, { version: 6, topics }), ['-1 UNKNOWN_TOPIC_ID', '-0 NONE'])
})

test('a member must be of the group and its generation; who names none is believed', async ({ after }) => {
  const broker = await begun()
  after(broker.close)
  const { memberId: member, generationId: generation } = await onlyMember(broker, { groupId: 'g', topics: ['t'] })
  const topics = [{ name: 't', partitions: [0] }]
  const table: [Partial<Offer>, string][] = [
    [{ member, generation }, 'NONE'],
    [{}, 'NONE'],
    [{ member, generation: generation + 1 }, 'ILLEGAL_GENERATION'],
    [{ member: 'another', generation }, 'UNKNOWN_MEMBER_ID'],
    [{ generation }, 'UNKNOWN_MEMBER_ID'],
    [{ groupId: 'unknown', member, generation }, 'ILLEGAL_GENERATION'],
    [{ groupId: '' }, 'INVALID_GROUP_ID'],
    [{ note: 'n'.repeat(4097) }, 'OFFSET_METADATA_TOO_LARGE'],
  ]
  for (const [asked, error] of table) assert.equal(await offer(broker, { ...asked, topics }), [`t-0 ${error}`])
})

test('offsets that are deleted, or whose group is, are pending no more', async ({ after }) => {
  const broker = await begun()
  after(broker.close)
  const story = (rows: string) => transact(rows, { broker })
  await offer(broker, { topics: [{ name: 't', partitions: [0, 1] }] })
  await broker.request(offsetDelete, 0, {
    groupId: 'g',
    topics: [{ name: 't', partitions: [{ partitionIndex: 1 }] }],
  })
  await story(`
      0 s     c sees g t-0              UNSTABLE_OFFSET_COMMIT        -
      0 s     c sees g t-1              -1                            -
  `)
  const { results } = await broker.request(deleteGroups, 2, { groupsNames: ['g'] })
  assert.is(errorOf(results[0]!.errorCode).name, 'NONE')
  await story(`
      0 s     c sees g t-0              -1                            -
      0 s     a commits                 P1 e1                         CompleteCommit
      0 s     c sees g t-0              -1                            -
  `)
})

test('a commit beside the transaction, and after it, holds', async ({ after }) => {
  const broker = await begun()
  after(broker.close)
  await offer(broker, { topics: [{ name: 't', partitions: [0] }] })
  const beside = { partitionIndex: 0, committedOffset: 8, committedLeaderEpoch: -1, committedMetadata: '' }
  await broker.request(offsetCommit, 8, {
    groupId: 'g',
    generationIdOrMemberEpoch: -1,
    topics: [{ name: 't', topicId: ZERO_UUID, partitions: [beside] }],
  })
  await transact(
    `
      0 s     c sees g t-0              UNSTABLE_OFFSET_COMMIT        -
      0 s     a commits                 P1 e1                         CompleteCommit
      0 s     c sees g t-0              8                             -
  `,
    { broker },
  )
})

test('an offset that a transaction is about to change does not expire meanwhile', async () => {
  const broker = await transact(
    `
      0 s     b inits timeout=15min     P1 e0                         Empty
      0 s     b offers g t-0=5 t-1=5    ok                            Ongoing
      0 s     b commits                 P1 e1                         CompleteCommit
     59 min   b offers g t-0=6          ok                            Ongoing
     65 min   c sees g t-0 stable=no    5                             -
     65 min   c sees g t-1              -1                            -
  `,
    { settings: { offsetsRetentionMs: 3_600_000 } },
  )
  broker.close()
})

test.run()
