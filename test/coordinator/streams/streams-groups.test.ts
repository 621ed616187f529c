import * as assert from 'uvu/assert'
import { silent } from '../../../src/base/logger.ts'
import { SeededRandom } from '../../../src/base/random.ts'
import { Groups } from '../../../src/coordinator/groups.ts'
import { groupDefaults } from '../../../src/coordinator/settings.ts'
import { StreamsGroup } from '../../../src/coordinator/streams/streams-group.ts'
import { groupId } from '../../support/play-consumer.ts'
import { playStreams } from '../../support/play-streams.ts'
import { suite } from '../../support/suite.ts'

const test = suite('streams groups')

test('the only member gets all tasks at once', async () => {
  await playStreams(
    { topics: { t: 2, u: 3 } },
    `
    // at    does                           answers                      group
      0 s    a joins t,u                    a 2: 0 1 2                   Stable 2
      1 s    a beats                        a 2                          Stable 2
      2 s    a leaves                       a -1                         Empty 3
      3 s    a beats epoch=2                a UNKNOWN_MEMBER_ID          Empty 3
      4 s    a joins t,u                    a 4: 0 1 2                   Stable 4
  `,
  )
})

test('a task is given up before another member gets it', async () => {
  await playStreams(
    { topics: { t: 2 } },
    `
    // at    does                           answers                      group
      0 s    a joins t                      a 2: 0 1                     Stable 2
      1 s    b joins t                      b 3: none                    Reconciling 3
      2 s    a beats                        a 2: 0                       Reconciling 3
      2 s    b beats                        b 3                          Reconciling 3
      3 s    a has 0 1                      a 2                          Reconciling 3
      4 s    a has 0                        a 3                          Reconciling 3
      5 s    b beats                        b 3: 1                       Stable 3
      6 s    a beats epoch=2                a FENCED_MEMBER_EPOCH        Stable 3
      6 s    a has 0 epoch=2                a 3                          Stable 3
      6 s    a has 1 epoch=2                a FENCED_MEMBER_EPOCH        Stable 3
  `,
  )
})

test('who does not give up its tasks in time is out, and so is who is silent', async () => {
  await playStreams(
    { topics: { t: 2 } },
    `
    // at    does                           answers                      group
      0 s    a joins t rebalance=10         a 2: 0 1                     Stable 2
      1 s    b joins t                      b 3: none                    Reconciling 3
      2 s    a beats                        a 2: 0                       Reconciling 3
     11 s    a beats                        a 2                          Reconciling 3
     12 s    a beats                        a UNKNOWN_MEMBER_ID          Assigning 4, target 3
     13 s    b beats                        b 4: 0 1                     Stable 4
     57 s    -                              -                            Stable 4
     58 s    -                              -                            Empty 5
  `,
  )
})

test('who kept a task warm is active in it at once, and who was active keeps it warm', async () => {
  await playStreams(
    { topics: { t: 2, l: 2 }, configs: { 'streams.num.standby.replicas': '1' } },
    `
    // at    does                           answers                      group
      0 s    a joins t log                  a 2: 0 1                     Stable 2
      1 s    b joins t log                  b 3: none +0                 Reconciling 3
      2 s    a beats                        a 2: 0 +1                    Reconciling 3
      3 s    a has 0 +1                     a 3                          Reconciling 3
      4 s    b beats                        b 3: 1 +0                    Stable 3
      5 s    a leaves                       a -1                         Assigning 4, target 3
      6 s    b beats                        b 4: 0 1                     Stable 4
  `,
  )
})

test('two members of one process never have the same task', async () => {
  await playStreams(
    { topics: { t: 2, l: 2 }, configs: { 'streams.num.standby.replicas': '1' } },
    `
    // at    does                           answers                      group
      0 s    a joins t log in=p             a 2: 0 1                     Stable 2
      1 s    b joins t log in=p             b 3: none                    Reconciling 3
      2 s    a beats                        a 2: 0                       Reconciling 3
      3 s    a has 0                        a 3                          Reconciling 3
      4 s    b beats                        b 3: 1                       Stable 3
  `,
  )
})

test('topics that the topology needs are made, or it waits for them', async () => {
  await playStreams(
    { topics: {} },
    `
    // at    does                  answers                                      group
      0 s    a joins t log         a 2: none [MISSING_SOURCE_TOPICS]            NotReady 2
      1 s    t grows 2             -                                            NotReady 2
      1 s    a beats               a 3 [MISSING_INTERNAL_TOPICS]                NotReady 3
      2 s    a beats               a 4: 0 1                                     Stable 4
      3 s    t grows 3             -                                            Stable 4
      3 s    a has 0 1             a 4: none [INCORRECTLY_PARTITIONED_TOPICS]   NotReady 5
  `,
  )
})

test('the first of a group waits for others, and the group is not assigned too often', async () => {
  await playStreams(
    {
      topics: { t: 2 },
      configs: { 'streams.initial.rebalance.delay.ms': '3000', 'streams.assignment.interval.ms': '5000' },
    },
    `
    // at    does                  answers                                      group
      0 s    a joins t             a 1: none [ASSIGNMENT_DELAYED]               Assigning 2, target 1
      1 s    b joins t             b 1: none [ASSIGNMENT_DELAYED]               Assigning 3, target 1
      3 s    -                     -                                            Reconciling 3
      3 s    a beats               a 3: 0                                       Reconciling 3
      3 s    b beats               b 3: 1                                       Stable 3
      4 s    b leaves              b -1                                         Assigning 4, target 3
      4 s    a beats               a 3 [ASSIGNMENT_DELAYED]                     Assigning 4, target 3
      8 s    a beats               a 4: 0 1                                     Stable 4
      9 s    a leaves              a -1                                         Empty 5
     10 s    a joins t             a 5: none [ASSIGNMENT_DELAYED]               Assigning 6, target 5
  `,
  )
})

test('a static member that is away keeps its tasks, and comes back under another id', async () => {
  await playStreams(
    { topics: { t: 2 } },
    `
    // at    does                           answers                      group
      0 s    a joins t as=i in=p            a 2: 0 1                     Stable 2
      1 s    b joins t as=i in=p            b UNRELEASED_INSTANCE_ID     Stable 2
      2 s    a leaves back as=i             a -2                         Reconciling 2
      3 s    b joins t as=i in=p            b 2: 0 1                     Stable 2
      4 s    a beats epoch=2 as=i           a FENCED_INSTANCE_ID         Stable 2
      5 s    b leaves back as=i             b -2                         Reconciling 2
     48 s    -                              -                            Empty 3
  `,
  )
})

test('one member can stop them all, until all have left', async () => {
  await playStreams(
    { topics: { t: 2 } },
    `
    // at    does                  answers                                      group
      0 s    a joins t             a 2: 0 1                                     Stable 2
      1 s    b joins t             b 3: none                                    Reconciling 3
      2 s    b beats stops         b 3 [SHUTDOWN_APPLICATION]                   Reconciling 3
      3 s    b leaves              b -1                                         Assigning 4, target 3
      4 s    a beats               a 4 [SHUTDOWN_APPLICATION]                   Stable 4
      5 s    a leaves              a -1                                         Empty 5
      6 s    a joins t             a 6: 0 1                                     Stable 6
  `,
  )
})

test('all are told where the partitions are that others answer queries about', async () => {
  await playStreams(
    { topics: { t: 2 } },
    `
    // at    does                  answers                                      group
      0 s    a joins t at=x        a 2: 0 1 x(t0 t1)                            Stable 2
      1 s    a beats               a 2                                          Stable 2
      2 s    b joins t at=y        b 3: none x(t0 t1) y()                       Reconciling 3
      3 s    a beats knows=1       a 2: 0 x(t0) y()                             Reconciling 3
      4 s    a has 0 knows=2       a 3                                          Reconciling 3
      5 s    b beats knows=2       b 3: 1 x(t0) y(t1)                           Stable 3
  `,
  )
})

test('offsets are committed in the epoch of the member, or of the task', async () => {
  await playStreams(
    { topics: { t: 2 } },
    `
    // at    does                           answers                      group
      0 s    a joins t                      a 2: 0 1                     Stable 2
      1 s    b joins t                      b 3: none                    Reconciling 3
      2 s    a beats                        a 2: 0                       Reconciling 3
      3 s    a has 0                        a 3                          Reconciling 3
      4 s    a commits 0 epoch=2            a ok                         Reconciling 3
      4 s    a commits 1 epoch=2            a STALE_MEMBER_EPOCH         Reconciling 3
      4 s    a commits 1 epoch=4            a STALE_MEMBER_EPOCH         Reconciling 3
      4 s    a commits 1                    a ok                         Reconciling 3
      4 s    c commits 1 epoch=3            c UNKNOWN_MEMBER_ID          Reconciling 3
  `,
  )
})

test('when all groups are gone at once, members join again', async () => {
  await playStreams(
    { topics: { t: 2 } },
    `
    // at    does                           answers                      group
      0 s    a joins t                      a 2: 0 1                     Stable 2
      1 s    x clears                       -                            none
      2 s    a beats                        a UNKNOWN_MEMBER_ID          none
      2 s    a joins t                      a 2: 0 1                     Stable 2
      3 s    a beats                        a 2                          Stable 2
      4 s    b beats epoch=3                b UNKNOWN_MEMBER_ID          Stable 2
  `,
  )
})

test('a group without members keeps its topology and its epoch, also in a journal', async () => {
  const { groups, clock } = await playStreams(
    { topics: { t: 2 } },
    `
      0 s    a joins t                      a 2: 0 1                     Stable 2
      1 s    a leaves                       a -1                         Empty 3
      2 s    a joins u                      a INVALID_REQUEST            Empty 3
  `,
  )
  const restored = new Groups({ clock, random: new SeededRandom(1), logger: silent, settings: groupDefaults })
  for (const record of groups.records()) restored.apply(record)
  const group = restored.registry.as(StreamsGroup, groupId)!
  assert.equal([group.state, group.epoch, group.targetEpoch], ['Empty', 3, 3])
  assert.equal(group.topology!.subtopologies[0]!.sourceTopics, ['t'])
})

test.run()
