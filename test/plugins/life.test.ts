import * as assert from 'uvu/assert'
import { backoff, Life, type Next, ration } from '../../src/plugins/life.ts'
import { suite } from '../support/suite.ts'

const test = suite('the life of a plugin')

/** `at` in seconds; what happens; what is to be done about it, if anything; the state afterwards. */
type Row = readonly [at: number, does: 'starts' | 'runs' | 'judges' | 'fails' | 'stops', answer: string, state: string]

function play(life: Life, table: readonly Row[]): void {
  for (const [at, does, answer, state] of table) {
    const nowMs = at * 1000
    let next: Next | null = null
    if (does === 'starts') life.starting(nowMs)
    if (does === 'runs') life.running(nowMs)
    if (does === 'judges') life.judged()
    if (does === 'fails') next = life.failed(nowMs)
    if (does === 'stops') life.stopped(nowMs)
    const told = next === null ? '' : next === 'quarantine' ? next : `in ${next.restartInMs / 1000} s`
    assert.equal([at, does, told, life.state], [at, does, answer, state])
  }
}

test('one bad record is answered by a restart at once, however often between good ones', () => {
  const life = new Life(3, 0)
  play(life, [
    [0, 'starts', '', 'starting'],
    [0, 'runs', '', 'running'],
    [1, 'judges', '', 'running'],
    [1, 'fails', 'in 0 s', 'backing-off'],
    [1, 'starts', '', 'starting'],
    [1, 'runs', '', 'running'],
    [2, 'judges', '', 'running'],
    [2, 'fails', 'in 0 s', 'backing-off'],
    [2, 'starts', '', 'starting'],
    [2, 'runs', '', 'running'],
    [3, 'stops', '', 'stopped'],
  ])
  assert.is(life.restarts, 2)
  assert.is(life.sinceMs, 3000)
})

test('a plugin that only fails is restarted later and later', () => {
  const life = new Life(100, 0)
  const waits: number[] = []
  for (let turn = 0; turn < 9; turn++) {
    const next = life.failed(0)
    waits.push(next === 'quarantine' ? -1 : next.restartInMs / 1000)
  }
  assert.equal(waits, [0, 1, 2, 4, 8, 16, 30, 30, 30])
})

test('and after max_failures in a row not at all', () => {
  play(new Life(3, 0), [
    [0, 'starts', '', 'starting'],
    [0, 'runs', '', 'running'],
    [1, 'fails', 'in 0 s', 'backing-off'],
    [1, 'starts', '', 'starting'],
    [1, 'fails', 'in 1 s', 'backing-off'],
    [2, 'starts', '', 'starting'],
    [2, 'runs', '', 'running'],
    [3, 'fails', 'quarantine', 'quarantined'],
  ])
})

test('a verdict begins a new row', () => {
  const life = new Life(2, 0)
  play(life, [
    [0, 'fails', 'in 0 s', 'backing-off'],
    [1, 'judges', '', 'backing-off'],
    [1, 'fails', 'in 0 s', 'backing-off'],
    [1, 'fails', 'quarantine', 'quarantined'],
  ])
})

test('with max_failures 1 the first failure is the last', () => {
  play(new Life(1, 0), [[0, 'fails', 'quarantine', 'quarantined']])
})

test('restarts at once are rationed, and earned again as time passes', () => {
  const life = new Life(2, 0)
  const failAt = (nowMs: number) => {
    life.judged()
    return life.failed(nowMs)
  }
  for (let turn = 0; turn < ration.max; turn++) assert.equal(failAt(0), { restartInMs: 0 })
  assert.equal(failAt(0), { restartInMs: backoff.firstMs })
  assert.equal(failAt(ration.periodMs), { restartInMs: 0 })
  assert.equal(failAt(ration.periodMs), { restartInMs: backoff.firstMs })
})

test('a plugin that never started is told from one that stopped', () => {
  const life = new Life(3, 0)
  life.starting(0)
  life.leftOut(1)
  assert.equal([life.state, life.restarts], ['failed', 0])
})

test.run()
