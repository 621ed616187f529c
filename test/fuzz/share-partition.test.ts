/**
 * A share partition against the simplest model of it: for each record, who has it until when, how often it was handed
 * out, and whether it came to its end. Prints its seed when they differ.
 */
import * as assert from 'uvu/assert'
import { SeededRandom } from '../../src/base/random.ts'
import { ShareStage, shareLimits } from '../support/share-table.ts'
import { suite } from '../support/suite.ts'

const test = suite('share partition, at random', 20)

interface Fate {
  holder: string | null
  untilMs: number
  count: number
  isOver: boolean
}

const members = ['a', 'b', 'c'] as const
const deliveryCountMax = 4
const recordLocksMax = 40

class Run {
  readonly random: SeededRandom
  readonly stage: ShareStage
  /** By offset. */
  readonly fates: Fate[] = []
  readonly where: string

  constructor(seed: number) {
    this.random = new SeededRandom(seed)
    this.where = `seed ${seed}`
    const isRecordLimit = this.random.below(2) === 0
    const batchSize = 1 + this.random.below(20)
    this.stage = new ShareStage({ log: [], batchSize, isRecordLimit, deliveryCountMax, recordLocksMax })
  }

  step(): void {
    const member = members[this.random.below(members.length)]!
    switch (this.random.below(8)) {
      case 0:
        return this.produce()
      case 1:
      case 2:
        return this.take(member)
      case 3:
      case 4:
      case 5:
        return this.acknowledge(member)
      case 6:
        return this.wait(this.random.below(shareLimits.lockMs))
      default:
        if (this.random.below(3) === 0) this.leave(member)
    }
  }

  produce(): void {
    const count = 1 + this.random.below(9)
    const isAborted = this.random.below(6) === 0
    this.stage.produce(isAborted ? -count : count)
    while (this.fates.length < this.stage.endOffset) {
      // The marker of an aborted transaction is handed out, unlike its records.
      const isOver = isAborted && this.fates.length < this.stage.endOffset - 1
      this.fates.push({ holder: null, untilMs: 0, count: 0, isOver })
    }
  }

  take(member: string): void {
    const before = this.heldCount()
    const recordsMax = 1 + this.random.below(15)
    const taken = this.stage.take(member, recordsMax)
    for (const { firstOffset, lastOffset, deliveryCount } of taken) {
      for (let offset = firstOffset; offset <= lastOffset; offset++) {
        const fate = this.fates[offset]!
        const about = `${this.where}: ${member} takes ${offset}`
        assert.is(fate.holder, null, `${about}, which another has`)
        assert.not(fate.isOver, `${about}, which is over`)
        fate.count++
        assert.is(fate.count, deliveryCount, `${about}: how often`)
        assert.ok(fate.count <= deliveryCountMax, `${about} too often`)
        fate.holder = member
        fate.untilMs = this.stage.clock.now() + shareLimits.lockMs
      }
    }
    assert.ok(this.heldCount() >= before, this.where)
  }

  acknowledge(member: string): void {
    const held = this.offsetsOf(member)
    if (held.length === 0) return
    const first = held[this.random.below(held.length)]!
    let last = first
    while (this.fates[last + 1]?.holder === member && this.random.below(4) > 0) last++
    // A record that another has, or nobody, spoils all that is said along with it.
    if (this.random.below(8) === 0) last++
    const types = Array.from({ length: last - first + 1 }, () => this.random.below(5))
    const isWhole = types.every((_, index) => this.fates[first + index]?.holder === member)
    const error = this.stage.acknowledge(member, 'acks', `${first}-${last}=${types.join('')}`)
    assert.is(error === null, isWhole, `${this.where}: ${member} says ${types} of ${first}-${last}: ${error?.message}`)
    // Beyond what is in flight nothing is looked at.
    if (!isWhole) return last > this.stage.partition.endOffset ? undefined : this.renewed(member, first, types)
    types.forEach((type, index) => this.end(this.fates[first + index]!, type))
  }

  /** As in Kafka, a lock stays renewed when what was said along with it is refused. */
  renewed(member: string, first: number, types: readonly number[]): void {
    for (const [index, type] of types.entries()) {
      const fate = this.fates[first + index]
      if (fate?.holder !== member) return
      if (type === 4) this.end(fate, type)
    }
  }

  end(fate: Fate, type: number): void {
    if (type === 4) fate.untilMs = this.stage.clock.now() + shareLimits.lockMs
    else if (type === 2) this.giveBack(fate)
    else Object.assign(fate, { holder: null, isOver: true })
  }

  giveBack(fate: Fate): void {
    fate.holder = null
    if (fate.count >= deliveryCountMax) fate.isOver = true
  }

  leave(member: string): void {
    assert.is(this.stage.partition.release(member), null)
    for (const offset of this.offsetsOf(member)) this.giveBack(this.fates[offset]!)
  }

  wait(byMs: number): void {
    this.stage.clock.advance(byMs)
    const nowMs = this.stage.clock.now()
    for (const fate of this.fates) if (fate.holder !== null && fate.untilMs <= nowMs) this.giveBack(fate)
  }

  /** What the share partition says is held is held. */
  check(): void {
    const { partition } = this.stage
    const held = new Map<number, string>()
    for (const [{ state, memberId }, { firstOffset, lastOffset }] of partition.inFlight()) {
      if (state === 'acquired') for (let at = firstOffset; at <= lastOffset; at++) held.set(at, memberId)
    }
    this.fates.forEach((fate, offset) => {
      if (fate.isOver && fate.holder === null && !held.has(offset)) return
      assert.is(held.get(offset) ?? null, fate.holder, `${this.where}: who has ${offset}`)
      if (offset < partition.startOffset) assert.ok(fate.isOver, `${this.where}: ${offset} is lost`)
    })
  }

  /** Everyone accepts whatever comes until nothing does. */
  drain(): void {
    for (const member of members) this.leave(member)
    for (let round = 0; round < 2000; round++) {
      const taken = this.stage.take('a', 100)
      this.wait(0)
      for (const { firstOffset, lastOffset } of taken) {
        assert.is(this.stage.acknowledge('a', 'accepts', `${firstOffset}-${lastOffset}`), null)
        for (let at = firstOffset; at <= lastOffset; at++) Object.assign(this.fates[at]!, { isOver: true })
      }
      if (taken.length === 0 && this.stage.partition.nextFetchOffset >= this.stage.endOffset) break
    }
    const lost = this.fates.flatMap(({ isOver }, offset) => (isOver ? [] : [offset]))
    assert.equal(lost, [], `${this.where}: never came again`)
  }

  offsetsOf(member: string): number[] {
    return this.fates.flatMap(({ holder }, offset) => (holder === member ? [offset] : []))
  }

  heldCount(): number {
    return this.fates.filter(({ holder }) => holder !== null).length
  }
}

test('no record goes to two at once, comes again once it is over, or is lost before its last delivery', () => {
  const first = Number(process.env['SEED'] ?? Date.now() % 1e6)
  const rounds = Number(process.env['ROUNDS'] ?? (process.env['SEED'] === undefined ? 8 : 1))
  for (let seed = first; seed < first + rounds; seed++) {
    const run = new Run(seed)
    for (let step = 0; step < 120; step++) {
      run.step()
      run.check()
    }
    run.drain()
  }
})

test.run()
