/** The loop over a batch of 0.2, with a plugin that is a function. */
import * as assert from 'uvu/assert'
import { type BoundBatch, type BoundVerdict, bindingBatchCall } from '../../src/plugins/batch-caller.ts'
import { BatchDetails } from '../../src/plugins/batch-details.ts'
import { BatchJudge } from '../../src/plugins/batch-judging.ts'
import { type Batch, BatchMemory } from '../../src/plugins/batch-memory.ts'
import { Crossing } from '../../src/plugins/crossing.ts'
import type { Reply, ReplySender } from '../../src/plugins/replies.ts'
import { suite } from '../support/suite.ts'
import { shownBatch } from '../support/threads.ts'

const test = suite('judging a batch of 0.2')
const refuse = (val: string): BoundVerdict => ({ tag: 'reject', val })

type OnBatch = (batch: BoundBatch, hook: string) => readonly BoundVerdict[]

function play(batch: Batch, onBatch: OnBatch, passedOver: readonly number[] = []) {
  const [crossing, details] = [new Crossing(), new BatchDetails()]
  const sent: Reply[] = []
  const verdictsWhenSent: number[][] = []
  const placed = new BatchMemory().place(batch, passedOver)
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
  details.set(batch)
  let thrown: Error | null = null
  try {
    new BatchJudge(callers, { crossing, details, replies }).judge(placed.buffer, placed.shape)
  } catch (error) {
    thrown = error as Error
  }
  return { verdicts: [...placed.verdicts], notAccepted: crossing.notAccepted, sent, verdictsWhenSent, thrown }
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
