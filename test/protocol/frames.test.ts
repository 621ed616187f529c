import * as assert from 'uvu/assert'
import { Reader, Writer } from '../../src/base/bytes.ts'
import {
  beginResponse,
  endResponse,
  FrameError,
  FrameReader,
  isLent,
  readClientId,
  readRequestHeader,
} from '../../src/protocol/frames.ts'
import { suite } from '../support/suite.ts'

const test = suite('frames')

/** The stream that carries these requests. */
function stream(...requests: readonly Buffer[]): Buffer {
  const lengths = requests.map((request) => {
    const length = Buffer.alloc(4)
    length.writeInt32BE(request.length)
    return [length, request]
  })
  return Buffer.concat(lengths.flat())
}

function allOf(frames: FrameReader): string[] {
  const found: string[] = []
  for (let frame = frames.next(); frame !== null; frame = frames.next()) found.push(frame.toString())
  return found
}

const requests = ['first', '', 'a second one that is longer', 'x'.repeat(100)]
const bytes = stream(...requests.map((text) => Buffer.from(text)))

test('many requests in one chunk come out one after another', () => {
  const frames = new FrameReader({ requestBytesMax: 1000 })
  frames.push(bytes)
  assert.equal(allOf(frames), requests)
})

test('requests that arrive byte by byte come out whole', () => {
  const frames = new FrameReader({ requestBytesMax: 1000 })
  const found: string[] = []
  for (const byte of bytes) {
    frames.push(Buffer.from([byte]))
    found.push(...allOf(frames))
  }
  assert.equal(found, requests)
})

test('wherever the stream is cut in two, the same requests come out', () => {
  for (let at = 0; at <= bytes.length; at++) {
    const frames = new FrameReader({ requestBytesMax: 1000 })
    frames.push(bytes.subarray(0, at))
    const found = allOf(frames)
    frames.push(bytes.subarray(at))
    assert.equal([...found, ...allOf(frames)], requests, `cut at ${at}`)
  }
})

test('a request that lies whole in a chunk is not copied', () => {
  const frames = new FrameReader({ requestBytesMax: 1000 })
  frames.push(bytes)
  assert.is(frames.next()?.buffer, bytes.buffer)
})

test('chunks that come before the last request was taken are kept', () => {
  const frames = new FrameReader({ requestBytesMax: 1000 })
  frames.push(bytes.subarray(0, 7))
  frames.push(bytes.subarray(7, 20))
  frames.push(bytes.subarray(20))
  assert.equal(allOf(frames), requests)
})

/**
 * Lets these bytes arrive as from a socket that reads to where there is room, at most so many at once. Requests that
 * are lent are copied, as whoever keeps them must.
 */
function arrive(frames: FrameReader, stream: Buffer, bytesMax: number): Buffer[] {
  const found: Buffer[] = []
  for (let at = 0; at < stream.length; ) {
    const room = frames.room().subarray(0, bytesMax)
    const read = stream.copy(room, 0, at)
    frames.push(room.subarray(0, read))
    at += read
    for (let frame = frames.next(); frame !== null; frame = frames.next()) {
      found.push(isLent(frame) ? Buffer.from(frame) : frame)
    }
    frames.keepRest()
  }
  return found
}

test('requests read to where there is room come out whole, and stay as they are unless they are lent', () => {
  const sizes = [0, 10, 200_000, 3, 16_384, 65_535, 65_536, 70_000, 1, 100_000, 20, 30_000]
  const sent = sizes.map((size, index) => Buffer.alloc(size, index + 1))
  for (const bytesMax of [7000, 65_536, 1_000_000]) {
    const found = arrive(new FrameReader({ requestBytesMax: 200_000 }), stream(...sent), bytesMax)
    assert.equal(
      found.map((frame, index) => frame.equals(sent[index]!)),
      sizes.map(() => true),
      `${bytesMax} at once`,
    )
  }
})

test('a request is lent where it was read if it came whole and is short', () => {
  for (const [size, lent] of [
    [65_535, true],
    [65_536, false],
  ] as const) {
    const frames = new FrameReader({ requestBytesMax: 200_000 })
    const room = frames.room()
    frames.push(room.subarray(0, stream(Buffer.alloc(size, 1)).copy(room)))
    const frame = frames.next()!
    assert.equal([frame.length, isLent(frame)], [size, lent])
  }
})

test('what is left of lent bytes can be kept', () => {
  const frames = new FrameReader({ requestBytesMax: 1000 })
  const room = frames.room()
  frames.push(room.subarray(0, bytes.copy(room)))
  assert.is(frames.next()?.toString(), requests[0])
  frames.keepRest()
  room.fill(0xee)
  assert.equal(allOf(frames), requests.slice(1))
})

test('after a large request little is read of the next, likely as large, before there is room in it', () => {
  const frames = new FrameReader({ requestBytesMax: 200_000 })
  const wide = frames.room().length
  arrive(frames, stream(Buffer.alloc(100_000)), 1_000_000)
  assert.is(frames.room().length, 16_384)
  arrive(frames, stream(Buffer.alloc(100)), 1_000_000)
  assert.is(frames.room().length, wide)
})

test('there is room in a large request itself until little of it is to come', () => {
  const frames = new FrameReader({ requestBytesMax: 200_000 })
  const whole = stream(Buffer.alloc(200_000))
  frames.push(whole.subarray(0, 1000))
  assert.is(frames.next(), null)
  const room = frames.room()
  assert.is(room.length, 200_000 + 4 - 1000)
  frames.push(room.subarray(0, room.length - 10_000))
  assert.is(frames.next(), null)
  assert.is.not(frames.room().buffer, room.buffer)
  frames.push(whole.subarray(-10_000))
  assert.is(frames.next()?.buffer, room.buffer)
})

test('a request as long as the limit is read, a longer one is not', () => {
  const frames = new FrameReader({ requestBytesMax: 8 })
  frames.push(stream(Buffer.alloc(8)))
  assert.is(frames.next()?.length, 8)
  frames.push(stream(Buffer.alloc(9)))
  assert.throws(
    () => frames.next(),
    (error: unknown) => error instanceof FrameError && /9 bytes/.test(error.message),
  )
})

test('a negative length is refused', () => {
  const frames = new FrameReader({ requestBytesMax: 8 })
  frames.push(Buffer.from('ffffffff', 'hex'))
  assert.throws(
    () => frames.next(),
    (error: unknown) => error instanceof FrameError,
  )
})

test('a request too short for its header is refused', () => {
  const read = () => readRequestHeader(new Reader(Buffer.alloc(7)))
  assert.throws(read, (error: unknown) => error instanceof FrameError)
})

test('a client id keeps its old length in flexible versions, whose tags are passed over', () => {
  const reader = new Reader(Buffer.from('0002686901050201020042', 'hex'))
  assert.is(readClientId(reader, true), 'hi')
  assert.is(reader.int8(), 0, 'the tag with its two bytes is behind')
  assert.is(reader.int8(), 0x42)
})

test('a client need not have an id', () => {
  assert.is(readClientId(new Reader(Buffer.from('ffff', 'hex')), false), null)
})

test('a response says how long it is, and flexible ones have tags', () => {
  const writer = new Writer()
  beginResponse(writer, 7, true)
  writer.int16(3)
  assert.is(Buffer.concat(endResponse(writer)).toString('hex'), '0000000700000007000003')
})

test('a response counts the views that are spliced into it', () => {
  const writer = new Writer()
  beginResponse(writer, 7, false)
  writer.view(Buffer.alloc(5000, 1))
  writer.int8(2)
  const parts = endResponse(writer)
  assert.ok(parts.length > 1)
  assert.is(Buffer.concat(parts).readInt32BE(0), 4 + 5000 + 1)
})

test.run()
