import * as assert from 'uvu/assert'
import { ManualClock } from '../../../src/base/clock.ts'
import { silent } from '../../../src/base/logger.ts'
import { SeededRandom } from '../../../src/base/random.ts'
import { ConsumerGroup } from '../../../src/coordinator/consumer/consumer-group.ts'
import { Groups } from '../../../src/coordinator/groups.ts'
import { groupDefaults } from '../../../src/coordinator/settings.ts'
import { groupId, playConsumer } from '../../support/play-consumer.ts'
import { suite } from '../../support/suite.ts'

const test = suite('consumer groups of the new protocol')

test('the only member gets everything at once', async () => {
  await playConsumer(
    { topics: { t: 2, u: 1 } },
    `
    // at    does                           answers                      group
      0 s    a joins t,u                    a 2: t0 t1 u0                Stable 2
      1 s    a beats                        a 2                          Stable 2
      2 s    a leaves                       a -1                         Empty 3
      3 s    a beats epoch=2                a UNKNOWN_MEMBER_ID          Empty 3
      4 s    a joins t                      a 4: t0 t1                   Stable 4
  `,
  )
})

test('a partition is given up before another member gets it', async () => {
  await playConsumer(
    { topics: { t: 4 } },
    `
    // at    does                           answers                      group
      0 s    a joins t                      a 2: t0 t1 t2 t3             Stable 2
      1 s    b joins t                      b 3: none                    Reconciling 3
      2 s    a beats                        a 2: t0 t1                   Reconciling 3
      2 s    b beats                        b 3                          Reconciling 3
      3 s    a has t0 t1 t2                 a 2                          Reconciling 3
      4 s    a has t0 t1                    a 3                          Reconciling 3
      5 s    b beats                        b 3: t2 t3                   Stable 3
  `,
  )
})

test('who does not give up its partitions in time is out, and they go to others', async () => {
  await playConsumer(
    { topics: { t: 2 } },
    `
    // at    does                           answers                      group
      0 s    a joins t rebalance=10         a 2: t0 t1                   Stable 2
      1 s    b joins t                      b 3: none                    Reconciling 3
      2 s    a beats                        a 2: t0                      Reconciling 3
     11 s    a beats                        a 2                          Reconciling 3
     12 s    a beats                        a UNKNOWN_MEMBER_ID          Assigning 4, target 3
     13 s    b beats                        b 4: t0 t1                   Stable 4
  `,
  )
})

test('a silent member is out after its session, and a leaving one at once', async () => {
  await playConsumer(
    { topics: { t: 2 } },
    `
    // at    does                           answers                      group
      0 s    a joins t                      a 2: t0 t1                   Stable 2
     44 s    a beats                        a 2                          Stable 2
     88 s    -                              -                            Stable 2
     89 s    -                              -                            Empty 3
     89 s    a leaves                       a UNKNOWN_MEMBER_ID          Empty 3
  `,
  )
})

test('an epoch that is not the last one fences, but for the one whose answer was lost', async () => {
  await playConsumer(
    { topics: { t: 2 } },
    `
    // at    does                           answers                      group
      0 s    a joins t                      a 2: t0 t1                   Stable 2
      1 s    t grows 3                      -                            Stable 2
      1 s    a beats                        a 3: t0 t1 t2                Stable 3
      2 s    a beats epoch=4                a FENCED_MEMBER_EPOCH        Stable 3
      2 s    a beats epoch=2                a FENCED_MEMBER_EPOCH        Stable 3
      2 s    a has t0 t1 epoch=2            a 3                          Stable 3
      3 s    a joins t                      a 3: t0 t1 t2                Stable 3
  `,
  )
})

test('topics that come, grow and go count as soon as a member beats', async () => {
  await playConsumer(
    { topics: { t: 1 } },
    `
    // at    does                           answers                      group
      0 s    a joins t,u                    a 2: t0                      Stable 2
      1 s    v grows 5                      -                            Stable 2
      1 s    a beats                        a 2                          Stable 2
      2 s    u grows 2                      -                            Stable 2
      2 s    a beats                        a 3: t0 u0 u1                Stable 3
      3 s    t vanishes                     -                            Stable 3
      3 s    a beats                        a 3: u0 u1                   Reconciling 4
      4 s    a has u0 u1                    a 4                          Stable 4
  `,
  )
})

test('what a member unsubscribes from it loses at once', async () => {
  await playConsumer(
    { topics: { t: 1, u: 1 } },
    `
    // at    does                           answers                      group
      0 s    a joins t,u                    a 2: t0 u0                   Stable 2
      1 s    a reads u                      a 2: u0                      Reconciling 3
      2 s    a has u0                       a 3                          Stable 3
  `,
  )
})

test('a static member that goes away keeps its place for a session, under whatever id it comes back', async () => {
  await playConsumer(
    { topics: { t: 2 } },
    `
    // at    does                           answers                      group
      0 s    a joins t as=i                 a 2: t0 t1                   Stable 2
      1 s    b joins t as=i                 b UNRELEASED_INSTANCE_ID     Stable 2
      2 s    a leaves as=i back=yes         a -2                         Reconciling 2
      3 s    b joins t as=i                 b 2: t0 t1                   Stable 2
      4 s    a beats as=i epoch=2           a FENCED_INSTANCE_ID         Stable 2
      5 s    b leaves as=i back=yes         b -2                         Reconciling 2
     48 s    -                              -                            Empty 3
      `,
  )
})

test('the assignor that most members ask for shares partitions', async () => {
  await playConsumer(
    { topics: { t: 2, u: 2 } },
    `
    // at    does                           answers                      group
      0 s    b joins t,u by=range           b 2: t0 t1 u0 u1             Stable 2
      1 s    a joins t,u by=range           a 3: none                    Reconciling 3
      2 s    b beats                        b 2: t1 u1                   Reconciling 3
      3 s    b has t1 u1                    b 3                          Reconciling 3
      4 s    a beats                        a 3: t0 u0                   Stable 3
  `,
  )
})

test('assignments are made no more often than the group is set to', async () => {
  await playConsumer(
    { topics: { t: 2 }, configs: { 'group.consumer.assignment.interval.ms': '3000' } },
    `
    // at    does                           answers                      group
      0 s    a joins t                      a 2: t0 t1                   Stable 2
      1 s    b joins t                      b 2: none                    Assigning 3, target 2
      2 s    a beats                        a 2                          Assigning 3, target 2
      3 s    a beats                        a 2: t0                      Reconciling 3
  `,
  )
})

test('a regular expression is held against the topics after the answer', async () => {
  await playConsumer(
    { topics: { t: 1, u: 1 } },
    `
    // at    does                           answers                      group
      0 s    a joins like=[tv]              a 1: none                    Assigning 2, target 1
      1 s    a beats                        a 2: t0                      Stable 2
      2 s    v grows 1                      -                            Stable 2
      3 s    a beats                        a 2                          Stable 2
     11 s    a beats                        a 2                          Assigning 3, target 2
     12 s    a beats                        a 3: t0 v0                   Stable 3
     13 s    a beats like=(t                a INVALID_REGULAR_EXPRESSION  Stable 3
     14 s    a beats like=.                 a 3: none                    Reconciling 3
     22 s    a has                          a 3                          Assigning 4, target 3
     23 s    a beats                        a 4: t0 u0 v0                Stable 4
  `,
  )
})

test('there are no more members than the brokers allow', async () => {
  await playConsumer(
    { topics: { t: 1 }, configs: { 'group.consumer.max.size': '1' } },
    `
    // at    does                           answers                      group
      0 s    a joins t                      a 2: t0                      Stable 2
      1 s    b joins t                      b GROUP_MAX_SIZE_REACHED     Stable 2
      2 s    a joins t                      a 2: t0                      Stable 2
  `,
  )
})

test('offsets are committed by members of the current epoch, or since they have the partition', async () => {
  await playConsumer(
    { topics: { t: 3 } },
    `
    // at    does                           answers                      group
      0 s    a joins t                      a 2: t0 t1 t2                Stable 2
      1 s    a commits t0=5 t1=5            a ok; a ok                   Stable 2
      1 s    a commits t0=5 v=8             a UNSUPPORTED_VERSION        Stable 2
      1 s    a commits t0=5 epoch=3         a STALE_MEMBER_EPOCH         Stable 2
      2 s    b commits t0=5                 b UNKNOWN_MEMBER_ID          Stable 2
      3 s    b joins t                      b 3: none                    Reconciling 3
      4 s    a beats                        a 2: t0 t1                   Reconciling 3
      4 s    a has t0 t1                    a 3                          Reconciling 3
      5 s    a commits t0=6 epoch=2         a ok                         Reconciling 3
      5 s    a commits t0=6 t2=6 epoch=2    a STALE_MEMBER_EPOCH; a STALE_MEMBER_EPOCH  Reconciling 3
  `,
  )
})

test('when all groups are cleared, members are told to join again, and strangers that there is no group', async () => {
  const stage = await playConsumer(
    { topics: { t: 1 } },
    `
    // at    does                           answers                      group
      0 s    a joins t                      a 2: t0                      Stable 2
      1 s    x clears                       -                            none
      1 s    a beats                        a UNKNOWN_MEMBER_ID          none
      1 s    b beats epoch=1                b GROUP_ID_NOT_FOUND         none
      2 s    a joins t                      a 2: t0                      Stable 2
      3 s    a beats                        a 2                          Stable 2
  `,
  )
  assert.equal(
    [...stage.groups.records()].map(({ type }) => type),
    ['consumer-group-epoch', 'consumer-target'],
  )
})

test('what was written down brings the group back, and members have a session to go on', async () => {
  const stage = await playConsumer(
    { topics: { t: 3 } },
    `
    // at    does                           answers                      group
      0 s    a joins t                      a 2: t0 t1 t2                Stable 2
      1 s    b joins t as=i                 b 3: none                    Reconciling 3
      2 s    a beats                        a 2: t0 t1                   Reconciling 3
  `,
  )
  const clock = new ManualClock(stage.clock.now())
  const options = { clock, random: new SeededRandom(1), logger: silent, settings: groupDefaults, topics: stage.topics }
  const again = new Groups(options)
  for (const record of stage.records) again.apply(record)
  const [before, after] = [stage.groups, again].map(({ registry }) => registry.as(ConsumerGroup, groupId)!)
  for (const key of ['state', 'epoch', 'targetEpoch', 'members', 'targets'] as const) {
    assert.equal(after![key], before![key], key)
  }
  clock.advance(45_000)
  assert.is(after!.state, 'Empty')
})

test.run()
