/**
 * Members that join, sync, commit, leave and vanish at random, on a hand-turned clock: whatever they do, a generation
 * has one leader and one protocol, every request is answered once and in the end, and what was committed is there.
 */
import * as assert from 'uvu/assert'
import { ManualClock } from '../../src/base/clock.ts'
import { silent } from '../../src/base/logger.ts'
import { SeededRandom } from '../../src/base/random.ts'
import { Groups } from '../../src/coordinator/groups.ts'
import type { GroupRecord } from '../../src/coordinator/records.ts'
import type { JoinAnswer, SyncAnswer } from '../../src/coordinator/requests.ts'
import { groupDefaults } from '../../src/coordinator/settings.ts'
import { NONE } from '../../src/protocol/errors.ts'
import { subscription } from '../support/play.ts'
import { suite } from '../support/suite.ts'

const seed = Number(process.env['SEED'] ?? Date.now() % 1e6)
const test = suite(`fuzz: groups (seed ${seed})`, 30)
const groupId = 'g'
const forever = 24 * 3_600_000

/** What all members of one generation have to agree on. */
interface Generation {
  readonly protocolName: string | null
  leader: string | null
}

/** The group as seen from outside, and what it promised. */
class World {
  readonly random: SeededRandom
  readonly clock = new ManualClock()
  readonly records: GroupRecord[] = []
  readonly groups: Groups
  readonly generations = new Map<number, Generation>()
  readonly committed = new Map<number, number>()
  parked = 0

  constructor(seed: number) {
    this.random = new SeededRandom(seed)
    this.groups = new Groups({
      clock: this.clock,
      random: this.random,
      logger: silent,
      settings: {
        ...groupDefaults,
        initialRebalanceDelayMs: this.oneOf(0, 3000),
        membersPerGroupMax: this.oneOf(3, 100),
        // Offsets that expire are another test's matter.
        offsetsRetentionMs: 100 * forever,
      },
      write: (record) => this.records.push(record),
    })
  }

  oneOf<T>(...choices: readonly T[]): T {
    return choices[this.random.below(choices.length)]!
  }

  /** Counts an answer that is awaited, and sees to it that it comes once. */
  once<A>(take: (answer: A) => void): (answer: A) => void {
    let isAnswered = false
    this.parked++
    return (answer) => {
      assert.not(isAnswered, 'answered twice')
      isAnswered = true
      this.parked--
      take(answer)
    }
  }

  see({ generation, protocolName, leaderId, memberId, skipAssignment }: JoinAnswer): void {
    const known = this.generations.get(generation)
    const seen = known ?? { protocolName, leader: null }
    this.generations.set(generation, seen)
    assert.is(protocolName, seen.protocolName, `generation ${generation} has two protocols`)
    if (leaderId !== memberId || skipAssignment) return
    seen.leader ??= memberId
    assert.is(memberId, seen.leader, `generation ${generation} has two leaders`)
  }
}

/** A client that keeps to the protocol, as long as it lives. */
class Client {
  readonly #world: World
  readonly #instanceId: string | null
  readonly #version: number
  #memberId = ''
  #generation = -1
  #told: JoinAnswer | null = null
  #isWaiting = false
  /** Counts its lives: what a former one asked for is not the present one's answer. */
  #life = 0

  constructor(world: World, instanceId: string | null) {
    this.#world = world
    this.#instanceId = instanceId
    this.#version = world.oneOf(3, 5, 9)
  }

  act(): void {
    const choice = this.#world.random.below(100)
    if (choice < 5) this.#vanish()
    else if (this.#isWaiting) return
    else if (choice < 10) this.#leave()
    else if (choice < 30 || this.#generation < 0) this.#join()
    else if (choice < 60) this.#sync()
    else if (choice < 85) this.#beat()
    else this.#commit()
  }

  #vanish(): void {
    this.#life++
    this.#forget()
    this.#isWaiting = false
  }

  #forget(): void {
    this.#memberId = ''
    this.#generation = -1
    this.#told = null
  }

  #waiting<A>(take: (answer: A) => void): (answer: A) => void {
    const life = this.#life
    this.#isWaiting = true
    return this.#world.once((answer) => {
      if (life !== this.#life) return
      this.#isWaiting = false
      take(answer)
    })
  }

  #join(): void {
    const { oneOf } = this.#world
    const metadata = subscription([oneOf.call(this.#world, 't', 'u') as string])
    const names = oneOf.call(this.#world, ['range'], ['sticky', 'range'], ['range', 'sticky']) as string[]
    const request = {
      groupId,
      memberId: this.#memberId,
      instanceId: this.#instanceId,
      clientId: 'c',
      clientHost: '/127.0.0.1',
      sessionTimeoutMs: this.#world.oneOf(6_000, 30_000),
      rebalanceTimeoutMs: this.#world.oneOf(5_000, 60_000),
      protocolType: 'consumer',
      protocols: names.map((name) => ({ name, metadata })),
      mustKnowItsId: this.#version >= 4,
      maySkipAssignment: this.#version >= 9,
    }
    this.#world.groups.join(
      request,
      this.#waiting((answer: JoinAnswer) => this.#joined(answer)),
    )
  }

  #joined(answer: JoinAnswer): void {
    if (answer.error === NONE) {
      this.#world.see(answer)
      assert.ok(answer.generation >= this.#generation, 'generations only rise')
      this.#memberId = answer.memberId
      this.#generation = answer.generation
      this.#told = answer
    } else {
      this.#forget()
      if (answer.error.name === 'MEMBER_ID_REQUIRED') this.#memberId = answer.memberId
    }
  }

  #sync(): void {
    const generation = this.#generation
    const memberId = this.#memberId
    const shares = (this.#told?.members ?? []).map((member) => [member.memberId, `${generation}/${member.memberId}`])
    const request = {
      memberId,
      instanceId: this.#instanceId,
      generation,
      protocolType: null,
      protocolName: null,
      assignments: new Map(shares.map(([id, share]) => [id!, Buffer.from(share!)])),
    }
    const synced = ({ error, assignment }: SyncAnswer) => {
      if (error !== NONE) return this.#refused(error.name)
      const share = assignment.toString()
      const ofGeneration = new RegExp(`^(${generation}/.*)?$`)
      assert.match(share, ofGeneration, 'a share of another generation')
      if (this.#instanceId === null && share !== '') assert.is(share, `${generation}/${memberId}`)
    }
    this.#world.groups.sync(groupId, request, this.#waiting(synced))
  }

  #beat(): void {
    const { groups } = this.#world
    this.#refused(groups.heartbeat(groupId, this.#memberId, this.#instanceId, this.#generation).name)
  }

  #commit(): void {
    const { groups, random, committed } = this.#world
    const partition = random.below(4)
    const offset = random.below(1000)
    const offsets = [{ topic: 't', partition, offset, leaderEpoch: -1, metadata: null }]
    const identity = { memberId: this.#memberId, instanceId: this.#instanceId, generation: this.#generation }
    const [error] = groups.commit({ groupId, ...identity, retentionMs: null, offsets })
    if (error === NONE) committed.set(partition, offset)
    else this.#refused(error!.name)
  }

  #leave(): void {
    this.#world.groups.leave(groupId, [{ memberId: this.#memberId, instanceId: this.#instanceId }])
    this.#forget()
  }

  #refused(error: string): void {
    const isStranger = ['UNKNOWN_MEMBER_ID', 'FENCED_INSTANCE_ID'].includes(error)
    if (isStranger) this.#forget()
    else if (error === 'ILLEGAL_GENERATION') this.#generation = -1
  }
}

function checkOffsets(world: World, groups = world.groups): void {
  for (const [partition, offset] of world.committed) {
    assert.is(groups.offsets(groupId)?.get('t', partition)?.offset, offset, `the offset of partition ${partition}`)
  }
}

/** What must hold between any two events. */
function checkGroup({ groups }: World): void {
  const group = groups.classic(groupId)
  if (group === undefined) return
  const members = [...group.members]
  assert.is(members.length === 0, group.members.leaderId === null, 'a leader, as soon as there are members')
  if (group.isEmpty) assert.is(members.length, 0, 'an empty group has no members')
  if (group.state !== 'PreparingRebalance')
    assert.not(
      members.some((member) => member.isAwaitingJoin),
      'joins wait',
    )
  if (group.state !== 'CompletingRebalance')
    assert.not(
      members.some((member) => member.isAwaitingSync),
      'syncs wait',
    )
}

function churn(world: World, steps: number): void {
  const instanceIds = [null, null, null, 'i', 'j']
  const clients = instanceIds.map((instanceId) => new Client(world, instanceId))
  for (let step = 0; step < steps; step++) {
    if (world.random.below(4) === 0) world.clock.advance(world.oneOf(1, 500, 4_000, 15_000))
    world.oneOf(...clients).act()
    checkGroup(world)
    checkOffsets(world)
  }
}

/** A round as played by one seed; the seed of a failure alone plays it again. */
function rounds(count: number, run: (world: World) => void): void {
  for (let round = 0; round < count; round++) {
    try {
      run(new World(seed + round))
    } catch (error) {
      throw new Error(`SEED=${seed + round}: ${error instanceof Error ? error.stack : error}`)
    }
  }
}

test('members come and go: one leader and one protocol a generation, committed offsets stay', () => {
  rounds(200, (world) => churn(world, 300))
})

test('nobody is left waiting, and in the end nobody is left', () => {
  rounds(100, (world) => {
    churn(world, 100)
    world.clock.advance(forever)
    assert.is(world.parked, 0, 'requests without an answer')
    assert.ok(world.groups.get(groupId)?.isEmpty ?? true, 'members without heartbeats')
    checkOffsets(world)
  })
})

test('closing answers whoever waits', () => {
  rounds(100, (world) => {
    churn(world, 100)
    world.groups.close()
    assert.is(world.parked, 0, 'requests without an answer')
  })
})

test('the records bring the offsets and the last generation back', () => {
  rounds(50, (world) => {
    churn(world, 100)
    const options = { clock: new ManualClock(world.clock.now()), random: world.random, logger: silent }
    const again = new Groups({ ...options, settings: groupDefaults })
    for (const record of world.records) again.apply(record)
    checkOffsets(world, again)
    const [before, after] = [world.groups.get(groupId), again.get(groupId)]
    if (before?.state === 'Stable') assert.is(after?.generation, before.generation)
  })
})

test.run()
