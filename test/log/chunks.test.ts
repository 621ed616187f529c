import * as assert from 'uvu/assert'
import { Chunks } from '../../src/log/chunks.ts'
import { suite } from '../support/suite.ts'

const test = suite('chunks')

/** Bytes that tell where they are: the low byte of their own position. */
function fill(chunks: Chunks, lengths: readonly number[]): void {
  for (const length of lengths) {
    const start = chunks.byteLength
    chunks.append(Buffer.from(Array.from({ length }, (_, index) => (start + index) & 0xff)))
  }
}

function holds(chunks: Chunks, from: number, to: number): boolean {
  const bytes = Buffer.concat(chunks.views(from, to))
  return bytes.length === to - from && bytes.every((byte, index) => byte === ((from + index) & 0xff))
}

const small = Array.from({ length: 300 }, (_, index) => 61 + (index % 200))
const mixed = [100, 70_000, 100, 3000, 65_536, 10, 5000, 63_000, 1]

test('what was appended is viewed, whatever the buffers', () => {
  for (const lengths of [small, mixed, [...small, ...mixed, ...small]]) {
    const chunks = new Chunks()
    fill(chunks, lengths)
    const total = lengths.reduce((sum, length) => sum + length, 0)
    assert.is(chunks.byteLength, total)
    for (let from = 0; from < total; from += 9973) {
      assert.ok(holds(chunks, from, total))
      assert.ok(holds(chunks, from, Math.min(total, from + 1)))
    }
  }
})

test('what was appended at once lies in one piece', () => {
  const chunks = new Chunks()
  let position = 0
  for (const length of [...small, ...mixed]) {
    chunks.append(Buffer.alloc(length))
    assert.is(chunks.views(position, position + length).length, 1)
    position += length
  }
})

test('small appends share few buffers', () => {
  const chunks = new Chunks()
  for (let index = 0; index < 20_000; index++) chunks.append(Buffer.alloc(100))
  assert.ok(chunks.views(0, chunks.byteLength).length <= 11)
})

test('a large append between small ones wastes no chunk', () => {
  const chunks = new Chunks()
  chunks.append(Buffer.alloc(100))
  const { buffer } = chunks
  chunks.append(Buffer.alloc(100_000))
  chunks.append(Buffer.alloc(100))
  assert.is(chunks.buffer, buffer)
})

test('a large append stays where it lies, unless that would keep much else in memory', () => {
  const frame = Buffer.alloc(100_000)
  for (const [start, isKept] of [
    [6_250, true],
    [6_251, false],
  ] as const) {
    const chunks = new Chunks()
    chunks.append(frame.subarray(start))
    assert.is(chunks.buffer.buffer === frame.buffer, isKept, `from ${start}`)
    assert.is(chunks.views(0, chunks.byteLength)[0]!.length, frame.length - start)
  }
})

test('the last append is found, and any other position', () => {
  const chunks = new Chunks()
  fill(chunks, mixed)
  assert.is(chunks.buffer[chunks.at], (chunks.byteLength - 1) & 0xff)
  chunks.seek(70_150)
  assert.is(chunks.buffer[chunks.at], 70_150 & 0xff)
})

test('sealed, the unused rest of the last chunk is given back and the bytes stay', () => {
  const chunks = new Chunks(1024 * 1024)
  fill(chunks, [100, 70_000, 100])
  chunks.seal()
  assert.is(chunks.buffer.length, 1024 * 1024)
  chunks.seek(0)
  assert.is(chunks.buffer.length, 200)
  assert.ok(holds(chunks, 0, 70_200))
})

test.run()
