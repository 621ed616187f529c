/** Verdicts held against what was expected. */
import * as assert from 'uvu/assert'
import { differences } from '../../src/workshop/expectation.ts'
import type { Expected } from '../../src/workshop/records-file.ts'
import type { Outcome } from '../../src/workshop/trial.ts'
import { suite } from '../support/suite.ts'

const test = suite('workshop: expectations')

const bytes = (text: string) => Buffer.from(text)
const replacement = { key: null, value: bytes('new'), headers: [{ key: 'a', value: bytes('1') }], timestamp: 7 }
const replaced: Outcome = { verdict: 'replace', reason: null, replacement, throttleMs: 0 }
const refused: Outcome = { verdict: 'reject', reason: 'the value is empty', replacement: null, throttleMs: 0 }
const throttled: Outcome = { verdict: 'throttle', reason: null, replacement: null, throttleMs: 50 }

const table: readonly [expected: Expected, outcome: Outcome, differs: readonly string[]][] = [
  [{ verdict: 'reject' }, refused, []],
  [{ verdict: 'accept' }, refused, ['expected accept']],
  [{ verdict: 'reject', reason: 'empty' }, refused, []],
  [{ verdict: 'reject', reason: 'full' }, refused, ['expected the reason to hold "full"']],
  [{ verdict: 'throttle', ms: 50 }, throttled, []],
  [{ verdict: 'throttle', ms: 60 }, throttled, ['expected 60 ms']],
  [{ verdict: 'replace', record: { value: bytes('new'), key: null, timestamp: 7 } }, replaced, []],
  [{ verdict: 'replace', record: { value: bytes('old') } }, replaced, ['expected the value "old"']],
  [{ verdict: 'replace', record: { key: Buffer.of(255) } }, replaced, ['expected the key base64 /w==']],
  [{ verdict: 'replace', record: { headers: [{ key: 'a', value: bytes('1') }] } }, replaced, []],
  [
    { verdict: 'replace', record: { headers: [{ key: 'b', value: null }] } },
    replaced,
    ['expected the headers b: null'],
  ],
  [{ verdict: 'replace', record: { timestamp: 8 } }, replaced, ['expected the timestamp 8']],
]
for (const [expected, outcome, differs] of table) {
  test(`${JSON.stringify(expected)}: ${differs.length === 0 ? 'as expected' : differs}`, () => {
    assert.equal(differences(expected, outcome), differs)
  })
}

test.run()
