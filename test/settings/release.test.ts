import * as assert from 'uvu/assert'
import { release } from '../../src/settings/release.ts'
import { Place } from '../../src/settings/values.ts'
import { suite } from '../support/suite.ts'

const test = suite('releases in settings')

function read(raw: unknown): string | undefined {
  const mistakes: string[] = []
  return release.read(raw, new Place('settings.yaml', 'as_version', { home: '/', from: '/' }, mistakes)) ?? mistakes[0]
}

test('a release is text, or the number that YAML makes of it', () => {
  assert.equal([read('2.8'), read(2.8), read('3.0'), read(3), read(4)], ['2.8', '2.8', '3.0', '3.0', '4.0'])
})

test('what is no release is refused with those there are', () => {
  assert.match(read('2.7')!, /^settings\.yaml: as_version is "?2\.7"?; use 2\.8, 3\.0, .* or 4\.4$/)
})

test.run()
