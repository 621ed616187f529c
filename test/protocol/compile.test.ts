import * as assert from 'uvu/assert'
import { AssertionError } from '../../src/base/assert.ts'
import { INT64_MAX, Reader, Writer, ZERO_UUID } from '../../src/base/bytes.ts'
import { compile } from '../../src/protocol/compile.ts'
import {
  array,
  bool,
  bytes,
  type Fields,
  int8,
  int16,
  int32,
  int64,
  records,
  string,
  struct,
  uuid,
  type Value,
} from '../../src/protocol/schema.ts'
import { suite } from '../support/suite.ts'

const test = suite('compile')

function encoded<F extends Fields>(fields: F, message: Value<F>, version = 0, isFlexible = false): string {
  const writer = new Writer()
  compile(fields, version, isFlexible).encode(writer, message)
  return writer.concat().toString('hex')
}

function decoded<F extends Fields>(fields: F, hex: string, version = 0, isFlexible = false): Value<F> {
  const reader = new Reader(Buffer.from(hex.replaceAll(' ', ''), 'hex'))
  const message = compile(fields, version, isFlexible).decode(reader)
  assert.is(reader.left, 0)
  return message
}

/** The message travels as these bytes, both ways. */
function travels<F extends Fields>(fields: F, message: Value<F>, hex: string, version = 0, isFlexible = false): void {
  assert.is(encoded(fields, message, version, isFlexible), hex.replaceAll(' ', ''))
  assert.equal(decoded(fields, hex, version, isFlexible), message)
}

const flexible = true

test('fields travel in the order of their description', () => {
  const fields = { error: int16, throttleMs: int32, isInternal: bool, kind: int8, offset: int64 }
  const message = { error: 3, throttleMs: 100, isInternal: true, kind: -1, offset: 7 }
  travels(fields, message, '0003 00000064 01 ff 0000000000000007')
})

test('lengths: two bytes before a string, four before bytes, records and arrays', () => {
  const fields = { name: string, metadata: bytes, ids: array(int8) }
  const message = { name: 'ab', metadata: Buffer.of(9), ids: [1, 2] }
  travels(fields, message, '0002 6162  00000001 09  00000002 01 02')
})

test('lengths of a flexible version: a varint of one more, and no tags at the end', () => {
  const fields = { name: string, metadata: bytes, ids: array(int8) }
  const message = { name: 'ab', metadata: Buffer.of(9), ids: [1, 2] }
  travels(fields, message, '03 6162  02 09  03 01 02  00', 0, flexible)
})

test('null: a length of -1, in a flexible version of 0', () => {
  const fields = { name: string.nullable(), metadata: bytes.nullable(), ids: array(int8).nullable() }
  const message = { name: null, metadata: null, ids: null }
  travels(fields, message, 'ffff ffffffff ffffffff')
  travels(fields, message, '00 00 00  00', 0, flexible)
})

test('a struct that may be null has a byte before it that says so', () => {
  const fields = { cursor: struct({ topic: string }).nullable() }
  travels(fields, { cursor: null }, 'ff 00', 0, flexible)
  travels(fields, { cursor: { topic: 'a' } }, '01 02 61 00  00', 0, flexible)
})

test('null is refused where the version does not allow it', () => {
  const fields = { name: string.nullable(2) }
  assert.equal(decoded(fields, 'ffff', 2), { name: null })
  assert.throws(() => decoded(fields, 'ffff', 1), isRangeError)
  for (const field of [string, bytes, records, array(int8)]) {
    assert.throws(() => decoded({ field }, 'ffffffff'), isRangeError)
    assert.throws(() => decoded({ field }, '00', 0, flexible), isRangeError)
  }
})

test('a field that a version lacks holds its absent value and does not travel', () => {
  const fields = { old: int8.until(1), kept: int8, added: string.since(2).nullable(), epoch: int32.since(3).absent(-1) }
  const message = { old: 5, kept: 6, added: 'x', epoch: 9 }
  assert.is(encoded(fields, message, 1), '0506')
  assert.is(encoded(fields, message, 2), '06000178')
  assert.equal(decoded(fields, '0506', 1), { old: 5, kept: 6, added: null, epoch: -1 })
  assert.equal(decoded(fields, '06 0001 78', 2), { old: 0, kept: 6, added: 'x', epoch: -1 })
})

test('absent values are shared by all messages, and frozen so that none can change them for another', () => {
  const fields = {
    topics: array({ name: string }).since(1),
    leader: struct({ id: int32, nodes: array(int32) }).since(1),
  }
  const codec = compile(fields, 0, false)
  const [one, other] = [codec.decode(new Reader(Buffer.of())), codec.decode(new Reader(Buffer.of()))]
  assert.is(one.topics, other.topics)
  assert.throws(() => one.topics.push({ name: 'a' }), TypeError)
  assert.throws(() => one.leader.nodes.push(1), TypeError)
})

test('structs and arrays nest', () => {
  const fields = { topics: array({ name: string, partitions: array({ index: int32, replicas: array(int32) }) }) }
  const message = { topics: [{ name: 'a', partitions: [{ index: 1, replicas: [2, 3] }] }] }
  travels(fields, message, '00000001 0001 61 00000001 00000001 00000002 00000002 00000003')
  travels(fields, message, '02 02 61 02 00000001 03 00000002 00000003 00 00 00', 0, flexible)
})

test('records are sent from where they lie', () => {
  const [one, other] = [Buffer.alloc(Writer.viewBytesMin, 1), Buffer.alloc(Writer.viewBytesMin, 2)]
  const writer = new Writer()
  compile({ records: records.nullable() }, 0, false).encode(writer, { records: [one, other] })
  const parts = writer.finish()
  assert.is(parts[0]!.readInt32BE(0), 2 * Writer.viewBytesMin)
  assert.is(parts[1], one)
  assert.is(parts[2], other)
})

test('records and bytes are decoded as a view of the message', () => {
  const message = Buffer.from('0000000107' + '0000000108', 'hex')
  const { pieces, whole } = compile({ pieces: records, whole: bytes }, 0, false).decode(new Reader(message))
  message.fill(0)
  assert.equal([pieces.length, pieces[0]![0], whole[0]], [1, 0, 0])
})

// Tagged fields (KIP-482).

const tagged = {
  kept: int8,
  second: string.nullable().tag(2),
  first: int32.absent(-1).tag(0),
  list: array(int8).tag(3),
  raw: bytes.tag(4),
  leader: struct({ id: int32.absent(-1) }).tag(5),
  watermark: int64.absent(INT64_MAX).tag(6),
}
const atRest: Value<typeof tagged> = {
  kept: 1,
  second: null,
  first: -1,
  list: [],
  raw: Buffer.of(),
  leader: { id: -1 },
  watermark: INT64_MAX,
}

test('a tagged field at its absent value does not travel', () => {
  travels(tagged, atRest, '01 00', 0, flexible)
})

test('tagged fields travel by ascending tag, each with its size', () => {
  const message = { ...atRest, second: 'ab', first: 7, list: [9], raw: Buffer.of(8), leader: { id: 3 }, watermark: 5 }
  const fields = ['00 04 00000007', '02 03 03 6162', '03 02 02 09', '04 02 02 08', '05 05 00000003 00']
  travels(tagged, message, `01 06 ${fields.join('')} 06 08 0000000000000005`, 0, flexible)
})

test('a tagged field of any size is written whole', () => {
  const text = 'x'.repeat(20_000)
  const message = { ...atRest, second: text }
  assert.equal(decoded(tagged, encoded(tagged, message, 0, flexible), 0, flexible), message)
})

test('a tag that is not known is passed over, between known ones, too', () => {
  const hex = '01 03 00 04 00000007 01 02 ffff 02 02 02 61'
  assert.equal(decoded(tagged, hex, 0, flexible), { ...atRest, first: 7, second: 'a' })
  assert.equal(decoded({ kept: int8 }, '01 01 7f 03 010203', 0, flexible), { kept: 1 })
})

test('a tag that this version does not have is passed over', () => {
  assert.equal(decoded({ later: int8.since(1).tag(0) }, '01 00 01 05', 0, flexible), { later: 0 })
})

test('a version that is not flexible has no tagged fields', () => {
  travels(tagged, atRest, '01')
})

test('a tagged field longer than it says is refused, a shorter one is not read beyond its size', () => {
  assert.throws(() => decoded(tagged, '01 01 00 03 00000007', 0, flexible), isRangeError)
  assert.equal(decoded(tagged, '01 01 00 05 00000007 ff', 0, flexible), { ...atRest, first: 7 })
})

test('a tagged struct that may be null: null is its absent value', () => {
  const fields = { leader: struct({ id: int8 }).nullable().tag(0) }
  travels(fields, { leader: null }, '00', 0, flexible)
  travels(fields, { leader: { id: 3 } }, '01 00 03 01 03 00', 0, flexible)
})

// Nonsense from the other side.

function isRangeError(thrown: unknown): boolean {
  return thrown instanceof RangeError
}

test('an array of more elements than the bytes have room for is refused before it is made', () => {
  const fields = { topics: array({ id: uuid, error: int16 }) }
  assert.throws(() => decoded(fields, `7fffffff ${'00'.repeat(100)}`), /an array longer than the message/)
  assert.throws(() => decoded(fields, `00000007 ${'00'.repeat(100)}`), /an array longer than the message/)
  assert.throws(
    () => decoded(fields, `ffffffff0f ${'00'.repeat(100)}`, 0, flexible),
    /an array longer than the message/,
  )
  assert.is(decoded(fields, `00000001 ${'00'.repeat(18)}`).topics[0]!.id, ZERO_UUID)
})

test('an element that is empty in this version still takes its tags: an array of them is bounded', () => {
  const fields = { topics: array({ later: int32.since(1) }) }
  assert.equal(decoded(fields, '03 00 00 00', 0, flexible).topics.length, 2)
  assert.throws(() => decoded(fields, '05 00 00 00', 0, flexible), isRangeError)
})

test('a message of more elements than any has is refused, however they are nested', () => {
  const fields = { topics: array({ ids: array(int8) }) }
  const codec = compile(fields, 0, flexible)
  const topic = Buffer.concat([Buffer.of(0x80, 0x80, 2), Buffer.alloc(2 ** 15 - 1), Buffer.of(0)])
  const message = Buffer.concat([Buffer.of(10), ...Array.from({ length: 9 }, () => topic), Buffer.of(0)])
  assert.throws(() => codec.decode(new Reader(message)), /more than 262144 elements/)
})

test('a string longer than Kafka allows is refused; one of ours is a bug', () => {
  const [most, more] = ['x'.repeat(32767), 'x'.repeat(32768)]
  const fields = { name: string }
  assert.equal(decoded(fields, encoded(fields, { name: most }, 0, flexible), 0, flexible), { name: most })
  const tooLong = `818002${Buffer.from(more).toString('hex')}00`
  assert.throws(() => decoded(fields, tooLong, 0, flexible), /longer than 32767/)
  const isBug = (thrown: unknown) => thrown instanceof AssertionError
  assert.throws(() => encoded(fields, { name: more }, 0, flexible), isBug)
  assert.throws(() => encoded(fields, { name: more }), isBug)
})

test('tags without number or end are a RangeError', () => {
  assert.throws(() => decoded({}, 'ffffffff0f', 0, flexible), isRangeError)
  assert.throws(() => decoded({}, '01 00 ffffffff0f', 0, flexible), isRangeError)
})

test.run()
