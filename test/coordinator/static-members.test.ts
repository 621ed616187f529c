import { play } from '../support/play.ts'
import { suite } from '../support/suite.ts'

const test = suite('static members')

// A member that comes back is known to the others by the client id of whoever had its place first.

test('a static member needs no second request to join', () => {
  play(`
    // at     does                       answers                     state
      0 s     a joins v=5 as=i           a leads 1: a                CompletingRebalance
      0 s     a syncs as=i               a gets nothing              Stable
      1 s     a beats as=i               a ok                        Stable
  `)
})

test('a static member that comes back to a stable group has its share again, and nobody notices', () => {
  play(`
      0 s     a joins as=i               a leads 1: a                CompletingRebalance
      0 s     b joins as=j               -                           PreparingRebalance
      0 s     a joins as=i               a leads 2: a b; b follows 2  CompletingRebalance
      0 s     a syncs as=i a=x b=y       a gets x                    Stable
      0 s     b syncs as=j               b gets y                    Stable
      5 s     b2 joins as=j              b2 follows 2                Stable
      5 s     b2 syncs as=j              b2 gets y                   Stable
      6 s     b beats as=j               b FENCED_INSTANCE_ID        Stable
      6 s     b syncs as=j               b FENCED_INSTANCE_ID        Stable
      6 s     b joins as=j               b FENCED_INSTANCE_ID        Stable
      6 s     b leaves as=j              b FENCED_INSTANCE_ID        Stable
      6 s     b commits t-0=1 as=j       b FENCED_INSTANCE_ID        Stable
      6 s     b beats                    b UNKNOWN_MEMBER_ID         Stable
      7 s     a beats as=i               a ok                        Stable
     15 s     -                          -                           PreparingRebalance
  `)
})

test('a static member that comes back and asks for its share in time is not missed under its old id', () => {
  play(`
      0 s     a joins as=i rebalance=20s   a leads 1: a              CompletingRebalance
      0 s     b joins as=j rebalance=20s   -                         PreparingRebalance
      0 s     a joins as=i rebalance=20s   a leads 2: a b; b follows 2   CompletingRebalance
      0 s     a syncs as=i a=x b=y       a gets x                    Stable
      5 s     b2 joins as=j session=60s  b2 follows 2                Stable
      6 s     b2 syncs as=j              b2 gets y                   Stable
      9 s     a beats as=i               a ok                        Stable
     18 s     a beats as=i               a ok                        Stable
     21 s     b2 beats as=j              b2 ok                       Stable
  `)
})

test('a static leader that comes back is told another leader before version 9, lest it assign anew', () => {
  play(`
      0 s     a joins as=i v=8           a leads 1: a                CompletingRebalance
      0 s     a syncs as=i a=x           a gets x                    Stable
      1 s     a2 joins as=i v=8          a2 follows 1                Stable
      1 s     a2 syncs as=i              a2 gets x                   Stable
  `)
})

test('a static leader that comes back from version 9 on is told that it leads, and need not assign', () => {
  play(`
      0 s     a joins as=i v=9           a leads 1: a                CompletingRebalance
      0 s     a syncs as=i a=x           a gets x                    Stable
      1 s     a2 joins as=i v=9          a2 leads 1 skipping: a2     Stable
      1 s     a2 syncs as=i              a2 gets x                   Stable
      2 s     a2 joins as=i v=9          a2 leads 2: a2              CompletingRebalance
  `)
})

test('a static follower that comes back from version 9 on skips nothing', () => {
  play(`
      0 s     a joins as=i               a leads 1: a                CompletingRebalance
      0 s     b joins as=j               -                           PreparingRebalance
      0 s     a joins as=i               a leads 2: a b; b follows 2  CompletingRebalance
      0 s     a syncs as=i               a gets nothing              Stable
      1 s     b2 joins as=j v=9          b2 follows 2                Stable
  `)
})

test('a static member that comes back with a protocol that wins the vote causes a rebalance', () => {
  play(`
      0 s     a joins as=i with=range,sticky   a leads 1: a          CompletingRebalance
      0 s     a syncs as=i               a gets nothing              Stable
      1 s     a2 joins as=i with=sticky  a2 leads 2 by sticky: a2    CompletingRebalance
  `)
})

test('a static member that comes back while shares are awaited causes a rebalance: the leader knows its old id', () => {
  play(`
      0 s     a joins as=i               a leads 1: a                CompletingRebalance
      0 s     b joins as=j               -                           PreparingRebalance
      0 s     a joins as=i               a leads 2: a b; b follows 2  CompletingRebalance
      1 s     b syncs as=j               -                           CompletingRebalance
      2 s     b2 joins as=j              b FENCED_INSTANCE_ID        PreparingRebalance
      3 s     a joins as=i               a leads 3: a b; b2 follows 3  CompletingRebalance
  `)
})

test('a static member that comes back during a rebalance fences the one that waits', () => {
  play(`
      0 s     a joins as=i               a leads 1: a                CompletingRebalance
      0 s     a syncs as=i               a gets nothing              Stable
      1 s     b joins as=j               -                           PreparingRebalance
      2 s     b2 joins as=j              b FENCED_INSTANCE_ID        PreparingRebalance
      3 s     a joins as=i               a leads 2: a b; b2 follows 2  CompletingRebalance
  `)
})

test('a static member that does not join again stays in the group until its session ends', () => {
  play(`
      0 s     a joins as=i session=60s rebalance=20s   a leads 1: a  CompletingRebalance
      0 s     a syncs as=i a=x           a gets x                    Stable
      1 s     b joins rebalance=20s session=2min   -                 PreparingRebalance
     21 s     -                          b leads 2: a b              CompletingRebalance
     21 s     b syncs a=x b=y            b gets y                    Stable
     22 s     a2 joins as=i rebalance=20s  a2 follows 2              Stable
     22 s     a2 syncs as=i              a2 gets x                   Stable
  `)
})

test('a rebalance in which only static members are missing does not end without them', () => {
  play(`
      0 s     a joins as=i session=60s rebalance=20s   a leads 1: a  CompletingRebalance
      0 s     b joins as=j session=60s rebalance=20s   -             PreparingRebalance
      0 s     a joins as=i session=60s rebalance=20s   a leads 2: a b; b follows 2   CompletingRebalance
      0 s     a syncs as=i               a gets nothing              Stable
      0 s     b syncs as=j               b gets nothing              Stable
      1 s     c joins                    -                           PreparingRebalance
      2 s     c leaves id= as=k          c UNKNOWN_MEMBER_ID         PreparingRebalance
     59 s     -                          -                           PreparingRebalance
     60 s     -                          c leads 3: c                CompletingRebalance
  `)
})

test('an administrator removes a static member by its instance id alone', () => {
  play(`
      0 s     a joins as=i               a leads 1: a                CompletingRebalance
      0 s     a syncs as=i               a gets nothing              Stable
      1 s     x leaves as=j              x UNKNOWN_MEMBER_ID         Stable
      1 s     x leaves                   x UNKNOWN_MEMBER_ID         Stable
      2 s     x leaves as=i              x ok                        Empty
      3 s     a beats as=i               a UNKNOWN_MEMBER_ID         Empty
  `)
})

test('an instance id that is not in the group is nobody', () => {
  play(`
      0 s     a joins as=i               a leads 1: a                CompletingRebalance
      0 s     a syncs as=j               a UNKNOWN_MEMBER_ID         CompletingRebalance
      0 s     a beats as=j               a UNKNOWN_MEMBER_ID         CompletingRebalance
      0 s     a joins as=j               a UNKNOWN_MEMBER_ID         CompletingRebalance
  `)
})

test.run()
