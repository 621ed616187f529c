import * as assert from 'uvu/assert'
import { AssertionError } from '../../src/base/assert.ts'
import { INT64_MAX, Reader, utf8Length, Writer, ZERO_UUID } from '../../src/base/bytes.ts'
import { suite } from '../support/suite.ts'

const test = suite('bytes')

function written(write: (writer: Writer) => void): string {
  const writer = new Writer()
  write(writer)
  return writer.concat().toString('hex')
}

function reader(hex: string): Reader {
  return new Reader(Buffer.from(hex, 'hex'))
}

/** Both directions of one value. */
function same<T>(hex: string, value: T, write: (writer: Writer, value: T) => void, read: (reader: Reader) => T): void {
  assert.is(
    written((writer) => write(writer, value)),
    hex,
  )
  const from = reader(hex)
  assert.equal(read(from), value)
  assert.is(from.left, 0)
}

type Numeric = 'int8' | 'int16' | 'uint16' | 'int32' | 'int64' | 'float64' | 'uvarint' | 'varint' | 'varlong'

const numbers: readonly (readonly [kind: Numeric, value: number, hex: string])[] = [
  ['int8', 0, '00'],
  ['int8', 127, '7f'],
  ['int8', -128, '80'],
  ['int16', 32767, '7fff'],
  ['int16', -2, 'fffe'],
  ['uint16', 65535, 'ffff'],
  ['int32', 0x01020304, '01020304'],
  ['int32', -1, 'ffffffff'],
  ['int32', -0x8000_0000, '80000000'],
  ['int64', 0, '0000000000000000'],
  ['int64', 1, '0000000000000001'],
  ['int64', -1, 'ffffffffffffffff'],
  ['int64', -2, 'fffffffffffffffe'],
  ['int64', 0xffff_ffff, '00000000ffffffff'],
  ['int64', 0x1_0000_0000, '0000000100000000'],
  ['int64', -0x1_0000_0001, 'fffffffeffffffff'],
  ['int64', Number.MAX_SAFE_INTEGER, '001fffffffffffff'],
  ['int64', Number.MIN_SAFE_INTEGER, 'ffe0000000000001'],
  ['int64', INT64_MAX, '7fffffffffffffff'],
  ['int64', -INT64_MAX, '8000000000000000'],
  ['float64', 1.5, '3ff8000000000000'],
  ['uvarint', 0, '00'],
  ['uvarint', 127, '7f'],
  ['uvarint', 128, '8001'],
  ['uvarint', 300, 'ac02'],
  ['uvarint', 0xffff_ffff, 'ffffffff0f'],
  ['varint', 0, '00'],
  ['varint', -1, '01'],
  ['varint', 1, '02'],
  ['varint', 0x7fff_ffff, 'feffffff0f'],
  ['varint', -0x8000_0000, 'ffffffff0f'],
  ['varlong', -1, '01'],
  ['varlong', 0x4000_0000, '8080808008'],
  ['varlong', -0x4000_0001, '8180808008'],
  ['varlong', 1_700_000_000_000, '80a0abfef962'],
  ['varlong', Number.MAX_SAFE_INTEGER, 'feffffffffffff1f'],
  ['varlong', Number.MIN_SAFE_INTEGER, 'fdffffffffffff1f'],
]

for (const [kind, value, hex] of numbers) {
  test(`${kind} ${value} is ${hex}`, () =>
    same(
      hex,
      value,
      (writer, number) => writer[kind](number),
      (from) => from[kind](),
    ))
}

test('a boolean is one byte, and any but zero is true', () => {
  assert.is(
    written((writer) => {
      writer.bool(true)
      writer.bool(false)
    }),
    '0100',
  )
  const from = reader('00017fff')
  assert.equal([from.bool(), from.bool(), from.bool(), from.bool()], [false, true, true, true])
})

test('a uuid is 16 bytes, spelled in base64url', () => {
  const spelled = 'AAECAwQFBgcICQoLDA0O_w'
  same(
    '000102030405060708090a0b0c0d0eff',
    spelled,
    (writer, uuid) => writer.uuid(uuid),
    (from) => from.uuid(),
  )
  assert.is(
    written((writer) => writer.uuid(ZERO_UUID)),
    '00'.repeat(16),
  )
})

test('a string is UTF-8, short or long, in ASCII or not', () => {
  for (const text of ['', 'orders', 'größe', '日本', '🔌', 'x'.repeat(24), 'x'.repeat(25), 'é'.repeat(40)]) {
    const bytes = Buffer.from(text)
    assert.is(utf8Length(text), bytes.length)
    same(
      bytes.toString('hex'),
      text,
      (writer, value) => writer.string(value, utf8Length(value)),
      (from) => from.string(bytes.length),
    )
  }
})

test('half a surrogate pair becomes U+FFFD, as long as it was announced', () => {
  assert.is(utf8Length('\ud800'), 3)
  assert.is(
    written((writer) => writer.string('\ud800', 3)),
    'efbfbd',
  )
})

test('beyond an int64 is its end', () => {
  assert.is(
    written((writer) => writer.int64(Number.POSITIVE_INFINITY)),
    '7fffffffffffffff',
  )
  assert.is(
    written((writer) => writer.int64(Number.NEGATIVE_INFINITY)),
    '8000000000000000',
  )
})

test('a number that does not fit its place is a bug of ours', () => {
  const misfits: readonly (readonly [Numeric, number])[] = [
    ['int8', 128],
    ['int16', -32769],
    ['uint16', -1],
    ['int32', 0x8000_0000],
    ['int32', 0.5],
    ['int32', Number.NaN],
    ['int64', 0.5],
    ['int64', Number.NaN],
  ]
  for (const [kind, value] of misfits) {
    assert.throws(
      () => new Writer()[kind](value),
      (thrown: unknown) => thrown instanceof AssertionError && thrown.message === `${value} is no ${kind}`,
    )
  }
  assert.throws(() => new Writer().uuid('short'), /short is no uuid/)
})

// What comes from the other side.

test('reading beyond the end is a RangeError, whatever is read', () => {
  const isRangeError = (thrown: unknown) => thrown instanceof RangeError
  const reads = ['bool', 'int8', 'int16', 'uint16', 'int32', 'int64', 'float64', 'uuid', 'uvarint', 'varlong'] as const
  for (const read of reads) assert.throws(() => reader('')[read](), isRangeError)
  assert.throws(() => reader('000000').int32(), isRangeError)
  for (const length of [-1, 3, 0xffff_ffff]) {
    assert.throws(() => reader('0000').bytes(length), isRangeError)
    assert.throws(() => reader('0000').string(length), isRangeError)
    assert.throws(() => reader('0000').skip(length), isRangeError)
  }
})

test('a varint that does not end is a RangeError', () => {
  assert.throws(() => reader('ff'.repeat(6)).uvarint(), /longer than five bytes/)
  assert.throws(() => reader('ff'.repeat(11)).varlong(), /longer than ten bytes/)
})

test('an array is at most as long as what is left has room for', () => {
  assert.is(reader('00000000').count(2, 2), 2)
  assert.throws(() => reader('00000000').count(3, 2), /an array longer than the message/)
  assert.throws(() => reader('00000000').count(-1), /an array longer than the message/)
})

test('all arrays of a message share one limit of elements', () => {
  const from = new Reader(Buffer.alloc(Reader.elementsMax))
  from.count(Reader.elementsMax - 1)
  from.count(1)
  assert.throws(() => from.count(1), /more than 262144 elements/)
})

test('bytes are a view of the message', () => {
  const buffer = Buffer.from('0102', 'hex')
  const view = new Reader(buffer).bytes(2)
  buffer[0] = 9
  assert.is(view[0], 9)
})

// How a message is put together.

test('a writer grows as needed', () => {
  const writer = new Writer(2)
  for (let value = 0; value < 100; value++) writer.int8(value)
  assert.equal(
    [...writer.concat()],
    Array.from({ length: 100 }, (_, value) => value),
  )
})

test('every kind of write can be the one that makes a writer grow', () => {
  const text = 'x'.repeat(40)
  const writes: ((writer: Writer) => void)[] = [
    (writer) => writer.int8(1),
    (writer) => writer.int16(1),
    (writer) => writer.int32(1),
    (writer) => writer.int64(1),
    (writer) => writer.float64(1),
    (writer) => writer.uuid(ZERO_UUID),
    (writer) => writer.uvarint(300),
    (writer) => writer.varlong(1_700_000_000_000),
    (writer) => writer.bytes(Buffer.from(text)),
    (writer) => writer.string('short', 5),
    (writer) => writer.string(text, 40),
    (writer) => writer.view(Buffer.from(text)),
    (writer) => writer.reserveInt32(),
  ]
  for (const write of writes) {
    const [roomy, tight] = [new Writer(100), new Writer(1)]
    for (const writer of [roomy, tight]) {
      writer.int8(7)
      write(writer)
      writer.int8(8)
    }
    assert.is(tight.length, roomy.length)
    assert.is(tight.concat().length, roomy.length)
    assert.is(tight.concat().at(-1), 8)
  }
})

test('a long view is spliced in, a short one copied', () => {
  const long = Buffer.alloc(Writer.viewBytesMin, 1)
  const short = Buffer.alloc(Writer.viewBytesMin - 1, 2)
  const writer = new Writer()
  writer.int8(7)
  writer.view(short)
  writer.view(long)
  writer.int8(8)
  const parts = writer.finish()
  assert.is(parts.length, 3)
  assert.is(parts[1], long)
  assert.is(writer.length, 1 + short.length + long.length + 1)
  assert.equal(writer.concat(), Buffer.concat([Buffer.of(7), short, long, Buffer.of(8)]))
})

test('the length is known at any time, also after the end', () => {
  const writer = new Writer(4)
  assert.is(writer.length, 0)
  writer.view(Buffer.alloc(1000))
  writer.int32(1)
  writer.int32(2)
  assert.is(writer.length, 1008)
  writer.finish()
  assert.is(writer.length, 1008)
})

test('nothing written is no bytes', () => {
  assert.is(new Writer().concat().length, 0)
})

test.run()
