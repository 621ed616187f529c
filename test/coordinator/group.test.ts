import { play } from '../support/play.ts'
import { suite } from '../support/suite.ts'

const test = suite('classic group')

test('a group with one member is stable once that member has synced', () => {
  play(`
    // at     does                       answers                     state
      0 s     a joins                    a leads 1: a                CompletingRebalance
      0 s     a syncs a=all              a gets all                  Stable
      3 s     a beats                    a ok                        Stable
      4 s     a leaves                   a ok                        Empty
  `)
})

test('a second member puts the group into a rebalance, of which the first learns by its heartbeat', () => {
  play(`
      0 s     a joins                    a leads 1: a                CompletingRebalance
      0 s     a syncs a=all              a gets all                  Stable
      1 s     b joins                    -                           PreparingRebalance
      2 s     a beats                    a REBALANCE_IN_PROGRESS     PreparingRebalance
      2 s     a joins                    a leads 2: a b; b follows 2  CompletingRebalance
      3 s     b syncs                    -                           CompletingRebalance
      4 s     a syncs a=x b=y            a gets x; b gets y          Stable
      5 s     b syncs                    b gets y                    Stable
  `)
})

test('a member that does not join again within the rebalance timeout is out', () => {
  play(`
      0 s     a joins session=30s rebalance=20s   a leads 1: a       CompletingRebalance
      0 s     a syncs                    a gets nothing              Stable
      1 s     b joins rebalance=20s      -                           PreparingRebalance
     15 s     a beats                    a REBALANCE_IN_PROGRESS     PreparingRebalance
     20 s     -                          -                           PreparingRebalance
     21 s     -                          b leads 2: b                CompletingRebalance
     22 s     a beats                    a UNKNOWN_MEMBER_ID         CompletingRebalance
  `)
})

test('a rebalance waits as long as the most patient member asks for', () => {
  play(`
      0 s     a joins session=30min rebalance=40s   a leads 1: a     CompletingRebalance
      0 s     a syncs                    a gets nothing              Stable
      1 s     b joins rebalance=5s       -                           PreparingRebalance
     40 s     -                          -                           PreparingRebalance
     41 s     -                          b leads 2: b                CompletingRebalance
  `)
})

test('a member that sends no heartbeat for its session timeout is out, and the others rebalance', () => {
  play(`
      0 s     a joins                    a leads 1: a                CompletingRebalance
      0 s     a syncs                    a gets nothing              Stable
      1 s     b joins                    -                           PreparingRebalance
      1 s     a joins                    a leads 2: a b; b follows 2  CompletingRebalance
      1 s     a syncs                    a gets nothing              Stable
      1 s     b syncs                    b gets nothing              Stable
      8 s     a beats                    a ok                        Stable
     11 s     -                          -                           PreparingRebalance
     12 s     a beats                    a REBALANCE_IN_PROGRESS     PreparingRebalance
     12 s     a joins                    a leads 3: a                CompletingRebalance
  `)
})

test('the last member whose session ends leaves an empty group of the next generation', () => {
  play(`
      0 s     a joins                    a leads 1: a                CompletingRebalance
      0 s     a syncs                    a gets nothing              Stable
     10 s     -                          -                           Empty
     11 s     b joins                    b leads 3: b                CompletingRebalance
  `)
})

test('a parked join keeps a member alive that has been answered before', () => {
  play(`
      0 s     a joins session=10s rebalance=5min   a leads 1: a      CompletingRebalance
      0 s     a syncs                    a gets nothing              Stable
      1 s     b joins session=6min rebalance=5min  -                 PreparingRebalance
      1 s     a joins rebalance=5min     a leads 2: a b; b follows 2  CompletingRebalance
      1 s     a syncs                    a gets nothing              Stable
      1 s     b syncs                    b gets nothing              Stable
      2 s     a joins session=10s rebalance=5min   -                 PreparingRebalance
     60 s     -                          -                           PreparingRebalance
     60 s     b joins rebalance=5min     a leads 3: a b; b follows 3  CompletingRebalance
  `)
})

test('a parked join does not keep a newcomer for more than five minutes: its client may be gone', () => {
  play(`
      0 s     a joins session=20min rebalance=10min   a leads 1: a   CompletingRebalance
      0 s     a syncs                    a gets nothing              Stable
      1 s     b joins                    -                           PreparingRebalance
    300 s     -                          -                           PreparingRebalance
    301 s     -                          b UNKNOWN_MEMBER_ID         PreparingRebalance
    302 s     a joins                    a leads 2: a                CompletingRebalance
  `)
})

test('a parked sync keeps a member alive', () => {
  play(`
      0 s     a joins                    a leads 1: a                CompletingRebalance
      0 s     a syncs                    a gets nothing              Stable
      1 s     b joins                    -                           PreparingRebalance
      1 s     a joins                    a leads 2: a b; b follows 2  CompletingRebalance
      2 s     b syncs                    -                           CompletingRebalance
     10 s     a beats                    a ok                        CompletingRebalance
     19 s     a beats                    a ok                        CompletingRebalance
     20 s     a syncs a=x b=y            a gets x; b gets y          Stable
     29 s     b beats                    b ok                        Stable
  `)
})

test('a member that joined but never asks for its share is out after the rebalance timeout', () => {
  play(`
      0 s     a joins rebalance=20s      a leads 1: a                CompletingRebalance
      0 s     a syncs                    a gets nothing              Stable
      1 s     b joins rebalance=20s      -                           PreparingRebalance
      1 s     a joins rebalance=20s      a leads 2: a b; b follows 2  CompletingRebalance
      1 s     a syncs a=x b=y            a gets x                    Stable
      9 s     b beats                    b ok                        Stable
      9 s     a beats                    a ok                        Stable
     18 s     b beats                    b ok                        Stable
     18 s     a beats                    a ok                        Stable
     21 s     -                          -                           PreparingRebalance
     22 s     b beats                    b UNKNOWN_MEMBER_ID         PreparingRebalance
     22 s     a joins rebalance=20s      a leads 3: a                CompletingRebalance
  `)
})

test('a leader that never hands in the shares is replaced', () => {
  play(`
      0 s     a joins session=5min rebalance=20s   a leads 1: a      CompletingRebalance
      0 s     a syncs                    a gets nothing              Stable
      1 s     b joins rebalance=20s      -                           PreparingRebalance
      1 s     a joins session=5min rebalance=20s   a leads 2: a b; b follows 2  CompletingRebalance
      2 s     b syncs                    -                           CompletingRebalance
     21 s     -                          b REBALANCE_IN_PROGRESS     PreparingRebalance
     22 s     b joins                    b leads 3: b                CompletingRebalance
  `)
})

test('a member that joins while shares are awaited sends everybody back to join', () => {
  play(`
      0 s     a joins                    a leads 1: a                CompletingRebalance
      0 s     a syncs                    a gets nothing              Stable
      1 s     b joins                    -                           PreparingRebalance
      1 s     a joins                    a leads 2: a b; b follows 2  CompletingRebalance
      2 s     b syncs                    -                           CompletingRebalance
      3 s     c joins                    b REBALANCE_IN_PROGRESS     PreparingRebalance
      3 s     a syncs a=x                a REBALANCE_IN_PROGRESS     PreparingRebalance
      3 s     b joins                    -                           PreparingRebalance
      3 s     a joins                    a leads 3: a b c; b follows 3; c follows 3  CompletingRebalance
  `)
})

test('a leader that does not come back is followed by the first who did', () => {
  play(`
      0 s     a joins rebalance=5s       a leads 1: a                CompletingRebalance
      0 s     a syncs                    a gets nothing              Stable
      1 s     b joins rebalance=5s       -                           PreparingRebalance
      1 s     a joins rebalance=5s       a leads 2: a b; b follows 2  CompletingRebalance
      1 s     a syncs                    a gets nothing              Stable
      1 s     b syncs                    b gets nothing              Stable
      2 s     b joins with=range topics=t rebalance=5s  -            PreparingRebalance
      7 s     -                          b leads 3: b                CompletingRebalance
  `)
})

test('a follower that joins a stable group again unchanged is told the current generation', () => {
  play(`
      0 s     a joins                    a leads 1: a                CompletingRebalance
      0 s     a syncs                    a gets nothing              Stable
      1 s     b joins                    -                           PreparingRebalance
      1 s     a joins                    a leads 2: a b; b follows 2  CompletingRebalance
      1 s     a syncs a=x b=y            a gets x                    Stable
      2 s     b joins                    b follows 2                 Stable
      2 s     b syncs                    b gets y                    Stable
  `)
})

test('a leader that joins a stable group again starts a rebalance: there may be more partitions', () => {
  play(`
      0 s     a joins                    a leads 1: a                CompletingRebalance
      0 s     a syncs                    a gets nothing              Stable
      1 s     a joins                    a leads 2: a                CompletingRebalance
  `)
})

test('a member that joins again with other metadata starts a rebalance', () => {
  play(`
      0 s     a joins                    a leads 1: a                CompletingRebalance
      0 s     a syncs                    a gets nothing              Stable
      1 s     b joins topics=t           -                           PreparingRebalance
      1 s     a joins                    a leads 2: a b; b follows 2  CompletingRebalance
      1 s     a syncs                    a gets nothing              Stable
      2 s     b joins topics=t,u         -                           PreparingRebalance
  `)
})

test('while shares are awaited, who joins again unchanged is answered as before, the leader with the members', () => {
  play(`
      0 s     a joins                    a leads 1: a                CompletingRebalance
      0 s     a syncs                    a gets nothing              Stable
      1 s     b joins                    -                           PreparingRebalance
      1 s     a joins                    a leads 2: a b; b follows 2  CompletingRebalance
      2 s     b joins                    b follows 2                 CompletingRebalance
      2 s     a joins                    a leads 2: a b              CompletingRebalance
      3 s     b joins topics=t           -                           PreparingRebalance
  `)
})

test('a second join of a parked member takes the place of the first, which is refused', () => {
  play(`
      0 s     a joins                    a leads 1: a                CompletingRebalance
      0 s     a syncs                    a gets nothing              Stable
      1 s     b joins v=4                b MEMBER_ID_REQUIRED        Stable
      1 s     b joins v=4                -                           PreparingRebalance
      2 s     b joins v=4                b UNKNOWN_MEMBER_ID         PreparingRebalance
      3 s     a joins                    a leads 2: a b; b follows 2  CompletingRebalance
  `)
})

test('a second sync of a parked member takes the place of the first, which is refused', () => {
  play(`
      0 s     a joins                    a leads 1: a                CompletingRebalance
      0 s     a syncs                    a gets nothing              Stable
      1 s     b joins                    -                           PreparingRebalance
      1 s     a joins                    a leads 2: a b; b follows 2  CompletingRebalance
      2 s     b syncs                    -                           CompletingRebalance
      3 s     b syncs                    b UNKNOWN_MEMBER_ID         CompletingRebalance
      4 s     a syncs b=y                a gets nothing; b gets y    Stable
  `)
})

test('requests in the name of nobody, of another generation, or of another protocol are refused', () => {
  play(`
      0 s     a beats                    a UNKNOWN_MEMBER_ID         Dead
      0 s     a syncs                    a UNKNOWN_MEMBER_ID         Dead
      0 s     a leaves                   a UNKNOWN_MEMBER_ID         Dead
      0 s     a joins id=lost            a UNKNOWN_MEMBER_ID         Dead
      0 s     a joins                    a leads 1: a                CompletingRebalance
      1 s     a beats id=lost            a UNKNOWN_MEMBER_ID         CompletingRebalance
      1 s     a beats gen=0              a ILLEGAL_GENERATION        CompletingRebalance
      1 s     a beats gen=2              a ILLEGAL_GENERATION        CompletingRebalance
      1 s     a syncs id=lost            a UNKNOWN_MEMBER_ID         CompletingRebalance
      1 s     a syncs gen=2              a ILLEGAL_GENERATION        CompletingRebalance
      1 s     a syncs type=connect       a INCONSISTENT_GROUP_PROTOCOL  CompletingRebalance
      1 s     a syncs name=sticky        a INCONSISTENT_GROUP_PROTOCOL  CompletingRebalance
      1 s     a leaves id=lost           a UNKNOWN_MEMBER_ID         CompletingRebalance
      1 s     a joins id=lost            a UNKNOWN_MEMBER_ID         CompletingRebalance
      2 s     a syncs type=consumer name=range   a gets nothing      Stable
  `)
})

test('members that leave together cause one rebalance', () => {
  play(`
      0 s     a joins                    a leads 1: a                CompletingRebalance
      0 s     b joins                    -                           PreparingRebalance
      0 s     c joins                    -                           PreparingRebalance
      0 s     a joins                    a leads 2: a b c; b follows 2; c follows 2  CompletingRebalance
      0 s     a syncs                    a gets nothing              Stable
      1 s     a,c leave                  a ok; c ok                  PreparingRebalance
      2 s     a,c leave                  a UNKNOWN_MEMBER_ID; c UNKNOWN_MEMBER_ID  PreparingRebalance
      2 s     b joins                    b leads 3: b                CompletingRebalance
      3 s     b leaves                   b ok                        Empty
  `)
})

test('a parked member that leaves, or is made to, is not kept waiting', () => {
  play(`
      0 s     a joins                    a leads 1: a                CompletingRebalance
      0 s     b joins                    -                           PreparingRebalance
      0 s     c joins v=4                c MEMBER_ID_REQUIRED        PreparingRebalance
      0 s     c joins v=4                -                           PreparingRebalance
      1 s     c leaves                   c UNKNOWN_MEMBER_ID; c ok   PreparingRebalance
      1 s     a joins                    a leads 2: a b; b follows 2  CompletingRebalance
      2 s     b syncs                    -                           CompletingRebalance
      3 s     b leaves                   b UNKNOWN_MEMBER_ID; b ok   PreparingRebalance
  `)
})

test('the last one missing completes a rebalance by leaving it', () => {
  play(`
      0 s     a joins                    a leads 1: a                CompletingRebalance
      0 s     a syncs                    a gets nothing              Stable
      1 s     b joins                    -                           PreparingRebalance
      2 s     a leaves                   b leads 2: b; a ok          CompletingRebalance
  `)
})

test('the last one missing completes a rebalance by its session ending', () => {
  play(`
      0 s     a joins                    a leads 1: a                CompletingRebalance
      0 s     a syncs                    a gets nothing              Stable
      1 s     b joins                    -                           PreparingRebalance
     10 s     -                          b leads 2: b                CompletingRebalance
  `)
})

test('heartbeats count while shares are awaited', () => {
  play(`
      0 s     a joins session=10s        a leads 1: a                CompletingRebalance
      9 s     a beats                    a ok                        CompletingRebalance
     18 s     a beats                    a ok                        CompletingRebalance
     28 s     -                          -                           Empty
  `)
})

test('closing answers everyone who waits', () => {
  play(`
      0 s     a joins                    a leads 1: a                CompletingRebalance
      0 s     b joins                    -                           PreparingRebalance
      0 s     a joins                    a leads 2: a b; b follows 2  CompletingRebalance
      0 s     b syncs                    -                           CompletingRebalance
      1 s     x closes                   b COORDINATOR_NOT_AVAILABLE  CompletingRebalance
  `)
  play(`
      0 s     a joins                    a leads 1: a                CompletingRebalance
      0 s     b joins                    -                           PreparingRebalance
      1 s     x closes                   b COORDINATOR_NOT_AVAILABLE  PreparingRebalance
      1 h     -                          -                           PreparingRebalance
  `)
})

test.run()
