import * as assert from 'uvu/assert'
import { ManualClock } from '../../src/base/clock.ts'
import { Parking } from '../../src/handlers/parking.ts'
import { suite } from '../support/suite.ts'

const test = suite('parking')

/** Something to wait for, and who waits for it. */
class Place {
  readonly clock = new ManualClock()
  readonly parking = new Parking(this.clock)
  readonly wakes = new Set<() => void>()
  isOver = false
  asked = 0

  wait(waiter?: object): { isDone: boolean } {
    const state = { isDone: false }
    this.parking
      .wait({
        ...(waiter === undefined ? {} : { waiter }),
        waitMs: 100,
        subscribe: (wake) => {
          this.wakes.add(wake)
          return () => this.wakes.delete(wake)
        },
        isOver: () => {
          this.asked++
          return this.isOver
        },
      })
      .then(() => {
        state.isDone = true
      })
    return state
  }

  change(): void {
    for (const wake of this.wakes) wake()
  }
}

test('who waits is asked at each change, until it is over', async () => {
  const place = new Place()
  const waiting = place.wait()
  place.change()
  place.isOver = true
  place.change()
  place.change()
  await null
  assert.ok(waiting.isDone)
  assert.equal([place.asked, place.wakes.size, place.parking.count], [2, 0, 0])
})

test('a wait is over when its time is up', async () => {
  const place = new Place()
  const waiting = place.wait()
  place.clock.advance(99)
  await null
  assert.not.ok(waiting.isDone)
  place.clock.advance(1)
  await null
  assert.ok(waiting.isDone)
  assert.equal([place.wakes.size, place.parking.count], [0, 0])
})

test('who is gone is not waited for, and the others are', async () => {
  const place = new Place()
  const [gone, other] = [{}, {}]
  const waiting = place.wait(gone)
  place.wait(other)
  place.parking.forget(gone)
  place.parking.forget(gone)
  place.parking.forget({})
  await null
  assert.ok(waiting.isDone)
  assert.is(place.parking.count, 1)
})

test('when the broker closes all waits are over, and no new ones begin', async () => {
  const place = new Place()
  const waits = [place.wait(), place.wait()]
  place.parking.close()
  waits.push(place.wait())
  await null
  assert.ok(waits.every(({ isDone }) => isDone))
  assert.equal([place.wakes.size, place.parking.count], [0, 0])
})

test.run()
