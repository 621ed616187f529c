/** The direct call and jco's binding show a plugin the same records, whatever these consist of. */
import * as assert from 'uvu/assert'
import { SeededRandom } from '../../../src/base/random.ts'
import { bumpAllocator, component, pluginModule } from '../../support/components.ts'
import { judged, startHost, type TestRecord } from '../../support/plugins.ts'
import { type Cleanup, suite } from '../../support/suite.ts'

const test = suite('calls of on-record', 20)

/** Refuses every record and says why: a checksum of everything it was shown, in eight hexadecimal digits. */
const checksum = await component(
  pluginModule({
    fields: `
      (data (i32.const 1024) "0123456789abcdef")
      (func $mix (param $sum i32) (param $at i32) (param $bytes i32) (result i32)
        (local $end i32)
        (local.set $end (i32.add (local.get $at) (local.get $bytes)))
        (block $done
          (loop $next
            (br_if $done (i32.ge_u (local.get $at) (local.get $end)))
            (local.set $sum (i32.mul (i32.add (local.get $sum) (i32.load8_u (local.get $at))) (i32.const 16777619)))
            (local.set $at (i32.add (local.get $at) (i32.const 1)))
            (br $next)))
        (i32.add (i32.mul (local.get $sum) (i32.const 31)) (local.get $bytes)))`,
    onRecord: `(local $sum i32) (local $digit i32)
      (local.set $sum (call $mix (local.get $partition) (local.get $topic) (local.get $topicBytes)))
      (if (local.get $hasKey) (then
        (local.set $sum (call $mix (i32.add (local.get $sum) (i32.const 1)) (local.get $key) (local.get $keyBytes)))))
      (local.set $sum (call $mix (local.get $sum) (local.get $value) (local.get $valueBytes)))
      (loop $digits
        (i32.store8 (i32.add (i32.const 2048) (local.get $digit))
          (i32.load8_u (i32.add (i32.const 1024) (i32.and (local.get $sum) (i32.const 15)))))
        (local.set $sum (i32.shr_u (local.get $sum) (i32.const 4)))
        (local.set $digit (i32.add (local.get $digit) (i32.const 1)))
        (br_if $digits (i32.lt_u (local.get $digit) (i32.const 8))))
      (call $log (i32.const 3) (i32.const 2048) (i32.const 8))
      (i32.const 0)`,
  }),
)

async function bothWays(cleanup: Cleanup, records: readonly TestRecord[], settings: object = {}) {
  // On a machine that does something else as well, megabytes byte by byte take longer than a plugin is given.
  const plugin = { path: checksum, timeoutMs: 30_000, ...settings }
  const direct = await startHost(cleanup, [plugin])
  const binding = await startHost(cleanup, [plugin], { isBindingOnly: true })
  assert.equal([direct.host.status()[0]!.isDirect, binding.host.status()[0]!.isDirect], [true, false])
  const answers = [await judged(direct.host, records), await judged(binding.host, records)]
  assert.equal(answers[0], answers[1])
  return answers[0]!
}

test('two thousand records of random bytes', async (cleanup) => {
  const random = new SeededRandom(42)
  const alphabets = ['abcdefghij', 'äöüßéñ', '日本語✓', '🔌🦀', '\u0000\u007f\uFEFF']
  const text = (length: number) => {
    const alphabet = [...alphabets[random.below(alphabets.length)]!]
    return Array.from({ length }, () => alphabet[random.below(alphabet.length)]).join('')
  }
  const piece = () => (random.below(4) === 0 ? random.bytes(random.below(200)) : text(random.below(120)))
  const records = Array.from({ length: 2000 }, () => ({
    key: random.below(3) === 0 ? null : piece(),
    value: random.below(10) === 0 ? null : piece(),
  }))
  const refused = await bothWays(cleanup, records)
  assert.is(refused.length, records.length)
  assert.ok(new Set(refused.map((line) => line.split(': ')[1])).size > 1500, 'the checksums differ')
})

test('empty, null and large keys and values', async (cleanup) => {
  const large = 'ä'.repeat(500_000)
  const pieces = ['', null, 'x', large, Buffer.concat([Buffer.from(large), Buffer.from([0xff])])]
  const records = pieces.flatMap((key) => pieces.map((value) => ({ key, value })))
  assert.is((await bothWays(cleanup, records)).length, 25)
})

test('lengths around those at which the way of copying changes', async (cleanup) => {
  const lengths = [1, 2, 63, 64, 65, 127, 128, 129]
  const records = lengths.flatMap((length) => [
    { key: 'k'.repeat(length), value: 'v'.repeat(length) },
    { key: 'k', value: 'v'.repeat(length - 1) + '\u00e9' },
    { key: null, value: Buffer.alloc(length, 0x80) },
  ])
  assert.is((await bothWays(cleanup, records)).length, records.length)
})

test('bytes that are not UTF-8 are replaced, unless the settings refuse them or pass over them', async (cleanup) => {
  const records = [
    { value: Buffer.from([0x61, 0xff, 0x62]) },
    { key: Buffer.from([0xc3]), value: '' },
    { value: 'a\uFFFDb' },
  ]
  const lossy = await bothWays(cleanup, records)
  assert.is(lossy[0]!.slice(1), lossy[2]!.slice(1), 'a plugin cannot tell what was replaced from U+FFFD itself')
  const notText = "key or value is not UTF-8, and the setting non_utf8 is 'reject'"
  const rejected = await bothWays(cleanup, records, { nonUtf8: 'reject' })
  assert.equal(rejected, [`0: ${notText}`, `1: ${notText}`, lossy[2]])
  assert.equal(await bothWays(cleanup, records, { nonUtf8: 'skip' }), [lossy[2]])
})

test('a tombstone is shown as the empty string, or not at all', async (cleanup) => {
  const records = [
    { key: 'k', value: null },
    { key: 'k', value: '' },
  ]
  const [tombstone, empty] = await bothWays(cleanup, records)
  assert.is(tombstone!.slice(1), empty!.slice(1))
  assert.equal(await bothWays(cleanup, records, { tombstones: 'skip' }), [empty])
})

test('a plugin whose allocator answers nonsense fails over the record, and the broker does not', async (cleanup) => {
  const isFive = '(i32.eq (local.get $bytes) (i32.const 5))'
  const allocator = `(if (result i32) ${isFive} (then (i32.const -16)) (else ${bumpAllocator}))`
  const astray = await component(pluginModule({ allocator }))
  const { host } = await startHost(cleanup, [{ path: astray }])
  assert.match((await judged(host, ['ok', '5 byt', 'ok'])).join(), /^1: on-record failed \(trap\)[^,]*$/)
})

test.run()
