import * as assert from 'uvu/assert'
import { Crossing, lineBytesMax, task } from '../../../src/plugins/crossing/crossing.ts'
import { suite } from '../../support/suite.ts'

const test = suite('memory shared with a plugin')
const bytes = (text: string) => new TextEncoder().encode(text)
const [info, warn] = [2, 3]

/** Both ends, as the two threads have them. */
function bothEnds() {
  const broker = new Crossing()
  return { broker, plugin: new Crossing(broker.memory) }
}

test('what is asked is answered by the same number', async () => {
  const { broker, plugin } = bothEnds()
  const request = broker.ask(task.judge)
  assert.is(broker.hasAnswered(request), false)
  const answer = broker.answer(request)
  assert.is(plugin.nextTask(), task.judge)
  plugin.giveAnswer()
  await answer
  assert.is(broker.hasAnswered(request), true)
  await broker.answer(request)
})

test('nothing is answered that was not asked', () => {
  const { broker, plugin } = bothEnds()
  assert.throws(() => plugin.giveAnswer(), /answer 1 was not asked for/)
  const request = broker.ask(task.load)
  plugin.giveAnswer()
  assert.ok(broker.hasAnswered(request))
  assert.throws(() => plugin.giveAnswer(), /answer 2 was not asked for/)
})

test('whoever waits can be told to stop', async () => {
  const { broker } = bothEnds()
  const request = broker.ask(task.init)
  const answer = broker.answer(request)
  broker.stopWaiting()
  await answer
  assert.is(broker.hasAnswered(request), false)
})

test('log lines name the record during whose call they were written', () => {
  const { broker, plugin } = bothEnds()
  plugin.addLine(info, bytes('hello'))
  broker.ask(task.judge)
  plugin.addLine(info, bytes('before the first record'))
  plugin.begin(7)
  plugin.addLine(warn, bytes('é🔌'))
  assert.equal(broker.takeLog(), {
    lines: [
      { level: 'info', index: 0, batch: 0, text: 'hello' },
      { level: 'info', index: -1, batch: 0, text: 'before the first record' },
      { level: 'warn', index: 7, batch: 0, text: 'é🔌' },
    ],
    dropped: 0,
  })
  assert.equal(broker.takeLog(), { lines: [], dropped: 0 })
})

test('a long line is cut between characters', () => {
  const { broker, plugin } = bothEnds()
  plugin.addLine(info, bytes('🔌'.repeat(1000)))
  plugin.addLine(info, bytes(`x${'🔌'.repeat(1000)}`))
  const [even, odd] = broker.takeLog().lines
  assert.is(even!.text, '🔌'.repeat(lineBytesMax / 4))
  assert.is(odd!.text, `x${'🔌'.repeat(lineBytesMax / 4 - 1)}`)
})

test('lines beyond the room there is are counted, and warnings have room of their own', () => {
  const { broker, plugin } = bothEnds()
  const line = bytes('x'.repeat(1000))
  for (let count = 0; count < 1000; count++) plugin.addLine(info, line)
  plugin.addLine(warn, bytes('the reason of a refusal'))
  const { lines, dropped } = broker.takeLog()
  assert.is(lines.length + dropped, 1001)
  assert.ok(dropped > 700)
  assert.is(lines.at(-1)!.text, 'the reason of a refusal')
})

test('a failure is kept with its kind, its record and its message, cut if need be', () => {
  const { broker, plugin } = bothEnds()
  const request = broker.ask(task.judge)
  assert.is(broker.failureOf(request), null)
  plugin.begin(3)
  plugin.giveFailure('exit', 'ä'.repeat(5000))
  assert.equal([broker.failureOf(request), broker.index], [{ kind: 'exit', message: 'ä'.repeat(512) }, 3])
})

test('of two requests that were made at once, each has its own answer', () => {
  const { broker, plugin } = bothEnds()
  const [first, second] = [broker.ask(task.load), broker.ask(task.init)]
  plugin.giveAnswer()
  assert.equal([broker.hasAnswered(first), broker.hasAnswered(second)], [true, false])
  assert.is(plugin.nextTask(), task.init)
  plugin.giveFailure('trap', 'unreachable')
  assert.ok(broker.hasAnswered(first) && broker.hasAnswered(second))
  assert.is(broker.failureOf(first), null)
  assert.equal(broker.failureOf(second), { kind: 'trap', message: 'unreachable' })
})

test('a notification that comes late does not end the wait for the next answer', async () => {
  const broker = new Crossing()
  const plugin = new Crossing(broker.memory)
  let isThere = false
  const waiting = broker.answer(broker.ask(task.init)).then(() => {
    isThere = true
  })
  const words = new Int32Array(broker.memory)
  for (let word = 0; word < 32; word++) Atomics.notify(words, word)
  await new Promise((resolve) => setTimeout(resolve, 20))
  assert.is(isThere, false)
  plugin.giveAnswer()
  await waiting
})

test.run()
