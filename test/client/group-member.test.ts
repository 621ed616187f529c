import * as assert from 'uvu/assert'
import type { AssignorName } from '../../src/client/assignors.ts'
import { allGroups, deleteGroup, describeGroup } from '../../src/client/group-admin.ts'
import { GroupMember } from '../../src/client/group-member.ts'
import { commitOffsets, committedOffsets, forgetOffsets } from '../../src/client/group-offsets.ts'
import type { TopicPartition } from '../../src/client/kafka-client.ts'
import { clientOf, refused } from '../support/client.ts'
import { start, until } from '../support/running.ts'
import { type Cleanup, suite } from '../support/suite.ts'

const test = suite('client: member of a group', 15)

interface Joined {
  /** What it has now; null before it had any. */
  partitions(): readonly number[] | null
  readonly revoked: number[][]
  readonly member: GroupMember
  leave(): Promise<void>
}

function join(cleanup: Cleanup, brokers: readonly string[], assignors: readonly AssignorName[] = ['range']): Joined {
  const stopped = new AbortController()
  const client = clientOf(cleanup, brokers, { stopped: stopped.signal })
  let mine: readonly TopicPartition[] | null = null
  const revoked: number[][] = []
  const member = new GroupMember(client, {
    group: 'g',
    topics: ['t'],
    assignors,
    heartbeatMs: 20,
    assigned: (partitions) => {
      mine = partitions
    },
    revoked: (partitions) => void revoked.push(partitions.map(({ partition }) => partition).sort()),
  })
  const running = member.run(stopped.signal)
  const leave = async () => {
    stopped.abort()
    await running
  }
  cleanup.after(leave)
  return { member, revoked, leave, partitions: () => mine?.map(({ partition }) => partition).sort() ?? null }
}

const four = { restPort: null, partitionCount: 4, bootTopics: ['t'] }

for (const assignor of ['range', 'roundrobin', 'cooperative-sticky'] as const) {
  test(`two members share the partitions, and one that leaves gives back its own: ${assignor}`, async (cleanup) => {
    const { brokers } = await start(cleanup, four)
    const first = join(cleanup, brokers, [assignor])
    await until('the first has all', () => first.partitions()?.length === 4)
    const second = join(cleanup, brokers, [assignor])
    await until('each has half', () => first.partitions()?.length === 2 && second.partitions()?.length === 2)
    assert.is(new Set([...first.partitions()!, ...second.partitions()!]).size, 4)
    if (assignor === 'cooperative-sticky') assert.is(first.revoked.flat().length, 2, 'only what changed hands')
    else assert.equal(first.revoked[0], [0, 1, 2, 3])
    await second.leave()
    await until('the first has all again', () => first.partitions()?.length === 4)
    const shown = await describeGroup(clientOf(cleanup, brokers), 'g')
    assert.equal([shown?.state, shown?.assignor, shown?.members.length], ['Stable', assignor, 1])
    assert.is(shown?.members[0]?.assignment.length, 4)
  })
}

test('what a member commits is there for the next, and a group without members is deleted', async (cleanup) => {
  const { brokers } = await start(cleanup, four)
  const client = clientOf(cleanup, brokers)
  const { member, partitions, leave } = join(cleanup, brokers)
  await until('it has its partitions', () => partitions()?.length === 4)
  await member.commit([
    { topic: 't', partition: 1, offset: 7 },
    { topic: 'other', partition: 0, offset: 1 },
  ])
  const committed = [{ topic: 't', partition: 1, offset: 7 }]
  assert.equal(await committedOffsets(client, 'g'), committed)
  assert.equal(await committedOffsets(client, 'g', [{ topic: 't', partition: 0 }]), [])
  assert.match((await refused(() => deleteGroup(client, 'g'))).message, /^group g: NON_EMPTY_GROUP/)
  const missing = await refused(() => deleteGroup(client, 'nobody'))
  assert.is(missing.message, 'there is no group nobody; blink groups list names those there are')
  assert.match((await refused(() => commitOffsets(client, 'g', committed))).message, /UNKNOWN_MEMBER_ID/)
  await leave()
  await commitOffsets(client, 'g', [{ topic: 't', partition: 2, offset: 3 }])
  await forgetOffsets(client, 'g', committed)
  assert.equal(await committedOffsets(client, 'g'), [{ topic: 't', partition: 2, offset: 3 }])
  assert.equal(
    (await allGroups(client)).map(({ group, state }) => [group, state]),
    [['g', 'Empty']],
  )
  await deleteGroup(client, 'g')
  assert.is(await describeGroup(client, 'g'), null)
})

test.run()
