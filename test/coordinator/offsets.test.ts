import * as assert from 'uvu/assert'
import { ManualClock } from '../../src/base/clock.ts'
import { silent } from '../../src/base/logger.ts'
import { SeededRandom } from '../../src/base/random.ts'
import { Groups } from '../../src/coordinator/groups.ts'
import { groupDefaults } from '../../src/coordinator/settings.ts'
import { groupId, play } from '../support/play.ts'
import { suite } from '../support/suite.ts'

const test = suite('committed offsets')

test('a member of the current generation commits', () => {
  play(`
    // at     does                       answers                     state
      0 s     a joins                    a leads 1: a                CompletingRebalance
      0 s     a commits t-0=5            a REBALANCE_IN_PROGRESS     CompletingRebalance
      0 s     a syncs                    a gets nothing              Stable
      1 s     a commits t-0=5 t-1=6      a ok; a ok                  Stable
      1 s     a fetches t-0 t-1 t-2      a sees t-0=5; a sees t-1=6; a sees t-2=none  Stable
      2 s     a commits t-0=3            a ok                        Stable
      2 s     a fetches t-0              a sees t-0=3                Stable
  `)
})

test('members commit during a rebalance, before they join again', () => {
  play(`
      0 s     a joins                    a leads 1: a                CompletingRebalance
      0 s     a syncs                    a gets nothing              Stable
      1 s     b joins                    -                           PreparingRebalance
      2 s     a commits t-0=5            a ok                        PreparingRebalance
      3 s     a joins                    a leads 2: a b; b follows 2  CompletingRebalance
      4 s     a commits t-0=6 gen=1      a ILLEGAL_GENERATION        CompletingRebalance
  `)
})

test('a commit is a sign of life', () => {
  play(`
      0 s     a joins                    a leads 1: a                CompletingRebalance
      0 s     a syncs                    a gets nothing              Stable
      9 s     a commits t-0=1            a ok                        Stable
     18 s     a commits t-0=2            a ok                        Stable
     28 s     -                          -                           Empty
  `)
})

test('who is not in the group commits only while nobody is', () => {
  play(`
      0 s     x commits t-0=1            x ok                        Empty
      1 s     a joins                    a leads 1: a                CompletingRebalance
      1 s     x commits t-0=2            x UNKNOWN_MEMBER_ID         CompletingRebalance
      1 s     a syncs                    a gets nothing              Stable
      1 s     x commits t-0=2            x UNKNOWN_MEMBER_ID         Stable
      1 s     x commits t-0=2 as=i       x UNKNOWN_MEMBER_ID         Stable
      1 s     a commits t-0=2 gen=-1     a ILLEGAL_GENERATION        Stable
      1 s     a commits t-0=2 gen=2      a ILLEGAL_GENERATION        Stable
      1 s     a commits t-0=2 id=lost    a UNKNOWN_MEMBER_ID         Stable
      2 s     a leaves                   a ok                        Empty
      3 s     x commits t-0=3            x ok                        Empty
      3 s     a commits t-0=4            a UNKNOWN_MEMBER_ID         Empty
      3 s     x fetches t-0              x sees t-0=3                Empty
  `)
})

test('a generation that no group has is refused', () => {
  play(`
      0 s     a commits t-0=1 gen=1      a GROUP_ID_NOT_FOUND        Dead
  `)
})

test('metadata of more than 4096 characters is refused, and only for its partition', () => {
  const long = 'n'.repeat(4097)
  play(`
      0 s     a commits t-0=1 note=${long}  a OFFSET_METADATA_TOO_LARGE  Empty
      0 s     a commits t-0=1 note=${long.slice(1)}  a ok          Empty
      0 s     a fetches t-0              a sees t-0=1                Empty
  `)
})

test('the offsets of a group without members are kept for a week from when it became so', () => {
  play(`
      0 s     a joins session=30min      a leads 1: a                CompletingRebalance
      0 s     a syncs                    a gets nothing              Stable
      1 s     a commits t-0=1            a ok                        Stable
     10 min   a leaves                   a ok                        Empty
  10080 min   a fetches t-0              a sees t-0=1                Empty
  10090 min   a fetches t-0              a sees t-0=none             Dead
  `)
})

test('the offsets of a group that never had members are kept for a week from their commit', () => {
  play(`
      0 s     a commits t-0=1            a ok                        Empty
     10 min   a commits t-1=1            a ok                        Empty
  10080 min   a fetches t-0 t-1          a sees t-0=none; a sees t-1=1  Empty
  10090 min   a fetches t-1              a sees t-1=none             Dead
  `)
})

test('a stable consumer group keeps for good the offsets of what it subscribes to, for a week all others', () => {
  const { groups, clock } = play(`
      0 s     a joins topics=t session=30min   a leads 1: a          CompletingRebalance
      0 s     a syncs                    a gets nothing              Stable
      1 s     a commits t-0=1 u-0=1      a ok; a ok                  Stable
  `)
  const [member] = [...groups.classic(groupId)!.members]
  for (let minute = 0; minute < 10_100; minute += 20) {
    clock.advance(20 * 60_000)
    groups.heartbeat(groupId, member!.id, null, 1)
  }
  assert.equal(groups.offsets(groupId)?.get('t', 0)?.offset, 1)
  assert.is(groups.offsets(groupId)?.get('u', 0), undefined)
})

test('a commit of the old kind says itself how long it is to be kept', () => {
  play(`
      0 s     a commits t-0=1 kept=15min   a ok                      Empty
      0 s     a commits t-1=1            a ok                        Empty
     10 min   a fetches t-0              a sees t-0=1                Empty
     20 min   a fetches t-0 t-1          a sees t-0=none; a sees t-1=1  Empty
  `)
})

test('a group without members and offsets is gone when it is next looked for', () => {
  play(`
      0 s     a joins                    a leads 1: a                CompletingRebalance
      0 s     a leaves                   a ok                        Empty
      9 min   -                          -                           Empty
     10 min   -                          -                           Dead
  `)
})

test('a group with members is not deleted, and one that is takes its offsets along', () => {
  play(`
      0 s     x deletes                  x GROUP_ID_NOT_FOUND        Dead
      0 s     a joins                    a leads 1: a                CompletingRebalance
      0 s     a syncs                    a gets nothing              Stable
      0 s     a commits t-0=1            a ok                        Stable
      0 s     x deletes                  x NON_EMPTY_GROUP           Stable
      1 s     a leaves                   a ok                        Empty
      1 s     x deletes                  x ok                        Dead
      1 s     x fetches t-0              x sees t-0=none             Dead
      1 s     x commits t-1=1            x ok                        Empty
      1 s     x fetches t-0 t-1          x sees t-0=none; x sees t-1=1  Empty
  `)
})

test('a consumer group forgets offsets of topics that it does not subscribe to', () => {
  play(`
      0 s     x forgets t-0              x GROUP_ID_NOT_FOUND        Dead
      0 s     a joins topics=t           a leads 1: a                CompletingRebalance
      0 s     a syncs                    a gets nothing              Stable
      0 s     a commits t-0=1 u-0=1      a ok; a ok                  Stable
      1 s     x forgets t-0 u-0 u-9      x GROUP_SUBSCRIBED_TO_TOPIC; x ok; x ok  Stable
      1 s     x fetches t-0 u-0          x sees t-0=1; x sees u-0=none  Stable
      2 s     a leaves                   a ok                        Empty
      2 s     x forgets t-0              x ok                        Empty
      2 s     x fetches t-0              x sees t-0=none             Empty
  `)
})

test('any other group forgets nothing while it has members', () => {
  play(`
      0 s     x commits t-0=1            x ok                        Empty
      0 s     a joins type=connect       a leads 1: a                CompletingRebalance
      0 s     x forgets t-0              x NON_EMPTY_GROUP           CompletingRebalance
      0 s     a leaves                   a ok                        Empty
      0 s     x forgets t-0              x ok                        Empty
  `)
})

test('a topic that is deleted takes its offsets along, in every group', () => {
  const { groups } = play(`
      0 s     x commits t-0=1 t-1=2 u-0=3   x ok; x ok; x ok         Empty
  `)
  groups.forgetTopic('t')
  assert.is(groups.offsets(groupId)?.get('t', 0), undefined)
  assert.is(groups.offsets(groupId)?.get('t', 1), undefined)
  assert.is(groups.offsets(groupId)?.get('u', 0)?.offset, 3)
})

test('the records bring groups, members and offsets back', () => {
  const { records, groups, clock } = play(`
      0 s     a joins topics=t as=i      a leads 1: a                CompletingRebalance
      0 s     b joins                    -                           PreparingRebalance
      0 s     a joins topics=t as=i      a leads 2: a b; b follows 2  CompletingRebalance
      0 s     a syncs a=x b=y as=i       a gets x                    Stable
      1 s     a commits t-0=1 u-0=9 as=i   a ok; a ok                Stable
      2 s     x forgets u-0              x ok                        Stable
  `)
  const options = { clock: new ManualClock(clock.now()), random: new SeededRandom(2), logger: silent }
  const again = new Groups({ ...options, settings: groupDefaults })
  for (const record of records) again.apply(record)

  const [before, after] = [groups.classic(groupId)!, again.classic(groupId)!]
  assert.is(after.state, 'Stable')
  assert.is(after.generation, 2)
  assert.is(after.members.leaderId, before.members.leaderId)
  assert.equal(
    [...after.members].map((member) => member.record('range')),
    [...before.members].map((member) => member.record('range')),
  )
  assert.ok(after.isSubscribedTo('t'))
  assert.not.ok(after.isSubscribedTo('u'))
  assert.equal(again.offsets(groupId), groups.offsets(groupId))

  // Members have to show themselves, as before.
  options.clock.advance(9_000)
  assert.is(after.state, 'Stable')
  options.clock.advance(1_000)
  assert.is(after.state, 'Empty')
})

test.run()
