/** A plugin's verdicts on a topic of a running broker, which is left as it is. */
import * as assert from 'uvu/assert'
import { createBroker } from '../../src/index.ts'
import { type ShadowOptions, shadowRun } from '../../src/workshop/shadow.ts'
import { refused } from '../support/client.ts'
import { chaos } from '../support/components.ts'
import { type Cleanup, suite } from '../support/suite.ts'
import { askedWith, testShell } from '../support/workshop-shell.ts'

const test = suite('workshop: shadow run', 20)

interface Running {
  readonly bootstrap: string
  produce(values: readonly string[], partition?: number): Promise<void>
}

async function broker({ after }: Cleanup): Promise<Running> {
  const running = await createBroker({ bootTopics: ['orders'], partitionCount: 3, brokerPorts: [0, 0] })
  after(() => running.close())
  const produce = async (values: readonly string[], partition = 0) => {
    const records = values.map((value) => ({ partition, value }))
    const body = JSON.stringify({ topic: 'orders', records })
    const headers = { 'content-type': 'application/json' }
    const answer = await fetch(`${running.httpUrl}/produce`, { method: 'POST', body, headers })
    assert.ok(answer.ok, await answer.text())
  }
  return { bootstrap: running.bootstrap.split(',')[0]!, produce }
}

async function shadowed(cleanup: Cleanup, address: string, options: Partial<ShadowOptions> = {}) {
  const shell = testShell(cleanup)
  const asked = askedWith(await chaos())
  const interrupted = new AbortController().signal
  const whole = { asked, topic: 'orders', broker: address, from: 'earliest', interrupted, ...options } as const
  return { shell, code: await shadowRun(whole, shell) }
}

test('from the earliest record on, of all partitions and their leaders', async (cleanup) => {
  const { bootstrap, produce } = await broker(cleanup)
  await produce(['a', 'N'], 0)
  await produce(['b'], 1)
  await produce(['c'], 2)
  const { shell, code } = await shadowed(cleanup, bootstrap, { limit: 4 })
  assert.is(code, 0)
  const rows = shell.answer.filter((line) => line.startsWith('orders-')).sort()
  assert.match(rows[0]!, /^orders-0@0 +a +accept /)
  assert.match(rows[1]!, /^orders-0@1 +N +reject .* the value says no$/)
  assert.match(rows[2]!, /^orders-1@0 +b +accept /)
  assert.match(rows[3]!, /^orders-2@0 +c +accept /)
  assert.match(shell.told.at(-1)!, /^3 accept, 1 reject$/)
})

test('from the latest on it waits for what comes, until it is interrupted', async (cleanup) => {
  const { bootstrap, produce } = await broker(cleanup)
  await produce(['old'])
  const interruption = new AbortController()
  const { promise: printed, resolve } = withResolver<string>()
  let isReading = false
  const shell = testShell(cleanup, {
    out: (line) => line.startsWith('orders-') && resolve(line),
    tell: () => {
      if (!isReading) void produce(['fresh'])
      isReading = true
    },
  })
  const asked = askedWith(await chaos())
  const rest = { topic: 'orders', broker: bootstrap, from: 'latest', interrupted: interruption.signal } as const
  const ended = shadowRun({ asked, ...rest }, shell)
  cleanup.after(() => interruption.abort())
  assert.match(await printed, /^orders-0@1 +fresh +accept /)
  interruption.abort()
  assert.is(await ended, 0)
})

function withResolver<T>() {
  let resolve: (value: T) => void = () => {}
  const promise = new Promise<T>((done) => (resolve = done))
  return { promise, resolve }
}

test('a topic that is not there, or a broker, is a mistake', async (cleanup) => {
  const { bootstrap } = await broker(cleanup)
  const unknown = await refused(() => shadowed(cleanup, bootstrap, { topic: 'nowhere' }))
  assert.match(unknown.message, /^there is no topic nowhere; /)
  const closed = await refused(() => shadowed(cleanup, '127.0.0.1:1'))
  assert.match(closed.message, /^no connection to 127\.0\.0\.1:1: .*ECONNREFUSED.*; is the broker running\?$/)
  const nonsense = await refused(() => shadowed(cleanup, 'localhost'))
  assert.match(nonsense.message, /^localhost is no address: write host:port/)
})

test('a port that does not speak Kafka is a mistake', async (cleanup) => {
  const { createServer } = await import('node:net')
  const server = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  cleanup.after(() => server.close())
  const { port } = server.address() as { port: number }
  const failure = await refused(() => shadowed(cleanup, `127.0.0.1:${port}`))
  assert.match(failure.message, /does not speak Kafka|closed the connection/)
})

test.run()
