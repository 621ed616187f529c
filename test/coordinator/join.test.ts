import * as assert from 'uvu/assert'
import { groupId, play } from '../support/play.ts'
import { suite } from '../support/suite.ts'

const test = suite('joining a group')

test('from version 4 on a newcomer is first told its member id', () => {
  play(`
    // at     does                       answers                     state
      0 s     a joins v=4                a MEMBER_ID_REQUIRED        Empty
      1 s     a joins v=4                a leads 1: a                CompletingRebalance
  `)
})

test('a member id begins with the client id, or with the instance id of a static member', () => {
  const { groups } = play(`
      0 s     a joins                    a leads 1: a                CompletingRebalance
      0 s     b joins as=shelf           -                           PreparingRebalance
  `)
  const [a, b] = [...groups.classic(groupId)!.members]
  assert.match(a!.id, /^a-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
  assert.match(b!.id, /^shelf-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
})

test('a rebalance waits for a member id that was handed out, until its session ends', () => {
  play(`
      0 s     a joins                    a leads 1: a                CompletingRebalance
      0 s     a syncs                    a gets nothing              Stable
      1 s     b joins v=4 session=20s    b MEMBER_ID_REQUIRED        Stable
      2 s     a joins                    -                           PreparingRebalance
     21 s     -                          a leads 2: a                CompletingRebalance
     22 s     b joins v=4                b UNKNOWN_MEMBER_ID         CompletingRebalance
  `)
})

test('a member id that was handed out can leave', () => {
  play(`
      0 s     a joins                    a leads 1: a                CompletingRebalance
      0 s     a syncs                    a gets nothing              Stable
      1 s     b joins v=4                b MEMBER_ID_REQUIRED        Stable
      1 s     a joins                    -                           PreparingRebalance
      2 s     b leaves                   a leads 2: a; b ok          CompletingRebalance
  `)
})

test('a member id that was handed out to a dynamic member is none of a static one', () => {
  play(`
      0 s     a joins v=4                a MEMBER_ID_REQUIRED        Empty
      1 s     a joins v=5 as=i           a UNKNOWN_SERVER_ERROR      Empty
  `)
})

test('session timeouts beyond the bounds are refused, and make no group', () => {
  play(`
      0 s     a joins session=5999ms     a INVALID_SESSION_TIMEOUT   Dead
      0 s     a joins session=1801s      a INVALID_SESSION_TIMEOUT   Dead
      0 s     a joins session=6s         a leads 1: a                CompletingRebalance
      0 s     a leaves                   a ok                        Empty
      0 s     b joins session=30min      b leads 3: b                CompletingRebalance
  `)
})

test('the bounds of session timeouts are settings', () => {
  const settings = { sessionTimeoutMinMs: 100, sessionTimeoutMaxMs: 200 }
  play(
    `
      0 s     a joins session=99ms       a INVALID_SESSION_TIMEOUT   Dead
      0 s     a joins session=201ms      a INVALID_SESSION_TIMEOUT   Dead
      0 s     a joins session=100ms      a leads 1: a                CompletingRebalance
  `,
    settings,
  )
})

test('the first member needs a protocol type and a protocol', () => {
  play(`
      0 s     a joins type=              a INCONSISTENT_GROUP_PROTOCOL  Empty
      0 s     a joins with=              a INCONSISTENT_GROUP_PROTOCOL  Empty
      0 s     a joins                    a leads 1: a                CompletingRebalance
  `)
})

test('a member of another kind, or without a protocol that all know, is refused', () => {
  play(`
      0 s     a joins with=range,sticky  a leads 1: a                CompletingRebalance
      0 s     b joins type=connect       b INCONSISTENT_GROUP_PROTOCOL  CompletingRebalance
      0 s     b joins with=cooperative   b INCONSISTENT_GROUP_PROTOCOL  CompletingRebalance
      0 s     b joins with=              b INCONSISTENT_GROUP_PROTOCOL  CompletingRebalance
      0 s     b joins with=sticky        -                           PreparingRebalance
      0 s     c joins with=range         c INCONSISTENT_GROUP_PROTOCOL  PreparingRebalance
      1 s     a joins with=range         a INCONSISTENT_GROUP_PROTOCOL  PreparingRebalance
      1 s     a joins with=range,sticky  a leads 2 by sticky: a b; b follows 2 by sticky  CompletingRebalance
  `)
})

test('an empty group takes members of any kind', () => {
  play(`
      0 s     a joins                    a leads 1: a                CompletingRebalance
      0 s     a leaves                   a ok                        Empty
      0 s     b joins type=connect with=v0   b leads 3 by v0: b      CompletingRebalance
  `)
})

test('of the protocols that all members know, most votes decide, and the first vote where that is even', () => {
  play(`
      0 s     a joins with=range,sticky  a leads 1: a                CompletingRebalance
      0 s     b joins with=old,new,range   -                         PreparingRebalance
      0 s     c joins with=new,old,range   -                         PreparingRebalance
      0 s     a leaves                   b leads 2 by old: b c; c follows 2 by old; a ok   CompletingRebalance
      1 s     d joins with=new,old       -                           PreparingRebalance
      1 s     b joins with=old,new       -                           PreparingRebalance
      1 s  c joins with=new,old  b leads 3 by new: b c d; c follows 3 by new; d follows 3 by new  CompletingRebalance
  `)
})

test('the first generation of an empty group waits for more members, as long as they keep coming', () => {
  play(
    `
      0 s     a joins rebalance=20s      -                           PreparingRebalance
      2 s     b joins rebalance=20s      -                           PreparingRebalance
      3 s     -                          -                           PreparingRebalance
      5 s     c joins rebalance=20s      -                           PreparingRebalance
      8 s     -                          -                           PreparingRebalance
      9 s     -                          a leads 1: a b c; b follows 1; c follows 1  CompletingRebalance
  `,
    { initialRebalanceDelayMs: 3000 },
  )
})

test('the first generation of an empty group waits no longer than the rebalance timeout', () => {
  play(
    `
      0 s     a joins rebalance=5s       -                           PreparingRebalance
      1 s     b joins rebalance=5s       -                           PreparingRebalance
      4 s     c joins rebalance=5s       -                           PreparingRebalance
      5 s     -                          a leads 1: a b c; b follows 1; c follows 1  CompletingRebalance
  `,
    { initialRebalanceDelayMs: 3000 },
  )
})

test('a first generation that everyone has left again while it was awaited is empty', () => {
  play(
    `
      0 s     a joins v=4                a MEMBER_ID_REQUIRED        Empty
      0 s     a joins v=4                -                           PreparingRebalance
      1 s     a leaves                   a UNKNOWN_MEMBER_ID; a ok   PreparingRebalance
      3 s     -                          -                           Empty
  `,
    { initialRebalanceDelayMs: 3000 },
  )
})

test('a full group takes no more members', () => {
  play(
    `
      0 s     a joins                    a leads 1: a                CompletingRebalance
      0 s     a syncs                    a gets nothing              Stable
      1 s     b joins                    -                           PreparingRebalance
      1 s     a joins                    a leads 2: a b; b follows 2  CompletingRebalance
      2 s     c joins                    c GROUP_MAX_SIZE_REACHED    CompletingRebalance
      2 s     b joins                    b follows 2                 CompletingRebalance
  `,
    { membersPerGroupMax: 2 },
  )
})

test('during a rebalance the last to join again finds the group full', () => {
  play(
    `
      0 s     a joins                    a leads 1: a                CompletingRebalance
      0 s     b joins                    -                           PreparingRebalance
      0 s     a joins                    a leads 2: a b; b follows 2  CompletingRebalance
      0 s     a syncs                    a gets nothing              Stable
      1 s     b leaves                   b ok                        PreparingRebalance
      2 s     c joins rebalance=20s      -                           PreparingRebalance
      3 s     d joins rebalance=20s      -                           PreparingRebalance
      4 s     a joins                    a GROUP_MAX_SIZE_REACHED    PreparingRebalance
     61 s     -                          c leads 3: c d; d follows 3  CompletingRebalance
  `,
    { membersPerGroupMax: 2 },
  )
})

test('there is a bound on the number of groups', () => {
  play(
    `
      0 s     a joins                    a POLICY_VIOLATION          Dead
      0 s     x commits t-0=1            x POLICY_VIOLATION          Dead
  `,
    { groupsMax: 0 },
  )
})

test.run()
