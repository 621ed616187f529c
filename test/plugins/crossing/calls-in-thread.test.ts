/** A thread that sleeps while it asks, and the broker's that answers. */
import { once } from 'node:events'
import { MessageChannel, Worker } from 'node:worker_threads'
import * as assert from 'uvu/assert'
import { systemClock } from '../../../src/base/clock.ts'
import { argumentBytesMax, tellingsMax } from '../../../src/plugins/crossing/calls-in-thread.ts'
import { type Services, serveCalls } from '../../../src/plugins/crossing/host-calls.ts'
import type { CallsStart, Step } from '../../support/calls-worker.ts'
import { type Cleanup, suite } from '../../support/suite.ts'

const test = suite('plugins/calls-in-thread', 20)

function startThread(cleanup: Cleanup, services: Services) {
  const { port1, port2 } = new MessageChannel()
  const signal = new Int32Array(new SharedArrayBuffer(4))
  serveCalls(port1, services)
  const told = new Int32Array(new SharedArrayBuffer(4))
  const workerData: CallsStart = { port: port2, signal, told }
  const worker = new Worker(new URL('../../support/calls-worker.js', import.meta.url), {
    workerData,
    transferList: [port2],
  })
  cleanup.after(() => worker.terminate())
  const run = async (steps: readonly Step[]): Promise<unknown[]> => {
    worker.postMessage(steps)
    const [outcomes] = await once(worker, 'message')
    return outcomes
  }
  return { run, worker, signal, told, port: port1 }
}

const wait = (ms: number) => new Promise<void>((resolve) => systemClock.after(ms, resolve))

test('a thread asks, and has the answer when the call returns', async (cleanup) => {
  const services = {
    plus: ({ a, b }: { a: number; b: number }) => a + b,
    bytes: async (bytes: Uint8Array) => bytes.map((byte) => byte + 1),
  }
  const { run } = startThread(cleanup, services)
  const outcomes = await run([
    { ask: 'plus', argument: { a: 1, b: 2 } },
    { ask: 'bytes', argument: Uint8Array.of(1, 2) },
    { ask: 'plus', argument: { a: 3, b: 4 } },
  ])
  assert.equal(outcomes, [3, Uint8Array.of(2, 3), 7])
})

test('what the broker threw is thrown in the thread, which goes on', async (cleanup) => {
  const services = {
    fail: () => {
      throw new TypeError('no')
    },
    one: () => 1,
  }
  const { run } = startThread(cleanup, services)
  assert.equal(await run([{ ask: 'fail' }, { ask: 'other' }, { ask: 'one' }]), [
    'Error: no',
    'Error: other was not granted',
    1,
  ])
})

test('a thread that is woken for nothing goes on sleeping', async (cleanup) => {
  let answer: (value: string) => void = () => {}
  let asked: () => void = () => {}
  const isAsked = new Promise<void>((resolve) => {
    asked = resolve
  })
  const slow = () => {
    asked()
    return new Promise<string>((resolve) => {
      answer = resolve
    })
  }
  const { run, signal } = startThread(cleanup, { slow })
  const outcomes = run([{ ask: 'slow' }])
  await isAsked
  for (let time = 0; time < 20; time++) {
    await wait(2)
    if (time % 2 === 0) Atomics.add(signal, 0, 1)
    Atomics.notify(signal, 0)
  }
  answer('at last')
  assert.equal(await outcomes, ['at last'])
})

test('what was told before something is asked is taken up before it', async (cleanup) => {
  const heard: unknown[] = []
  const { run } = startThread(cleanup, { note: (text: string) => heard.push(text), heard: () => [...heard] })
  const outcomes = await run([
    { tell: 'note', argument: 'a' },
    { tell: 'note', argument: 'b' },
    { ask: 'heard' },
    { tell: 'note', argument: 'c' },
    { ask: 'heard' },
    { taken: true },
  ])
  assert.equal(outcomes, [1, 2, ['a', 'b'], 3, ['a', 'b', 'c'], 3])
})

test('who tells more than the broker takes up waits for it', async (cleanup) => {
  let count = 0
  const { run, told } = startThread(cleanup, { count: () => count++, soFar: () => count })
  await run([])
  const outcomes = run([{ tell: 'count', times: 10 * tellingsMax }])
  // The broker's thread is busy until nothing more is told.
  const isFull = () => Atomics.wait(told, 0, tellingsMax, 100) === 'timed-out'
  while (!isFull()) assert.ok(Atomics.load(told, 0) <= tellingsMax)
  assert.is(count, 0)
  assert.equal(await outcomes, [10 * tellingsMax])
  assert.equal(await run([{ ask: 'soFar' }, { taken: true }]), [10 * tellingsMax, 10 * tellingsMax])
})

test('a telling that failed is heard of by who asks next', async (cleanup) => {
  const { run } = startThread(cleanup, { one: () => 1 })
  assert.equal(await run([{ tell: 'other' }, { ask: 'one' }]), [1, 'Error: other was not granted'])
})

test('an argument that is too large is refused in the thread', async (cleanup) => {
  const { run } = startThread(cleanup, { take: () => null })
  const half = new Uint8Array(argumentBytesMax / 2)
  const [first, second, third] = await run([
    { ask: 'take', argument: [half, 'x'.repeat(argumentBytesMax / 8), half] },
    { tell: 'take', argument: { bytes: new Uint8Array(argumentBytesMax + 1) } },
    { ask: 'take', argument: new Uint8Array(argumentBytesMax - 8) },
  ])
  assert.match(String(first), /^RangeError: it gave \d+ bytes to take; at most 16777216 can be given at once$/)
  assert.match(String(second), /^RangeError: it gave/)
  assert.is(third, null)
})

test('a thread that is ended while it asks leaves nothing behind', async (cleanup) => {
  let asked: () => void = () => {}
  const isAsked = new Promise<void>((resolve) => {
    asked = resolve
  })
  let isTold = false
  const services = {
    forever: (_argument: undefined, ended: AbortSignal) => {
      ended.addEventListener('abort', () => {
        isTold = true
      })
      asked()
      return new Promise(() => {})
    },
  }
  const { run, worker, port } = startThread(cleanup, services)
  run([{ ask: 'forever' }]).catch(() => {})
  await isAsked
  const closed = once(port, 'close')
  await worker.terminate()
  await closed
  assert.ok(isTold)
})

test.run()
