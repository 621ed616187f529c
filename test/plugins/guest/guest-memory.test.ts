import * as assert from 'uvu/assert'
import { GuestMemory } from '../../../src/plugins/guest/guest-memory.ts'
import { suite } from '../../support/suite.ts'

const test = suite('memory of a plugin')
const onePage = () => new WebAssembly.Memory({ initial: 1, maximum: 2 })
const bytes = Buffer.from('0123456789'.repeat(20))

test('what is put there can be got, be it short or long', () => {
  const memory = new GuestMemory(onePage(), () => 400)
  for (const length of [1, 64, 65, 200]) {
    assert.is(memory.put(bytes, 0, length), 400)
    assert.is(memory.text(400, length), bytes.toString('latin1', 0, length))
    assert.equal(Buffer.from(memory.copy(400, length)), bytes.subarray(0, length))
  }
  assert.is(memory.put(bytes, 0, 0), 8, 'an empty list is nowhere')
})

test('it is found again when it has grown', () => {
  const wasm = onePage()
  const memory = new GuestMemory(wasm, () => {
    ;(wasm as unknown as { grow(pages: number): void }).grow(1)
    return 65_536
  })
  assert.is(memory.bytes.length, 65_536)
  memory.put(bytes, 0, 10)
  assert.equal([memory.bytes.length, memory.words.length], [131_072, 32_768])
  assert.is(memory.text(65_536, 10), '0123456789')
})

test('addresses outside of it are refused, whoever names them', () => {
  const wasm = onePage()
  const at = (address: number) => new GuestMemory(wasm, () => address)
  assert.throws(() => at(65_530).put(bytes, 0, 10), 'its allocator answered an address outside its memory')
  assert.throws(() => at(-8).allocate(8, 8), 'outside its memory')
  assert.throws(() => at(12).allocate(8, 8), 'no multiple of 8')
  assert.throws(() => at(0).copy(65_530, 10), 'it answered an address outside its memory')
  assert.throws(() => at(0).text(0, 65_537), 'it answered an address outside its memory')
})

test.run()
