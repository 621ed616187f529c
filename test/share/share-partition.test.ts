import * as assert from 'uvu/assert'
import { acknowledgeTypes } from '../../src/share/share-partition.ts'
import { playShare, ShareStage } from '../support/share-table.ts'
import { suite } from '../support/suite.ts'

const test = suite('share partition')

test('records are acquired by whole batches, and each by one member', () => {
  playShare(`
  //  at   does            answers        in flight
      0 s  a takes 3       0-4(1)         0…4: a 0-4
      0 s  b takes 6       5-19(1)        0…19: a 0-4 b 5-19
      0 s  c takes 1       –              0…19: a 0-4 b 5-19
  `)
})

test('what is accepted or rejected is over, and the start follows once nothing before it is open', () => {
  playShare(`
      0 s  a takes 10         0-9(1)      0…9: a 0-9
      0 s  a accepts 5-9      –           0…9: a 0-4 done 5-9
      0 s  a rejects 0-3      –           4…9: gone 0-3 a 4-4 done 5-9
      0 s  a accepts 4-4      –           10…10:
  `)
})

test('what is released goes to whoever asks next, and counts', () => {
  playShare(`
      0 s  a takes 5          0-4(1)      0…4: a 0-4
      0 s  a releases 1-2     –           0…4: a 0-0 free 1-2 a 3-4
      0 s  b takes 5          1-2(2) 5-9(1)  0…9: a 0-0 b 1-2 a 3-4 b 5-9
      0 s  a leaves           –           0…9: free 0-0 b 1-2 free 3-4 b 5-9
  `)
})

test('each record of a stretch may come to something else', () => {
  playShare(`
      0 s  a takes 5          0-4(1)      0…4: a 0-4
      0 s  a acks 0-4=12310   –           1…4: done 0-0 free 1-1 gone 2-2 done 3-3 gone 4-4
  `)
})

test('a lock that runs out gives back what is held', () => {
  playShare(`
      0 s   a takes 5         0-4(1)      0…4: a 0-4
      10 s  b takes 5         5-9(1)      0…9: a 0-4 b 5-9
      29 s  a waits           –           0…9: a 0-4 b 5-9
      30 s  a waits           –           0…9: free 0-4 b 5-9
      30 s  a accepts 0-4     INVALID_RECORD_STATE  0…9: free 0-4 b 5-9
      35 s  b renews 5-9      –           0…9: free 0-4 b 5-9
      64 s  b waits           –           0…9: free 0-4 b 5-9
      65 s  b waits           –           0…9: free 0-9
  `)
})

test('a record is given up after its last delivery, and before that comes alone', () => {
  const deliveries = (stage: ShareStage, count: number) =>
    Array.from({ length: count }, () => {
      const taken = stage.take('a', 10).map(({ firstOffset, lastOffset }) => `${firstOffset}-${lastOffset}`)
      stage.partition.release('a')
      return taken.join(' ')
    })
  const stage = new ShareStage({ log: [4] })
  // Half of them from the third delivery on, a quarter, one.
  assert.equal(deliveries(stage, 6), ['0-3', '0-3', '0-3', '0-1', '0-0', '1-1'])
  assert.is(stage.inFlight, '2…3: gone 0-1 free 2-3')
  const blunt = new ShareStage({ log: [4], deliveryCountMax: 2 })
  assert.equal(deliveries(blunt, 3), ['0-3', '0-3', ''])
})

test('what is given up is told with why, once it is stored, and not what is accepted or was never there', () => {
  const stage = new ShareStage({ log: [6], deliveryCountMax: 1 })
  stage.take('a', 10)
  const types = [acknowledgeTypes.reject, acknowledgeTypes.accept, acknowledgeTypes.gap, acknowledgeTypes.release]
  const said = (last: number, acknowledgeTypes: number[]) =>
    stage.partition.acknowledge('a', [{ firstOffset: 0, lastOffset: last, acknowledgeTypes }])
  assert.ok(said(9, [acknowledgeTypes.reject]) !== null)
  assert.equal(stage.givenUp, [])
  assert.is(said(3, types), null)
  stage.clock.advance(30_000)
  assert.equal(
    stage.givenUp.map(({ firstOffset, lastOffset, why }) => [firstOffset, lastOffset, why]),
    [
      [0, 0, 'rejected'],
      [3, 3, 'exhausted'],
      [4, 4, 'exhausted'],
      [5, 5, 'exhausted'],
    ],
  )
})

test('no more than so many records are in flight, but what is free among them may be acquired', () => {
  playShare(
    `
      0 s  a takes 3          0-2(1)      0…2: a 0-2
      0 s  a takes 9          3-5(1)      0…5: a 0-5
      0 s  a takes 9          –           0…5: a 0-5
  `,
    { log: [3, 3, 3, 3], recordLocksMax: 6 },
  )
  playShare(
    `
      0 s  a takes 9          0-5(1)      0…5: a 0-5
      0 s  b takes 9          –           0…5: a 0-5
      0 s  a releases 3-5     –           0…5: a 0-2 free 3-5
      0 s  b takes 9          3-5(2)      0…5: a 0-2 b 3-5
      0 s  a accepts 0-2      –           3…5: done 0-2 b 3-5
      0 s  a takes 9          6-8(1)      3…8: done 0-2 b 3-5 a 6-8
  `,
    { log: [3, 3, 3, 3], recordLocksMax: 6 },
  )
})

test('stretches are told in about the size that the member wants', () => {
  playShare('0 s  a takes 12  0-5(1) 6-11(1)  0…11: a 0-11', { log: [3, 3, 3, 3], batchSize: 4 })
})

test('who limits the records gets not one more, and the rest of their batch is free', () => {
  playShare(
    `
      0 s  a takes 3          0-2(1)      0…4: a 0-2 free 3-4
      0 s  b takes 1          3-3(1)      0…4: a 0-2 b 3-3 free 4-4
      0 s  b takes 4          4-4(1) 5-7(1)  0…9: a 0-2 b 3-7 free 8-9
  `,
    { isRecordLimit: true },
  )
})

test('the log begins later: what was free is gone, what is held may still be acknowledged', () => {
  playShare(`
      0 s   a takes 10        0-9(1)      0…9: a 0-9
      0 s   a releases 0-1    –           0…9: free 0-1 a 2-9
      0 s   log starts 5      –           5…9: gone 0-1 a 2-9
      0 s   a accepts 0-9     –           5…9: gone 0-1 a 2-4 done 5-9
      30 s  a waits           –           10…10:
  `)
  playShare(`
      0 s  log starts 10      –           10…10:
      0 s  a takes 10         10-19(1)    10…19: a 10-19
  `)
})

test('records of aborted transactions are nobody’s', () => {
  playShare(
    `
      0 s  a takes 10         0-1(1) 5-7(1)   0…7: a 0-1 gone 2-4 a 5-7
      0 s  a accepts 0-1      –               5…7: done 0-1 gone 2-4 a 5-7
      0 s  a acks 5-7=011     –               8…8:
  `,
    { log: [2, -3, 2] },
  )
})

test('acknowledgements that do not fit are refused as a whole', () => {
  playShare(`
      0 s  a accepts 0-4      INVALID_RECORD_STATE  0…0:
      0 s  a takes 10         0-9(1)      0…9: a 0-9
      0 s  b accepts 0-9      INVALID_RECORD_STATE  0…9: a 0-9
      0 s  b accepts 2-3      INVALID_RECORD_STATE  0…9: a 0-9
      0 s  a accepts 5-12     INVALID_REQUEST       0…9: a 0-9
      0 s  a accepts 15-16    INVALID_REQUEST       0…9: a 0-9
      0 s  a accepts 0-2,2-4  INVALID_RECORD_STATE  0…9: a 0-9
      0 s  a accepts 0-2,3-4  –                     5…9: done 0-4 a 5-9
      0 s  a accepts 0-2      –                     5…9: done 0-4 a 5-9
      0 s  a accepts 0-5      –                     6…9: done 0-5 a 6-9
  `)
  playShare(
    `
      0 s  a takes 5          0-4(1)                0…4: a 0-4
      0 s  a renews 0-4       INVALID_RECORD_STATE  0…4: a 0-4
      0 s  a renews 0-1       INVALID_RECORD_STATE  0…4: a 0-4
  `,
    { mayRenew: false },
  )
})

test('what was stored is there when the share partition was forgotten, and what was held is free', () => {
  playShare(`
      0 s  a takes 20         0-19(1)     0…19: a 0-19
      0 s  a accepts 0-2      –           3…19: done 0-2 a 3-19
      0 s  a accepts 10-14    –           3…19: done 0-2 a 3-9 done 10-14 a 15-19
      0 s  a releases 7-8     –           3…19: done 0-2 a 3-6 free 7-8 a 9-9 done 10-14 a 15-19
      0 s  all forgets        –           3…14: free 7-8 done 10-14
      0 s  b takes 2          3-4(1)      3…14: b 3-4 free 7-8 done 10-14
      0 s  b takes 9          5-6(1) 7-8(2) 9-9(1) 15-19(1)  3…19: b 3-9 done 10-14 b 15-19
  `)
})

test('who writes what an administrator has set anew meanwhile is fenced, and begins there', () => {
  playShare(`
      0 s  a takes 5          0-4(1)      0…4: a 0-4
      0 s  admin sets 10      –           0…4: a 0-4
      0 s  a accepts 0-4      NOT_LEADER_OR_FOLLOWER  10…10:
      0 s  a takes 5          10-19(1)    10…19: a 10-19
  `)
})

test.run()
