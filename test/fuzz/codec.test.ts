/**
 * Any bytes at all, handed to the decoder of any message, come out as a value or as a RangeError: nothing else, and
 * soon.
 */
import * as assert from 'uvu/assert'
import { Reader, Writer } from '../../src/base/bytes.ts'
import { SeededRandom } from '../../src/base/random.ts'
import { type Codec, compile } from '../../src/protocol/compile.ts'
import type { Fields } from '../../src/protocol/schema.ts'
import { describedApis, messagesOf } from '../support/apis.ts'
import { sampleMessage } from '../support/samples.ts'
import { suite } from '../support/suite.ts'

const seed = Number(process.env['SEED'] ?? Date.now() % 1e6)
const test = suite(`fuzz: codec (seed ${seed})`, 30)
const messages = (await describedApis()).flatMap(messagesOf)

/** The value, or undefined for a clean refusal; anything else ends the test, saying which bytes did it. */
function decodeHostile(name: string, codec: Codec<Fields>, bytes: Buffer): object | undefined {
  try {
    return codec.decode(new Reader(bytes))
  } catch (thrown) {
    if (thrown instanceof RangeError) return undefined
    throw new Error(`${name} of ${bytes.toString('hex')}: ${thrown}`)
  }
}

/** Refusals are thrown a million times, and nobody looks at where: a third of the time goes into their stacks. */
const hostile = (title: string, run: () => void) =>
  test(title, () => {
    const { stackTraceLimit } = Error
    Error.stackTraceLimit = 0
    try {
      run()
    } finally {
      Error.stackTraceLimit = stackTraceLimit
    }
  })

/** Some encoded messages of every kind. */
function* encodedMessages(rounds: number) {
  const random = new SeededRandom(seed)
  for (const { name, fields, version, isFlexible } of messages) {
    const codec = compile(fields, version, isFlexible)
    for (let round = 0; round < rounds; round++) {
      const writer = new Writer()
      codec.encode(writer, sampleMessage(fields, version, random))
      yield { name, codec, random, bytes: Buffer.from(writer.concat()) }
    }
  }
}

hostile('one byte changed', () => {
  for (const { name, codec, random, bytes } of encodedMessages(10)) {
    for (let round = 0; round < 10 && bytes.length > 0; round++) {
      const changed = Buffer.from(bytes)
      changed[random.below(bytes.length)] = random.below(256)
      decodeHostile(name, codec, changed)
    }
  }
})

hostile('a length made enormous, wherever it may stand', () => {
  for (const { name, codec, bytes } of encodedMessages(1)) {
    for (const length of ['7fffffff', '80000000', 'ffffffff0f', 'ffffff7f']) {
      for (let at = 0; at < Math.min(bytes.length, 40); at++) {
        const changed = Buffer.from(bytes)
        changed.write(length, at, 'hex')
        decodeHostile(name, codec, changed)
      }
    }
  }
})

hostile('cut off at any length: refused, as a message says how long it is', () => {
  for (const { name, codec, bytes } of encodedMessages(2)) {
    for (let length = 0; length < bytes.length; length++) {
      const value = decodeHostile(name, codec, bytes.subarray(0, length))
      if (value !== undefined) assert.unreachable(`${name} of ${length} of ${bytes.toString('hex')}`)
    }
  }
})

hostile('noise', () => {
  const random = new SeededRandom(seed)
  for (const { name, fields, version, isFlexible } of messages) {
    const codec = compile(fields, version, isFlexible)
    for (let round = 0; round < 20; round++) decodeHostile(name, codec, random.bytes(random.below(200)))
  }
})

hostile('what noise decodes to can be encoded again', () => {
  const random = new SeededRandom(seed)
  for (const { name, fields, version, isFlexible } of messages) {
    const codec = compile(fields, version, isFlexible)
    for (let round = 0; round < 20; round++) {
      const value = decodeHostile(name, codec, Buffer.concat([random.bytes(40), Buffer.alloc(200)]))
      if (value !== undefined) codec.encode(new Writer(), value)
    }
  }
})

test.run()
