import * as assert from 'uvu/assert'
import { verdict } from '../../../src/plugins/crossing/crossing.ts'
import { type Answer, judgementOf, noRecords } from '../../../src/plugins/crossing/verdicts.ts'
import { counted, settingsOf } from '../../support/plugins.ts'
import { suite } from '../../support/suite.ts'

const test = suite('verdicts')

const settings = settingsOf({ path: 'p.wasm', name: 'p' })
const replacement = { key: null, value: null, headers: [], timestamp: 0 }

function answer(verdicts: readonly number[], rest: Partial<Answer> = {}): Answer {
  const nothing = { reasons: new Map(), replacements: new Map(), throttleMs: 0, whyNot: null }
  return { ...nothing, verdicts: Uint8Array.from(verdicts), ...rest }
}

test('each verdict comes to what it says, and is counted once', () => {
  const counts = noRecords()
  const { accepted, refused, failed, passedOver, dropped, replaced, throttled } = verdict
  const given = [accepted, refused, dropped, replaced, throttled, failed, passedOver]
  const reasons = new Map([
    [1, 'no'],
    [5, 'it trapped'],
  ])
  const replacements = new Map([[3, replacement]])
  const judgement = judgementOf(answer(given, { reasons, replacements, throttleMs: 9 }), settings, counts)
  const refusal = { plugin: 'p', onReject: 'fail' }
  assert.equal(judgement, {
    refusals: [
      { ...refusal, index: 1, reason: 'no', isFailure: false },
      { ...refusal, index: 5, reason: 'it trapped', isFailure: true },
    ],
    dropped: [2],
    replacements,
    throttleMs: 9,
  })
  assert.equal(counts, counted({ accepted: 1, refused: 1, dropped: 1, replaced: 1, throttled: 1, failed: 1 }))
})

test('records it could not be asked about failed, for the reason why not', () => {
  const counts = noRecords()
  const { refusals } = judgementOf(answer([verdict.accepted, 0, 0], { whyNot: 'it is away' }), settings, counts)
  assert.equal(
    refusals.map(({ index, reason, isFailure }) => [index, reason, isFailure]),
    [
      [1, 'it is away', true],
      [2, 'it is away', true],
    ],
  )
  assert.equal(counts, counted({ accepted: 1, failed: 2 }))
})

test('with on_error accept, what failed is accepted, and still counted as failed', () => {
  const counts = noRecords()
  const { refusals } = judgementOf(answer([verdict.failed]), { ...settings, onError: 'accept' }, counts)
  assert.equal([refusals, counts], [[], counted({ failed: 1 })])
})

test('a refusal without a reason has one all the same', () => {
  const { refusals } = judgementOf(answer([verdict.refused, verdict.notUtf8]), settings, noRecords())
  assert.equal(
    refusals.map(({ reason }) => reason),
    ['the plugin gave no reason', "key or value is not UTF-8, and the setting non_utf8 is 'reject'"],
  )
})

test('a refusal names the topic of dead letters where settings do', () => {
  const buried = { ...settings, onReject: 'dead-letter', deadLetterTopic: 'graves' } as const
  const [refusal] = judgementOf(answer([verdict.refused]), buried, noRecords()).refusals
  assert.equal([refusal!.onReject, refusal!.deadLetterTopic], ['dead-letter', 'graves'])
})

test('in shadow mode refusals are counted apart', () => {
  const counts = noRecords()
  judgementOf(answer([verdict.refused, verdict.notUtf8]), { ...settings, mode: 'shadow' }, counts)
  assert.equal(counts, counted({ shadowRefused: 2 }))
})

test.run()
