/**
 * Random messages, for tests that must hold for any. A field that a version lacks has its absent value, as after
 * decoding; numbers lean towards the ends of their ranges, where mistakes live.
 */
import { INT64_MAX } from '../../src/base/bytes.ts'
import type { SeededRandom } from '../../src/base/random.ts'
import type { AnyType, Fields } from '../../src/protocol/schema.ts'

export function sampleMessage(fields: Fields, version: number, random: SeededRandom): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, type]) => {
      const { since, until, absent, isGone } = type.presence
      const isHere = since <= version && version <= until
      if (!isHere && isGone) return []
      return [[name, isHere ? sampleField(type, version, random) : absent]]
    }),
  )
}

function sampleField(type: AnyType, version: number, random: SeededRandom): unknown {
  const { nullableSince, tag, absent } = type.presence
  if (tag !== null && random.below(3) === 0) return absent
  if (version >= nullableSince && random.below(4) === 0) return null
  const { wire } = type
  switch (wire.kind) {
    case 'bool':
      return random.below(2) === 1
    case 'int8':
      return signed(8, random)
    case 'int16':
      return signed(16, random)
    case 'uint16':
      return signed(16, random) + 2 ** 15
    case 'int32':
      return signed(32, random)
    case 'int64':
      return random.below(8) === 0 ? INT64_MAX : signed(53, random)
    case 'float64':
      return random.next() * 1e9
    case 'uuid':
      return random.bytes(16).toString('base64url')
    case 'string':
      return sampleText(random)
    case 'bytes':
      return random.bytes(random.below(40))
    case 'records':
      return [random.bytes(random.below(600))]
    case 'array':
      return Array.from({ length: random.below(4) }, () => sampleField(wire.of, version, random))
    case 'struct':
      return sampleMessage(wire.fields, version, random)
  }
}

function signed(bits: number, random: SeededRandom): number {
  const end = 2 ** (bits - 1)
  const choices = [0, 1, -1, end - 1, -end + (bits === 53 ? 1 : 0), Math.floor((2 * random.next() - 1) * end)]
  return choices[random.below(choices.length)]!
}

function sampleText(random: SeededRandom): string {
  const letters = random.below(2) === 0 ? ['a', '-', '7'] : ['a', 'é', '日', '🔌']
  return Array.from({ length: random.below(30) }, () => letters[random.below(letters.length)]).join('')
}
