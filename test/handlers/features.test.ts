import * as assert from 'uvu/assert'
import { Features } from '../../src/handlers/features.ts'
import { suite } from '../support/suite.ts'

const test = suite('features')
const [upgrade, safe, unsafe] = [1, 2, 3] as const

const refused: readonly (readonly [feature: string, level: number, upgradeType: number, why: RegExp])[] = [
  ['nowhere', 0, upgrade, /not supported/],
  ['transaction.version', 3, upgrade, /0-2/],
  ['transaction.version', -1, safe, /no version -1/],
  ['transaction.version', 1, upgrade, /downgrade/],
  ['transaction.version', 2, 9, /type of upgrade/],
  ['kraft.version', 1, safe, /above/],
  ['metadata.version', 6, unsafe, /7-33/],
  ['metadata.version', 32, unsafe, /metadata/],
]

for (const [feature, maxVersionLevel, upgradeType, why] of refused) {
  test(`${feature} cannot go to ${maxVersionLevel} by upgrade type ${upgradeType}`, () => {
    const features = new Features()
    assert.match(features.update([{ feature, maxVersionLevel, upgradeType }], false)!.message!, why)
    assert.is(features.epoch, 1)
  })
}

test('a level that goes down is told, in a new epoch, and at 0 the feature is off', () => {
  const features = new Features()
  const before = features.levels()
  const lower = (maxVersionLevel: number, isTrial = false) =>
    features.update([{ feature: 'transaction.version', maxVersionLevel, upgradeType: safe }], isTrial)
  assert.is(lower(1, true), null)
  assert.equal([features.level('transaction.version'), features.epoch], [2, 1])
  assert.is(lower(0), null)
  assert.equal([features.level('transaction.version'), features.epoch], [0, 2])
  assert.not(features.finalized.some(([name]) => name === 'transaction.version'))
  features.restore(before)
  assert.equal([features.level('transaction.version'), features.epoch], [2, 3])
})

test('of several updates all are made, or none', () => {
  const features = new Features()
  const one = { feature: 'transaction.version', maxVersionLevel: 1, upgradeType: safe }
  assert.ok(features.update([one, { ...one, feature: 'nowhere' }], false))
  assert.is(features.level('transaction.version'), 2)
})

test.run()
