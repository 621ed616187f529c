/** The loop over a batch of 0.2, with a plugin that is a function. */
import * as assert from 'uvu/assert'
import { type BoundBatch, type BoundVerdict, bindingBatchCall } from '../../../src/plugins/guest/batch-caller.ts'
import { BatchDetails } from '../../../src/plugins/crossing/batch-details.ts'
import { BatchJudge, carriedBytesMax } from '../../../src/plugins/guest/batch-judging.ts'
import type { Batch } from '../../../src/plugins/crossing/batch-memory.ts'
import { Crossing } from '../../../src/plugins/crossing/crossing.ts'
import type { Reply, ReplySender } from '../../../src/plugins/crossing/replies.ts'
import { suite } from '../../support/suite.ts'
import { placedAlone, shownBatch } from '../../support/threads.ts'

const test = suite('judging a batch of 0.2')
const refuse = (val: string): BoundVerdict => ({ tag: 'reject', val })

type OnBatch = (batch: BoundBatch, hook: string) => readonly BoundVerdict[]

function play(batch: Batch, onBatch: OnBatch, passedOver: readonly number[] = []) {
  const [crossing, details] = [new Crossing(), BatchDetails.allIn(BatchDetails.memory())]
  const sent: Reply[] = []
  const verdictsWhenSent: number[][] = []
  const placed = placedAlone(batch, passedOver)
  const replies = {
    send(reply: Reply) {
      sent.push(reply)
      verdictsWhenSent.push([...placed.verdicts])
    },
  } as unknown as ReplySender
  const callers = {
    onRecords: bindingBatchCall('on-records', (shown) => onBatch(shown, 'on-records')),
    onFetch: bindingBatchCall('on-fetch', (shown) => onBatch(shown, 'on-fetch')),
  }
  details[0]!.set(batch)
  let thrown: Error | null = null
  try {
    new BatchJudge(callers, { crossing, details, replies }).judge(placed.buffer, placed.shape)
  } catch (error) {
    thrown = error as Error
  }
  return { verdicts: [...placed.verdicts], notAccepted: crossing.notAccepted(0), sent, verdictsWhenSent, thrown }
}

const textOf = ({ records }: BoundBatch) => records.map(({ value }) => Buffer.from(value!).toString())

test('what is open is shown, what is settled is not, and the verdicts go where they belong', () => {
  const seen: string[][] = []
  const { verdicts, notAccepted, sent } = play(
    shownBatch(['a', 'b', 'c', 'd']),
    (batch) => {
      seen.push(textOf(batch))
      return [{ tag: 'accept' }, refuse('no')]
    },
    [0, 2],
  )
  assert.equal([seen, verdicts, notAccepted], [[['b', 'd']], [5, 1, 5, 2], 1])
  assert.equal([...sent[0]!.reasons], [[3, 'no']])
})

test('what verdicts carry is sent before they are written', () => {
  const { verdictsWhenSent, verdicts } = play(shownBatch(['a', 'b']), () => [refuse('no'), { tag: 'accept' }])
  assert.equal([verdictsWhenSent, verdicts], [[[0, 0]], [2, 1]])
})

test('a batch’s verdicts carry no more than they may, in however many calls', () => {
  const value = new Uint8Array(carriedBytesMax / 4)
  const replacement = { key: undefined, value, headers: [], timestamp: 0n, offset: undefined }
  const batch = shownBatch(Array.from({ length: 5000 }, () => 'a'))
  const { sent, thrown } = play(batch, ({ records }) =>
    records.map((_, at) => (at === 0 ? { tag: 'replace', val: replacement } : { tag: 'accept' })),
  )
  assert.is(thrown?.message, `its verdicts on a batch carry over ${carriedBytesMax} bytes`)
  assert.is(sent.length, 3)
  const reasons = play(shownBatch(Array.from({ length: 65_536 }, () => 'a')), ({ records }) =>
    records.map(() => refuse('x'.repeat(1024))),
  )
  assert.match(reasons.thrown!.message, 'its verdicts on a batch carry over')
})

test('each way has its hook; about what is stored already nobody is asked', () => {
  const hooks: string[] = []
  const answers = (['produced', 'subscribed', 'fetched'] as const).map((way) =>
    play(shownBatch(['a'], { way }), (_, hook) => {
      hooks.push(hook)
      return [{ tag: 'drop' }]
    }),
  )
  assert.equal(hooks, ['on-records', 'on-records', 'on-fetch'])
  assert.equal(
    answers.map(({ verdicts, notAccepted, sent }) => [verdicts, notAccepted, sent.length]),
    [
      [[6], 1, 1],
      [[1], 0, 0],
      [[6], 1, 1],
    ],
  )
})

test('a call that fails leaves what was said before', () => {
  let calls = 0
  const { verdicts, thrown } = play(shownBatch(Array(1500).fill('x')), ({ records }) => {
    if (++calls === 2) throw new Error('trap')
    return records.map(() => ({ tag: 'accept' }))
  })
  assert.is(thrown?.message, 'trap')
  assert.equal([verdicts[999], verdicts[1000], verdicts.filter((code) => code === 1).length], [1, 0, 1000])
})

test.run()
