import * as assert from 'uvu/assert'
import { ManualClock } from '../../src/base/clock.ts'
import { type LogEvent, Logger } from '../../src/base/logger.ts'
import { type Cleanable, Cleaner } from '../../src/log/cleaner.ts'
import { suite } from '../support/suite.ts'

const test = suite('cleaner')

class Log implements Cleanable {
  readonly topic = 'a'
  readonly index: number
  #ratio: number
  readonly #steps: number
  readonly #tell: (what: string) => void

  constructor(index: number, ratio: number, steps: number, tell: (what: string) => void) {
    this.index = index
    this.#ratio = ratio
    this.#steps = steps
    this.#tell = tell
  }

  dirtRatio(): number | null {
    return this.#ratio === 0 ? null : this.#ratio
  }

  *compact(): Generator<void, boolean> {
    for (let step = 0; step < this.#steps; step++) {
      this.#tell(`${this.index} step ${step}`)
      yield
    }
    if (this.#steps === 0) throw new Error('not readable')
    this.#ratio = 0
    return true
  }
}

function world(logs: readonly (readonly [ratio: number, steps: number])[]) {
  const clock = new ManualClock()
  const events: string[] = []
  const errors: LogEvent[] = []
  const logger = new Logger('log', { level: 'error', now: () => 0, write: (event) => errors.push(event) })
  const partitions = logs.map(([ratio, steps], index) => new Log(index, ratio, steps, (what) => events.push(what)))
  const cleaner = new Cleaner({ clock, logger, partitions: () => partitions })
  return { clock, cleaner, events, errors }
}

test('the dirtiest partition comes first, and what is clean is left alone', () => {
  const { clock, cleaner, events } = world([
    [0.2, 1],
    [0, 1],
    [0.9, 2],
  ])
  cleaner.run()
  clock.advance(0)
  assert.equal(events, ['2 step 0', '2 step 1', '0 step 0'])
})

test('between two steps everything else has its turn, and a second run waits for the first', () => {
  const { clock, cleaner, events } = world([[1, 3]])
  cleaner.run()
  assert.equal(events, ['0 step 0'])
  cleaner.run()
  clock.after(0, () => events.push('something else'))
  clock.advance(0)
  assert.equal(events, ['0 step 0', '0 step 1', 'something else', '0 step 2'])
})

test('a partition that cannot be compacted is told of and left as it is; the others are not held up', () => {
  const { clock, cleaner, events, errors } = world([
    [0.9, 0],
    [0.5, 1],
  ])
  for (let run = 0; run < 2; run++) {
    cleaner.run()
    clock.advance(0)
  }
  assert.equal(events, ['1 step 0'])
  assert.equal(
    errors.map(({ message }) => message),
    ['a-0 cannot be compacted, and stays as it is'],
  )
  assert.match(String(errors[0]!.fields.error), 'not readable')
})

test('nothing goes on once it is closed', () => {
  const { clock, cleaner, events } = world([[1, 3]])
  cleaner.run()
  cleaner.close()
  clock.advance(1000)
  assert.equal(events, ['0 step 0'])
})

test.run()
