/** Live streams, whatever their source. */
import { Hono } from 'hono'
import * as assert from 'uvu/assert'
import { ManualClock } from '../../src/base/clock.ts'
import { answerErrors } from '../../src/http/errors.ts'
import { type LiveSource, LiveStreams, liveStreamsMax, type Taken } from '../../src/http/live-stream.ts'
import { suite } from '../support/suite.ts'

const test = suite('live stream')

/** Gives what the test puts in. */
class Source implements LiveSource {
  readonly listeners = new Set<() => void>()
  waiting: Taken[] = []
  taken = 0

  put(taken: Partial<Taken>): void {
    this.waiting.push({ items: [], dropped: 0, ...taken })
    for (const wake of this.listeners) wake()
  }

  async take(): Promise<Taken> {
    this.taken++
    return this.waiting.shift() ?? { items: [], dropped: 0 }
  }

  onChange(wake: () => void): () => void {
    this.listeners.add(wake)
    return () => this.listeners.delete(wake)
  }
}

function app() {
  const source = new Source()
  const streams = new LiveStreams(new ManualClock(), new AbortController().signal)
  const app = new Hono()
  answerErrors(app, [{ method: 'GET', path: '/' }])
  app.get('/', (c) => streams.answer(c, 'thing', () => source))
  const open = async (signal?: AbortSignal) => {
    const response = await app.request('/', signal === undefined ? {} : { signal })
    const reader = response.body?.getReader()
    const read = async () => Buffer.from((await reader!.read()).value ?? '').toString()
    return { response, reader, read }
  }
  return { app, source, streams, open }
}

test('nothing is taken before the client reads', async () => {
  const { source, open } = app()
  const { read } = await open()
  source.put({ items: [1, 2], dropped: 3 })
  assert.is(source.taken, 0)
  assert.is(await read(), '{"dropped":3}\n{"thing":1}\n{"thing":2}\n')
})

test('a client that leaves is forgotten, whatever it waits for', async () => {
  const { source, streams, open } = app()
  const { reader, read } = await open()
  const waiting = read()
  await new Promise((resolve) => setImmediate(resolve))
  await reader!.cancel()
  assert.is(await waiting, '')
  assert.equal([streams.count, source.listeners.size], [0, 0])
})

test('streams are bounded, and HEAD opens none', async () => {
  const { app: served, streams, open } = app()
  for (let i = 0; i < liveStreamsMax; i++) await open()
  const { response, read } = await open()
  assert.is(response.status, 503)
  assert.match(await read(), '"too_many_followers"')
  assert.is((await served.request('/', { method: 'HEAD' })).status, 200)
  assert.is(streams.count, liveStreamsMax)
})

test('a source that fails ends the stream, and its place is free', async () => {
  const { source, streams, open } = app()
  source.take = () => Promise.reject(new Error('broken'))
  const { read } = await open()
  await read().then(
    () => assert.unreachable(),
    (error) => assert.is(error.message, 'broken'),
  )
  assert.is(streams.count, 0)
})

test.run()
