import * as assert from 'uvu/assert'
import { ManualClock } from '../../src/base/clock.ts'
import { type Random, SeededRandom } from '../../src/base/random.ts'
import {
  backoff,
  type Command,
  InstanceLife,
  type Next,
  PluginLife,
  ration,
  type State,
  type Step,
} from '../../src/plugins/life.ts'
import { suite } from '../support/suite.ts'

const test = suite('the life of a plugin')

/** Of which no jitter comes. */
const noChance: Random = { bytes: (count) => Buffer.alloc(count) }

function instance(failuresMax: number, random = noChance): InstanceLife {
  return new InstanceLife(failuresMax, random, 0)
}

/** `at` in seconds; what happens; what is to be done about it, if anything; the state afterwards. */
type Row = readonly [
  at: number,
  does: 'starts' | 'runs' | 'judges' | 'fails' | 'timer' | 'timer fails' | 'is reset' | 'stops',
  answer: string,
  state: State,
]

function play(life: InstanceLife, table: readonly Row[]): void {
  const clock = new ManualClock()
  const does: Readonly<Record<Row[1], (nowMs: number) => Next | boolean | undefined>> = {
    starts: (nowMs) => silently(life.starting(nowMs)),
    runs: (nowMs) => silently(life.running(nowMs)),
    judges: () => silently(life.judged()),
    fails: (nowMs) => life.failed('on-record', nowMs),
    timer: () => silently(life.worked('on-timer')),
    'timer fails': (nowMs) => life.failed('on-timer', nowMs),
    'is reset': (nowMs) => life.reset(nowMs),
    stops: (nowMs) => silently(life.stopped(nowMs)),
  }
  for (const [at, event, answer, state] of table) {
    clock.advance(at * 1000 - clock.now())
    assert.equal([at, event, told(does[event](clock.now())), life.state], [at, event, answer, state])
  }
}

/** Nothing is to be done about it. */
function silently(_: unknown): undefined {}

function told(next: Next | boolean | undefined): string {
  if (next === undefined) return ''
  if (typeof next === 'boolean') return next ? 'start' : 'stay'
  return next === 'quarantine' ? next : `in ${next.restartInMs / 1000} s`
}

test('one bad record is answered by a restart at once, however often between good ones', () => {
  const life = instance(3)
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

test('a plugin that only fails is restarted later and later, up to a cap', () => {
  const life = instance(100)
  const waits = Array.from({ length: 9 }, () => told(life.failed('init', 0)))
  assert.equal(
    waits,
    [0, 1, 2, 4, 8, 16, 30, 30, 30].map((seconds) => `in ${seconds} s`),
  )
})

test('each wait is a little shorter than that, by chance, and the same for the same seed', () => {
  const waitsWith = (seed: number) => {
    const life = instance(100, new SeededRandom(seed))
    return Array.from({ length: 9 }, () => (life.failed('init', 0) as { restartInMs: number }).restartInMs)
  }
  for (let seed = 1; seed <= 50; seed++) {
    for (const [turn, wait] of waitsWith(seed).entries()) {
      const most = [0, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000][turn]!
      assert.ok(wait <= most && wait >= most * (1 - backoff.jitter), `seed ${seed}, turn ${turn}: ${wait}`)
    }
  }
  assert.equal(waitsWith(5), waitsWith(5))
  assert.is.not(`${waitsWith(5)}`, `${waitsWith(6)}`)
})

test('and after max_failures in a row not at all', () => {
  play(instance(3), [
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
  play(instance(2), [
    [0, 'fails', 'in 0 s', 'backing-off'],
    [1, 'judges', '', 'backing-off'],
    [1, 'fails', 'in 0 s', 'backing-off'],
    [1, 'fails', 'quarantine', 'quarantined'],
  ])
})

test('a timer that works does not excuse records that fail', () => {
  play(instance(3), [
    [1, 'fails', 'in 0 s', 'backing-off'],
    [1, 'runs', '', 'running'],
    [1, 'timer', '', 'running'],
    [2, 'fails', 'in 1 s', 'backing-off'],
    [3, 'runs', '', 'running'],
    [3, 'timer', '', 'running'],
    [4, 'fails', 'quarantine', 'quarantined'],
  ])
})

test('but a timer that works again begins a new row of its own', () => {
  play(instance(2), [
    [1, 'timer fails', 'in 0 s', 'backing-off'],
    [1, 'runs', '', 'running'],
    [1, 'timer', '', 'running'],
    [2, 'timer fails', 'in 0 s', 'backing-off'],
    [3, 'timer fails', 'quarantine', 'quarantined'],
  ])
})

test('a reset frees it from quarantine and from waiting, and forgets the row', () => {
  play(instance(2), [
    [0, 'fails', 'in 0 s', 'backing-off'],
    [0, 'fails', 'quarantine', 'quarantined'],
    [5, 'is reset', 'start', 'quarantined'],
    [5, 'starts', '', 'starting'],
    [5, 'runs', '', 'running'],
    [6, 'is reset', 'stay', 'running'],
    [6, 'fails', 'in 0 s', 'backing-off'],
    [6, 'is reset', 'start', 'backing-off'],
    [6, 'starts', '', 'starting'],
    [6, 'fails', 'in 0 s', 'backing-off'],
    [6, 'fails', 'quarantine', 'quarantined'],
  ])
})

test('with max_failures 1 the first failure is the last', () => {
  play(instance(1), [[0, 'fails', 'quarantine', 'quarantined']])
})

test('restarts at once are rationed, and earned again as time passes', () => {
  const life = instance(2)
  const failAt = (nowMs: number) => {
    life.judged()
    return life.failed('on-record', nowMs)
  }
  for (let turn = 0; turn < ration.max; turn++) assert.equal(failAt(0), { restartInMs: 0 })
  assert.equal(failAt(0), { restartInMs: backoff.firstMs })
  assert.equal(failAt(ration.periodMs), { restartInMs: 0 })
  assert.equal(failAt(ration.periodMs), { restartInMs: backoff.firstMs })
})

test('an instance that never started is told from one that stopped', () => {
  const life = instance(3)
  life.starting(0)
  life.leftOut(1)
  assert.equal([life.state, life.restarts], ['failed', 0])
})

// The plugin as a whole.

type Happening = 'starting' | 'inForce' | 'failed' | 'disabled' | 'stopped'

function plugin(...happened: readonly Happening[]): PluginLife {
  const life = new PluginLife(true, 0)
  for (const [at, what] of happened.entries()) life[what](at + 1)
  return life
}

const commands: readonly Command[] = ['enable', 'disable', 'reload', 'reset', 'reconfigure', 'unload']

const inForce = plugin('starting', 'inForce')
const answers: readonly (readonly [where: string, life: PluginLife, ...steps: readonly Step[]])[] = [
  //                                           enable     disable    reload     reset    reconfigure  unload
  ['registered', plugin(), 'refuse', 'refuse', 'refuse', 'refuse', 'refuse', 'refuse'],
  ['starting', plugin('starting'), 'refuse', 'refuse', 'refuse', 'refuse', 'refuse', 'refuse'],
  ['in force', inForce, 'nothing', 'end', 'replace', 'reset', 'replace', 'end'],
  ['failed', plugin('starting', 'failed'), 'start', 'note', 'start', 'start', 'start', 'note'],
  ['disabled', new PluginLife(false, 0), 'start', 'nothing', 'refuse', 'refuse', 'note', 'note'],
  ['unloaded', plugin('starting', 'inForce', 'stopped'), 'refuse', 'refuse', 'refuse', 'refuse', 'refuse', 'refuse'],
]

for (const [where, life, ...expected] of answers) {
  test(`what each command comes to when the plugin is ${where}`, () => {
    assert.equal(
      commands.map((command) => `${command}: ${life.stepFor(command)}`),
      commands.map((command, at) => `${command}: ${expected[at]}`),
    )
  })
}

const standings: readonly (readonly [states: string, state: State, sinceMs: number])[] = [
  ['running@5', 'running', 5],
  ['running@5 running@3', 'running', 3],
  ['quarantined@1 running@5', 'running', 5],
  ['backing-off@4 starting@6', 'starting', 6],
  ['quarantined@2 backing-off@7', 'backing-off', 7],
  ['quarantined@2 quarantined@9', 'quarantined', 2],
  ['stopped@8 stopped@8', 'stopped', 8],
]

for (const [states, state, sinceMs] of standings) {
  test(`with instances that are ${states} the plugin is ${state}`, () => {
    const instances = states.split(' ').map((one) => {
      const [state, since] = one.split('@')
      return { state: state as State, sinceMs: Number(since) }
    })
    assert.equal(inForce.standing(instances), { state, sinceMs })
  })
}

test('when it is not in force, that is its state, whatever instances still end', () => {
  const ending = [{ state: 'running', sinceMs: 0 }] as const
  assert.equal(plugin('starting', 'failed').standing([]), { state: 'failed', sinceMs: 2 })
  assert.equal(plugin('starting', 'inForce', 'disabled').standing(ending), { state: 'disabled', sinceMs: 3 })
  assert.equal(plugin('starting', 'inForce', 'stopped').standing(ending), { state: 'stopped', sinceMs: 3 })
})

test('it is asked about records only while it is in force', () => {
  const asked = answers.filter(([, life]) => life.isInForce).map(([where]) => where)
  assert.equal(asked, ['in force'])
})

test.run()
