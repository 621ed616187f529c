/**
 * Members of both protocols come, go, fall silent and change what they read, in one group: at no time do two of them
 * have a partition, and once all is calm everything is someone's. `SEED=n` plays a failing round again.
 */
import * as assert from 'uvu/assert'
import { ManualClock } from '../../src/base/clock.ts'
import { silent } from '../../src/base/logger.ts'
import { SeededRandom } from '../../src/base/random.ts'
import type { TopicPartitions } from '../../src/coordinator/consumer/partitions.ts'
import { Groups } from '../../src/coordinator/groups.ts'
import type { GroupRecord } from '../../src/coordinator/records.ts'
import { groupDefaults } from '../../src/coordinator/settings.ts'
import {
  decodeAssignment,
  encodeAssignment,
  encodeSubscription,
  placesOf,
  subscriptionIn,
} from '../../src/protocol/consumer-protocol.ts'
import { KafkaError, NONE } from '../../src/protocol/errors.ts'
import { assignors } from '../../src/client/assignors.ts'
import { FakeTopics } from '../support/play-consumer.ts'
import { suite } from '../support/suite.ts'

const test = suite('churn in groups of both protocols')
const seed = Number(process.env['SEED'] ?? Date.now() % 1e6)
const groupId = 'g'
const sessionMs = 45_000
/** Longer than a session, so that whoever is out for want of an answer has stopped reading by itself. */
const rebalanceMs = 60_000

interface Client {
  readonly owned: ReadonlySet<string>
  /** Whether it has stopped reading by itself: it must think that it is out. */
  isOut(nowMs: number): boolean
  /** `isCalm`: as a good member does, now. */
  act(isCalm?: boolean): void
  leave(): void
}

class World {
  readonly random: SeededRandom
  readonly clock = new ManualClock(1)
  readonly topics = new FakeTopics({ t: 4, u: 3 })
  readonly records: GroupRecord[] = []
  readonly groups: Groups
  readonly clients: Client[] = []
  readonly #pending: (() => void)[] = []
  #made = 0

  constructor(seed: number) {
    this.random = new SeededRandom(seed)
    const { clock, random, topics } = this
    const write = (record: GroupRecord) => this.records.push(record)
    this.groups = new Groups({ clock, random, logger: silent, settings: groupDefaults, topics, write })
  }

  name(): string {
    return `m${this.#made++}`
  }

  oneOf<T>(...choices: readonly T[]): T {
    return choices[this.random.below(choices.length)]!
  }

  come(): void {
    this.clients.push(this.random.below(2) === 0 && !this.isTurning ? new NewClient(this) : new ClassicClient(this))
  }

  grow(name: string): void {
    this.topics.set(name, (this.topics.get(name)?.partitionCount ?? 0) + 1)
  }

  /**
   * A group that has just become classic takes what members are to have for what they have, until they have joined
   * again, as Kafka's does: were it to change back at once, someone could be given what another still reads.
   */
  get isTurning(): boolean {
    const group = this.groups.classic(groupId)
    return group !== undefined && group.state !== 'Stable' && group.state !== 'Empty'
  }

  lose(client: Client): void {
    this.clients.splice(this.clients.indexOf(client), 1)
  }

  /** An answer is on its way. */
  later(act: () => void): void {
    this.#pending.push(act)
  }

  /** Nobody reads what is another's. */
  check(): void {
    for (let act = this.#pending.shift(); act !== undefined; act = this.#pending.shift()) act()
    const owners = new Map<string, object>()
    for (const client of this.clients) {
      if (client.isOut(this.clock.now())) continue
      for (const place of client.owned) {
        const other = owners.get(place)
        assert.is(other, undefined, `${place} is read twice`)
        owners.set(place, client)
      }
    }
  }
}

/** Of the new protocol. It gives up in its own time. */
class NewClient implements Client {
  readonly owned = new Set<string>()
  readonly #world: World
  readonly #memberId: string
  #epoch = 0
  #topics: readonly string[]
  #heardMs: number
  /** What it is to have. */
  #target = new Set<string>()
  /** When it was told to give something up. */
  #owesSinceMs: number | null = null

  constructor(world: World) {
    this.#world = world
    this.#memberId = world.name()
    this.#topics = world.oneOf(['t', 'u'], ['t', 'u'], ['t'])
    this.#heardMs = world.clock.now()
    this.act()
  }

  isOut(nowMs: number): boolean {
    return nowMs - this.#heardMs >= sessionMs || nowMs - (this.#owesSinceMs ?? nowMs) >= rebalanceMs
  }

  act(isCalm = false): void {
    if (this.#epoch === 0 && this.#world.isTurning) return
    const what = isCalm ? 'beat' : this.#world.oneOf('beat', 'beat', 'beat', 'give', 'leave', 'change')
    if (what === 'leave') return this.leave()
    if (what === 'change') this.#topics = this.#world.oneOf(['t', 'u'], ['u'], ['t', 'u', 'v'])
    if (what === 'give' || isCalm) this.#giveUp((place) => !this.#target.has(place))
    this.#beat(what === 'change' || this.#epoch === 0)
  }

  leave(): void {
    this.owned.clear()
    this.#world.lose(this)
    if (this.#epoch > 0) this.#ask(-1, false)
  }

  #beat(isFull: boolean): void {
    const answer = this.#ask(this.#epoch, isFull)
    if (answer instanceof KafkaError) {
      // Fenced or unknown: it gives up everything, and begins anew.
      this.#giveUp(() => true)
      this.#target.clear()
      this.#epoch = 0
      return
    }
    this.#heardMs = this.#world.clock.now()
    this.#epoch = answer.memberEpoch
    if (answer.assignment === null) return
    this.#target = new Set(namesOf(answer.assignment))
    for (const place of this.#target) this.owned.add(place)
    if (this.owned.size > this.#target.size) this.#owesSinceMs ??= this.#world.clock.now()
  }

  #giveUp(isGiven: (place: string) => boolean): void {
    for (const place of [...this.owned]) if (isGiven(place)) this.owned.delete(place)
    this.#owesSinceMs = null
  }

  #ask(memberEpoch: number, isFull: boolean) {
    const isJoining = memberEpoch === 0
    return this.#world.groups.consumer.heartbeat({
      groupId,
      memberId: this.#memberId,
      memberEpoch,
      instanceId: null,
      rackId: null,
      rebalanceTimeoutMs: isJoining ? rebalanceMs : -1,
      topicNames: isJoining || isFull ? this.#topics : null,
      topicPattern: null,
      assignor: null,
      owned: isJoining ? [] : placesNamed(this.owned, this.#world.topics),
      clientId: '',
      clientHost: '/127.0.0.1',
      mayDescribe: () => true,
    })
  }
}

/** Of the classic protocol: it gives up everything before it joins. */
class ClassicClient implements Client {
  readonly owned = new Set<string>()
  readonly #world: World
  #memberId = ''
  #generation = -1
  #isParked = false
  #heardMs: number

  constructor(world: World) {
    this.#world = world
    this.#heardMs = world.clock.now()
    this.#join()
  }

  isOut(nowMs: number): boolean {
    return nowMs - this.#heardMs >= sessionMs
  }

  act(isCalm = false): void {
    if (this.#isParked) return
    if (!isCalm && this.#world.random.below(8) === 0) return this.leave()
    if (this.#generation < 0) return this.#join()
    const error = this.#world.groups.heartbeat(groupId, this.#memberId, null, this.#generation)
    if (error === NONE) this.#heardMs = this.#world.clock.now()
    else this.#begin(error)
  }

  leave(): void {
    this.owned.clear()
    this.#world.lose(this)
    if (this.#memberId !== '') this.#world.groups.leave(groupId, [{ memberId: this.#memberId, instanceId: null }])
  }

  #begin(error: KafkaError): void {
    this.owned.clear()
    this.#generation = -1
    if (error.name !== 'REBALANCE_IN_PROGRESS') this.#memberId = ''
    this.#join()
  }

  #join(): void {
    this.#isParked = true
    const subscription = { topics: ['t', 'u'], owned: [], generation: -1, rackId: null }
    const request = {
      groupId,
      memberId: this.#memberId,
      instanceId: null,
      clientId: '',
      clientHost: '/127.0.0.1',
      sessionTimeoutMs: sessionMs,
      rebalanceTimeoutMs: rebalanceMs,
      protocolType: 'consumer',
      protocols: [{ name: 'range', metadata: encodeSubscription(subscription) }],
      mustKnowItsId: false,
      maySkipAssignment: false,
    }
    this.#world.groups.join(request, ({ error, memberId, generation, leaderId, members }) => {
      this.#isParked = false
      this.#heardMs = this.#world.clock.now()
      if (error !== NONE) {
        if (error.name !== 'REBALANCE_IN_PROGRESS') this.#memberId = ''
        return
      }
      this.#memberId = memberId
      this.#generation = generation
      this.#world.later(() => this.#sync(leaderId === memberId ? members : []))
    })
  }

  #sync(members: readonly { readonly memberId: string; readonly metadata: Buffer }[]): void {
    this.#isParked = true
    const subscribers = new Map(members.map(({ memberId, metadata }) => [memberId, subscriptionIn(metadata)!]))
    const counts = new Map(['t', 'u'].map((name) => [name, this.#world.topics.get(name)?.partitionCount ?? 0]))
    const shares = assignors.range.assign(subscribers, counts)
    const request = {
      memberId: this.#memberId,
      instanceId: null,
      generation: this.#generation,
      protocolType: null,
      protocolName: null,
      assignments: new Map([...shares].map(([memberId, share]) => [memberId, encodeAssignment(share)])),
    }
    // That is no sign of life: the session runs since the join.
    this.#world.groups.sync(groupId, request, ({ error, assignment }) => {
      this.#isParked = false
      if (error !== NONE) {
        this.#generation = -1
        if (error.name === 'UNKNOWN_MEMBER_ID') this.#memberId = ''
        return
      }
      const places = placesOf(decodeAssignment(assignment).topics)
      for (const { topic, partition } of places) this.owned.add(`${topic}${partition}`)
    })
  }
}

function namesOf(partitions: readonly TopicPartitions[]): string[] {
  return partitions.flatMap(({ topicId, partitions: all }) => all.map((partition) => `${topicId[0]}${partition}`))
}

function placesNamed(owned: ReadonlySet<string>, topics: FakeTopics): TopicPartitions[] {
  return [...owned].map((place) => ({ topicId: topics.get(place[0]!)!.id, partitions: [Number(place.slice(1))] }))
}

function churn(world: World, steps: number): void {
  for (let step = 0; step < steps; step++) {
    if (world.random.below(3) === 0) world.clock.advance(world.oneOf(1, 1_000, 5_000, 16_000))
    if (world.clients.length < 2 || (world.clients.length < 6 && world.random.below(6) === 0)) world.come()
    else if (world.random.below(30) === 0) world.lose(world.oneOf(...world.clients))
    else if (world.random.below(40) === 0) world.grow(world.oneOf('t', 'u', 'v'))
    else world.oneOf(...world.clients).act()
    world.check()
  }
}

function calm(world: World): void {
  for (let round = 0; round < 60; round++) {
    world.clock.advance(2_000)
    for (const client of [...world.clients]) client.act(true)
    world.check()
  }
}

function rounds(count: number, run: (world: World) => void): void {
  for (let round = 0; round < count; round++) {
    try {
      run(new World(seed + round))
    } catch (error) {
      throw new Error(`SEED=${seed + round}: ${error instanceof Error ? error.stack : error}`)
    }
  }
}

test('no partition is read twice, and in the end every one is read', () => {
  rounds(12, (world) => {
    churn(world, 150)
    // Someone comes, so that a classic leader assigns anew what has grown.
    world.come()
    calm(world)
    const read = new Set(world.clients.flatMap(({ owned }) => [...owned]).filter((place) => !place.startsWith('v')))
    const wanted = ['t', 'u'].flatMap((name) => {
      const { partitionCount } = world.topics.get(name)!
      return Array.from({ length: partitionCount }, (_, index) => `${name}${index}`)
    })
    const isRead = (topic: string) =>
      world.clients.some((client) => [...client.owned].some((place) => place[0] === topic))
    assert.equal([...read].sort(), wanted.filter((place) => isRead(place[0]!)).sort())
    assert.ok(isRead('u') || isRead('t'), 'something is read')
  })
})

test.run()
