/** Server-sent events to one reader, however slow. */
import * as assert from 'uvu/assert'
import { ManualClock } from '../../src/base/clock.ts'
import { EventStream, heartbeatMs, waitingEventsMax } from '../../src/http/event-stream.ts'
import { suite } from '../support/suite.ts'

const test = suite('event stream')

function streaming() {
  const clock = new ManualClock()
  let ends = 0
  const events = new EventStream({ clock, onEnd: () => ends++ })
  const reader = events.body.getReader()
  const read = async () => {
    const { done, value } = await reader.read()
    return done ? null : Buffer.from(value).toString()
  }
  return { clock, events, reader, read, ends: () => ends }
}

/** Long enough for a stream to ask for more. */
const settled = () => new Promise((resolve) => setImmediate(resolve))

test('events are JSON, with a name or without', async () => {
  const { events, read } = streaming()
  events.send({ a: 'b\nc' })
  events.send(1, 'named')
  assert.is(await read(), 'data: {"a":"b\\nc"}\n\nevent: named\ndata: 1\n\n')
})

test('a reader that waits gets each event at once', async () => {
  const { events, read } = streaming()
  for (let i = 0; i < 3; i++) {
    const next = read()
    await settled()
    events.send(i)
    assert.is(await next, `data: ${i}\n\n`)
  }
})

test('a slow reader misses what there is no room for, and is told how much', async () => {
  const { events, read } = streaming()
  await settled()
  events.send('taken at once')
  for (let i = 0; i < waitingEventsMax + 7; i++) events.send(i)
  events.miss(3)
  assert.is(await read(), 'data: "taken at once"\n\n')
  const text = (await read())!
  assert.is(text.match(/^data: \d+$/gm)?.length, waitingEventsMax)
  assert.match(text, `data: ${waitingEventsMax - 1}\n\nevent: dropped\ndata: {"dropped":10}\n\n`)
  const next = read()
  events.send('again')
  assert.is(await next, 'data: "again"\n\n')
})

test('what did not even get here is told at once', async () => {
  const { events, read } = streaming()
  await settled()
  events.miss(4)
  assert.is(await read(), 'event: dropped\ndata: {"dropped":4}\n\n')
})

test('a heart beats while there is nothing to say, for a reader that has read all', async () => {
  const { clock, events, read } = streaming()
  await settled()
  clock.advance(heartbeatMs)
  assert.is(await read(), ': still here\n\n')
  await settled()
  events.send(1)
  clock.advance(heartbeatMs * 100)
  assert.is(await read(), 'data: 1\n\n')
  await settled()
  clock.advance(heartbeatMs)
  assert.is(await read(), ': still here\n\n', 'none piled up')
})

test('the end comes after all that waits, and nothing after it', async () => {
  const { clock, events, read, ends } = streaming()
  await settled()
  events.send(1)
  events.send(2)
  events.end({ why: 'done' }, 'end')
  events.send(3)
  events.miss(3)
  events.end({ why: 'again' }, 'end')
  events.abandon()
  clock.advance(heartbeatMs)
  assert.is(await read(), 'data: 1\n\n')
  assert.is(await read(), 'data: 2\n\nevent: end\ndata: {"why":"done"}\n\n')
  assert.is(await read(), null)
  assert.is(ends(), 1)
})

test('a reader that leaves ends it', async () => {
  const { clock, events, reader, ends } = streaming()
  await reader.cancel()
  assert.is(ends(), 1)
  events.send(1)
  events.end(1, 'end')
  clock.advance(heartbeatMs)
  assert.is(ends(), 1)
})

test('a client that is gone ends it', async () => {
  const { events, read, ends } = streaming()
  events.abandon()
  assert.is(ends(), 1)
  assert.is(await read(), null)
})

test.run()
