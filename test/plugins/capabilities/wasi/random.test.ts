/** Random numbers for plugins. */
import * as assert from 'uvu/assert'
import { random } from '../../../../src/plugins/capabilities/wasi/random.ts'
import { suite } from '../../../support/suite.ts'

const test = suite('wasi:random')

const { getRandomBytes, getRandomU64 } = random()['wasi:random/random'] as {
  getRandomBytes(count: bigint): Uint8Array
  getRandomU64(): bigint
}

test('there are as many random bytes as were asked for, up to a mebibyte', () => {
  assert.is(getRandomBytes(1024n).length, 1024)
  assert.throws(() => getRandomBytes(1n << 40n), /random bytes at once/)
})

test('numbers differ', () => {
  assert.is.not(getRandomU64(), getRandomU64())
})

test.run()
