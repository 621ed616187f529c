import * as assert from 'uvu/assert'
import { LeaderEpochs } from '../../src/log/leader-epochs.ts'
import { suite } from '../support/suite.ts'

const test = suite('leader epochs')

/** Epoch 2 from offset 0, 4 from 10, 5 from 30; the log ends at 50. */
function epochs(): LeaderEpochs {
  const made = new LeaderEpochs(2, 0)
  made.begin(4, 10)
  made.begin(5, 30)
  return made
}

const end = (of: LeaderEpochs, epoch: number) => {
  const { leaderEpoch, endOffset } = of.endOffsetOf(epoch, 50)
  return `${leaderEpoch} ends at ${endOffset}`
}

test('the current epoch ends where the log does', () => {
  assert.is(end(epochs(), 5), '5 ends at 50')
})

test('an earlier epoch ends where the next began', () => {
  assert.is(end(epochs(), 4), '4 ends at 30')
  assert.is(end(epochs(), 2), '2 ends at 10')
})

test('an epoch that never was is answered by the one before it', () => {
  assert.is(end(epochs(), 3), '2 ends at 10')
})

test('an epoch before all ends where the first began', () => {
  assert.is(end(epochs(), 1), '1 ends at 0')
})

test('an epoch to come is unknown, and so is none', () => {
  assert.is(end(epochs(), 6), '-1 ends at -1')
  assert.is(end(epochs(), -1), '-1 ends at -1')
})

test('each offset has the epoch it was written in', () => {
  assert.equal(
    [0, 9, 10, 29, 30, 99].map((offset) => epochs().at(offset)),
    [2, 2, 4, 4, 5, 5],
  )
})

test('epochs that end before the log starts are forgotten', () => {
  const truncated = epochs()
  truncated.truncate(20)
  assert.is(end(truncated, 2), '2 ends at 20')
  assert.is(end(truncated, 4), '4 ends at 30')
  assert.is(truncated.at(20), 4)
})

test('an epoch in which nothing was written is replaced by the next', () => {
  const replaced = epochs()
  replaced.begin(6, 30)
  assert.is(end(replaced, 5), '4 ends at 30')
})

test('-1 is no epoch, and one further below is older than all', () => {
  assert.is(end(epochs(), -1), '-1 ends at -1')
  assert.is(end(epochs(), -2), `-2 ends at ${epochs().endOffsetOf(0, 99).endOffset}`)
})

test.run()
