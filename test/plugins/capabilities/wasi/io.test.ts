/** Streams and pollables. */
import * as assert from 'uvu/assert'
import { InputStream, IoError, io, OutputStream, Pollable } from '../../../../src/plugins/capabilities/wasi/io.ts'
import { thrownBy } from '../../../support/capabilities.ts'
import { suite } from '../../../support/suite.ts'

const test = suite('wasi:io')

const { poll } = io()['wasi:io/poll'] as { poll(pollables: readonly Pollable[]): Uint32Array }

test('an input stream without a source is at its end', () => {
  assert.equal(
    thrownBy(() => new InputStream().blockingRead(10n)),
    { tag: 'closed' },
  )
})

test('an input stream reads what its source has, and is closed at its end', () => {
  const parts = [Buffer.from('ab'), Buffer.from('c')]
  const stream = new InputStream({ read: () => parts.shift() ?? null })
  assert.equal([...stream.read(10n)], [97, 98])
  assert.is(stream.skip(10n), 1n)
  assert.equal(
    thrownBy(() => stream.read(1n)),
    { tag: 'closed' },
  )
})

test('an error of a source or sink fails the operation', () => {
  const error = new IoError('broken')
  const fail = () => {
    throw error
  }
  const expected = { tag: 'last-operation-failed', val: error }
  assert.equal(
    thrownBy(() => new InputStream({ read: fail }).read(1n)),
    expected,
  )
  assert.equal(
    thrownBy(() => new OutputStream({ write: fail }).write(new Uint8Array(1))),
    expected,
  )
  assert.is(error.toDebugString(), 'broken')
})

test('a stream can be spliced into another', () => {
  const written: number[] = []
  const sink = new OutputStream({ write: (bytes) => written.push(...bytes) })
  const source = new InputStream({ read: (bytesMax) => new Uint8Array(bytesMax).fill(7) })
  assert.is(sink.splice(source, 3n), 3n)
  sink.writeZeroes(2n)
  assert.equal(written, [7, 7, 7, 0, 0])
})

test('those that are ready are polled by their index, and to poll nothing is a mistake', () => {
  let asked = 0
  const late = new Pollable(() => ++asked > 3)
  assert.equal([...poll([new Pollable(() => false), late])], [1])
  assert.equal([...poll([new Pollable(), new Pollable(() => false), new Pollable()])], [0, 2])
  assert.throws(() => poll([]), /polled nothing/)
})

test.run()
