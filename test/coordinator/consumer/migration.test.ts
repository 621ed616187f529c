import { playConsumer } from '../../support/play-consumer.ts'
import { suite } from '../../support/suite.ts'

const test = suite('migration of consumer groups')

test('a classic group is one of the new protocol from the first such member to the last', async () => {
  await playConsumer(
    { topics: { t: 2 } },
    `
    // at    does                           answers                      group
      0 s    c enters t                     c is in 1                    classic CompletingRebalance 1
      0 s    c syncs c=t0,t1                c gets t0 t1                 classic Stable 1
      1 s    a joins t                      a 2: none                    Reconciling 2
      2 s    c lives                        c REBALANCE_IN_PROGRESS      Reconciling 2
      3 s    c enters t t0 t1               c is in 1                    Reconciling 2
      4 s    c syncs                        c gets t0                    Reconciling 2
      5 s    c lives                        c REBALANCE_IN_PROGRESS      Reconciling 2
      6 s    c enters t t0                  c is in 2                    Reconciling 2
      6 s    c syncs                        c gets t0                    Reconciling 2
      7 s    a beats                        a 2: t1                      Stable 2
      8 s    c lives                        c ok                         Stable 2
      9 s    c commits t0=1                 c ok                         Stable 2
     10 s    a leaves                       a -1                         classic PreparingRebalance 2
     11 s    c lives                        c REBALANCE_IN_PROGRESS      classic PreparingRebalance 2
     12 s    c enters t t0                  c is in 3                    classic CompletingRebalance 3
  `,
  )
})

test('a classic member joins a group of the new protocol, and leaves it', async () => {
  await playConsumer(
    { topics: { t: 2 } },
    `
    // at    does                           answers                      group
      0 s    a joins t                      a 2: t0 t1                   Stable 2
      1 s    c enters t                     c is in 3                    Reconciling 3
      1 s    c syncs                        c gets none                  Reconciling 3
      2 s    a beats                        a 2: t0                      Reconciling 3
      2 s    c lives                        c ok                         Reconciling 3
      3 s    a has t0                       a 3                          Reconciling 3
      4 s    c lives                        c REBALANCE_IN_PROGRESS      Reconciling 3
      5 s    c enters t                     c is in 3                    Stable 3
      5 s    c syncs                        c gets t1                    Stable 3
      6 s    c departs                      c ok                         Assigning 4, target 3
      7 s    a beats                        a 4: t0 t1                   Stable 4
  `,
  )
})

test('a classic member that is called and does not join, or does not ask for its share, is out', async () => {
  await playConsumer(
    { topics: { t: 2 } },
    `
    // at    does                           answers                      group
      0 s    a joins t                      a 2: t0 t1                   Stable 2
      0 s    c enters t                     c is in 3                    Reconciling 3
     30 s    a beats                        a 2: t0                      Reconciling 3
     30 s    c lives                        c ok                         Reconciling 3
     60 s    a beats                        a 2                          Reconciling 4
     60 s    c lives                        c UNKNOWN_MEMBER_ID          Reconciling 4
  `,
  )
})

test('what a classic member may do is what its protocol has', async () => {
  await playConsumer(
    { topics: { t: 1 } },
    `
    // at    does                           answers                      group
      0 s    a joins t                      a 2: t0                      Stable 2
      1 s    c enters t type=connect        c INCONSISTENT_GROUP_PROTOCOL  Stable 2
      1 s    a lives                        a UNKNOWN_MEMBER_ID          Stable 2
      1 s    a syncs                        a UNKNOWN_MEMBER_ID          Stable 2
      2 s    c enters t                     c is in 3                    Reconciling 3
      2 s    d enters t by=roundrobin       d INCONSISTENT_GROUP_PROTOCOL  Reconciling 3
      3 s    a departs                      a ok                         classic PreparingRebalance 3
  `,
  )
})

test('groups stay what they are where the brokers do not let them change', async () => {
  const configs = { 'group.consumer.migration.policy': 'disabled' }
  await playConsumer(
    { topics: { t: 1 }, configs },
    `
    // at    does                           answers                      group
      0 s    c enters t                     c is in 1                    classic CompletingRebalance 1
      0 s    c syncs c=t0                   c gets t0                    classic Stable 1
      1 s    a joins t                      a GROUP_ID_NOT_FOUND         classic Stable 1
      2 s    c departs                      c ok                         classic Empty 2
      3 s    a joins t                      a 2: t0                      Stable 2
      4 s    c enters t                     c INCONSISTENT_GROUP_PROTOCOL  Stable 2
  `,
  )
})

test('an empty group becomes what its next member is, and its offsets stay', async () => {
  await playConsumer(
    { topics: { t: 1 } },
    `
    // at    does                           answers                      group
      0 s    x commits t0=4                 x ok                         classic Empty 0
      1 s    a joins t                      a 2: t0                      Stable 2
      2 s    a leaves                       a -1                         Empty 3
      3 s    c enters t                     c is in 1                    classic CompletingRebalance 1
  `,
  )
})

test.run()
