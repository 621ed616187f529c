import * as assert from 'uvu/assert'
import { hexUuid, kafkaUuid, positiveInt, SeededRandom, systemRandom } from '../../src/base/random.ts'
import { suite } from '../support/suite.ts'

const test = suite('random')

test('the same seed gives the same numbers, another seed others', () => {
  const numbers = (seed: number) => {
    const random = new SeededRandom(seed)
    return Array.from({ length: 5 }, () => random.next())
  }
  assert.equal(numbers(1), numbers(1))
  assert.not.equal(numbers(1), numbers(2))
})

test('numbers stay below their end and reach everything below it', () => {
  const random = new SeededRandom(3)
  const seen = new Set(Array.from({ length: 200 }, () => random.below(4)))
  assert.equal([...seen].sort(), [0, 1, 2, 3])
})

test('a positive number is an int32 that is not zero', () => {
  const [least, most] = [Buffer.alloc(4), Buffer.alloc(4, 0xff)]
  for (const bytes of [least, most]) {
    const number = positiveInt({ bytes: () => bytes })
    assert.ok(number > 0 && number <= 0x7fff_ffff, `${number}`)
  }
})

test('a Uuid of Kafka is one of version 4, in 22 characters that do not begin with a dash', () => {
  const random = new SeededRandom(5)
  for (let round = 0; round < 500; round++) {
    const uuid = kafkaUuid(random)
    assert.match(uuid, /^[\w][\w-]{21}$/)
    assert.is(Buffer.from(uuid, 'base64url')[6]! >> 4, 4)
  }
})

test('a uuid in the usual spelling is one of version 4', () => {
  assert.match(hexUuid(systemRandom), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
})

test.run()
