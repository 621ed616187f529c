import { MessageChannel, Worker } from 'node:worker_threads'
import * as assert from 'uvu/assert'
import { Crossing } from '../../../src/plugins/crossing/crossing.ts'
import { noReply, ReplySender, takeReplies, takeValue } from '../../../src/plugins/crossing/replies.ts'
import { type Cleanup, suite } from '../../support/suite.ts'

const test = suite('what verdicts carry')
const replacement = { key: null, value: Buffer.from('v'), headers: [], timestamp: 1 }

function bothEnds({ after }: Cleanup) {
  const { port1, port2 } = new MessageChannel()
  after(() => port1.close())
  const crossing = new Crossing()
  return { port: port1, crossing, sender: new ReplySender(port2, new Crossing(crossing.memory)) }
}

test('where there is nothing, nothing is sent', (cleanup) => {
  const { port, crossing, sender } = bothEnds(cleanup)
  sender.send(noReply)
  assert.is(crossing.takeHasReply(), false)
  assert.is(takeReplies(port, crossing).size, 0)
})

test('the parts of a batch are put together, and are there once', (cleanup) => {
  const { port, crossing, sender } = bothEnds(cleanup)
  sender.send({ reasons: new Map([[1, 'one']]), replacements: new Map(), throttleMs: 5 })
  sender.send({ reasons: new Map([[7, 'seven']]), replacements: new Map([[2, replacement]]), throttleMs: 3 })
  const { reasons, replacements, throttleMs } = takeReplies(port, crossing).get(0)!
  assert.equal(
    [[...reasons], [...replacements.keys()], throttleMs],
    [
      [
        [1, 'one'],
        [7, 'seven'],
      ],
      [2],
      5,
    ],
  )
  assert.equal(Buffer.from(replacements.get(2)!.value!).toString(), 'v')
  assert.is(takeReplies(port, crossing).size, 0)
})

test('a value is a message like any other, also one that is nothing', (cleanup) => {
  const { port, crossing, sender } = bothEnds(cleanup)
  for (const value of [10, null, undefined, { status: 200 }]) {
    sender.sendValue(value)
    assert.equal(takeValue(port, crossing), value)
  }
  assert.is(takeReplies(port, crossing).size, 0)
})

test('what was sent is there when the thread that sent it is not any more', async () => {
  const { port1, port2 } = new MessageChannel()
  const source = `
    const { workerData } = require('node:worker_threads')
    workerData.port.postMessage({ batch: 0, reasons: new Map([[1, 'one']]), replacements: new Map(), throttleMs: 0 })
    Atomics.store(workerData.words, 0, 1)
    Atomics.notify(workerData.words, 0)
    for (;;);`
  const words = new Int32Array(new SharedArrayBuffer(4))
  const worker = new Worker(source, { eval: true, workerData: { port: port2, words }, transferList: [port2] })
  await new Promise((resolve) => worker.once('online', resolve))
  const waiting = Atomics.waitAsync(words, 0, 0)
  if (waiting.async) await waiting.value
  await worker.terminate()
  const crossing = new Crossing()
  crossing.setHasReply()
  assert.equal([...takeReplies(port1, crossing).get(0)!.reasons], [[1, 'one']])
})

test.run()
