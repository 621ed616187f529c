/** Addresses within the console. */
import * as assert from 'uvu/assert'
import { readAddress, writeAddress } from '../../../src/console/logic/address.ts'
import { suite } from '../../support/suite.ts'

const test = suite('console address')

test('an address is read as it was written, whatever is in the names', () => {
  const path = ['topics', 'a/b?c#d %é']
  const query = { tab: 'records', q: 'x & y = z' }
  assert.equal(readAddress(writeAddress(path, query)), { path, query })
})

test('no address is the first page', () => {
  for (const hash of ['', '#', '#/']) assert.equal(readAddress(hash), { path: [], query: {} })
})

test('what is not given is left out', () => {
  assert.is(writeAddress(['topics'], { q: '', tab: undefined }), '#/topics')
})

test('what a person typed need not be encoded', () => {
  assert.equal(readAddress('#/topics/100%').path, ['topics', '100%'])
})

test.run()
