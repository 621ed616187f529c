/** The broker's end of the calls, driven by messages as a plugin's thread would send them. */
import { once } from 'node:events'
import { MessageChannel, type MessagePort } from 'node:worker_threads'
import * as assert from 'uvu/assert'
import { type Answer, type Call, catchUp, type Services, serveCalls } from '../../../src/plugins/crossing/host-calls.ts'
import { type Cleanup, suite } from '../../support/suite.ts'

const test = suite('plugins/host-calls')

/** A port on which such services answer, and the words of memory that tell of it. */
function servedPort(cleanup: Cleanup, services: Services) {
  const { port1, port2 } = new MessageChannel()
  const serving = serveCalls(port1, services)
  cleanup.after(() => port2.close())
  const signal = new Int32Array(new SharedArrayBuffer(4))
  const taken = new BigInt64Array(new SharedArrayBuffer(8))
  port2.postMessage({ signal, taken })
  return { port: port2, signal, taken, serving }
}

const ask = (port: MessagePort, id: number, name: string, argument: unknown = null) =>
  port.postMessage({ id, name, argument } satisfies Call)
const tell = (port: MessagePort, name: string, argument: unknown = null) =>
  port.postMessage({ id: null, name, argument } satisfies Call)

async function answer(port: MessagePort): Promise<Answer> {
  const [message] = await once(port, 'message')
  return message
}

test('what is asked is answered, at once or later, and then the signal changes', async (cleanup) => {
  const services = { twice: (n: number) => 2 * n, later: async (n: number) => 3 * n }
  const { port, signal } = servedPort(cleanup, services)
  ask(port, 1, 'twice', 4)
  assert.equal(await answer(port), { id: 1, value: 8 })
  assert.is(signal[0], 1)
  ask(port, 2, 'later', 4)
  assert.equal(await answer(port), { id: 2, value: 12 })
  assert.is(signal[0], 2)
})

test('an error is answered by its message', async (cleanup) => {
  const services = {
    fail: () => {
      throw new Error('no')
    },
    reject: async () => {
      throw 'never'
    },
    unsendable: () => () => {},
  }
  const { port } = servedPort(cleanup, services)
  ask(port, 1, 'fail')
  assert.equal(await answer(port), { id: 1, error: 'no' })
  ask(port, 2, 'reject')
  assert.equal(await answer(port), { id: 2, error: 'never' })
  ask(port, 3, 'unsendable')
  assert.match(((await answer(port)) as { error: string }).error, /^the answer cannot be sent: /)
})

test('what was not granted is not served, whatever it is called', async (cleanup) => {
  const { port } = servedPort(cleanup, {})
  for (const [index, name] of ['http', 'toString', '__proto__', 'constructor'].entries()) {
    ask(port, index, name)
    assert.equal(await answer(port), { id: index, error: `${name} was not granted` })
  }
})

test('what is told is taken up in order, counted, and not answered', async (cleanup) => {
  const heard: number[] = []
  const { port, taken } = servedPort(cleanup, { note: (n: number) => heard.push(n) })
  for (let n = 0; n < 5; n++) tell(port, 'note', n)
  ask(port, 1, catchUp)
  assert.equal(await answer(port), { id: 1, value: null }, 'the first answer is that to what was asked')
  assert.equal(heard, [0, 1, 2, 3, 4])
  assert.is(taken[0], 5n)
})

test('a telling that fails is told to who asks next', async (cleanup) => {
  const { port } = servedPort(cleanup, {})
  tell(port, 'nothing')
  assert.equal(await answer(port), { id: null, error: 'nothing was not granted' })
})

test('a service hears that the thread has stopped, and its answer goes nowhere', async (cleanup) => {
  let hears: () => void = () => {}
  const heard = new Promise<void>((resolve) => {
    hears = resolve
  })
  const services = {
    wait: (_argument: null, ended: AbortSignal) =>
      new Promise((resolve) => {
        ended.addEventListener('abort', () => {
          hears()
          resolve('too late')
        })
        port.close()
      }),
  }
  const { port, signal } = servedPort(cleanup, services)
  ask(port, 1, 'wait')
  await heard
  await new Promise(setImmediate)
  assert.is(signal[0], 0)
})

test('after close, nothing is served', async (cleanup) => {
  const { port, serving } = servedPort(cleanup, {})
  const closed = once(port, 'close')
  serving.close()
  await closed
})

test.run()
