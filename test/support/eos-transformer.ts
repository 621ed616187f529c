/**
 * A member of a group in the world of `eos-world.ts` that reads `in`, writes `out`, and commits how far it has read in
 * the same transaction. It may vanish at any moment, in the middle of one, too, or stall, and go on as if nothing had
 * happened when others have long taken over.
 */
import * as assert from 'uvu/assert'
import { errorOf } from '../../src/protocol/errors.ts'
import { heartbeat } from '../../src/protocol/messages/heartbeat.ts'
import { joinGroup } from '../../src/protocol/messages/join-group.ts'
import { offsetFetch } from '../../src/protocol/messages/offset-fetch.ts'
import { syncGroup } from '../../src/protocol/messages/sync-group.ts'
import { ZERO_UUID } from '../../src/base/bytes.ts'
import { Sender } from './eos-producers.ts'
import { groupId, partitionCount, type World } from './eos-world.ts'
import { subscription } from './play.ts'

export class Transformer {
  readonly #world: World
  readonly #sender: Sender
  #memberId = ''
  #generation = -1
  #partitions: readonly number[] = []
  /** Where it goes on, by partition. */
  readonly #positions = new Map<number, number>()
  /** What is left to do of a transaction. */
  #steps: readonly (() => Promise<boolean>)[] = []
  #stalledUntilMs = 0
  #isWaiting = false
  #hasJoined = false
  isGone = false

  constructor(world: World, name: string) {
    this.#world = world
    this.#sender = new Sender(world, name, name)
  }

  async act(): Promise<void> {
    if (this.isGone || this.#isWaiting || this.#world.broker.clock.now() < this.#stalledUntilMs) return
    if (this.#world.isRare(30)) this.isGone = true
    else if (this.#steps.length > 0) await this.#goOn()
    else if (!this.#sender.isReady) await this.#sender.init()
    else if (!this.#hasJoined) this.#join()
    else if (this.#world.isRare(4)) await this.#beat()
    else await this.#transform()
  }

  /** Waits for the others while the world goes on. */
  #join(): void {
    this.#isWaiting = true
    this.#joined().finally(() => {
      this.#isWaiting = false
    })
  }

  async #joined(): Promise<void> {
    const { broker } = this.#world
    const joined = await broker.request(joinGroup, 3, {
      groupId,
      memberId: this.#memberId,
      sessionTimeoutMs: 10_000,
      rebalanceTimeoutMs: 10_000,
      protocolType: 'consumer',
      protocols: [{ name: 'range', metadata: subscription(['in']) }],
    })
    this.#memberId = errorOf(joined.errorCode).name === 'UNKNOWN_MEMBER_ID' ? '' : joined.memberId
    if (joined.errorCode !== 0) return
    const ids = joined.members.map(({ memberId }) => memberId)
    const shareOf = (at: number) => everyPartition.filter((partition) => partition % ids.length === at)
    const assignments = ids.map((memberId, at) => ({ memberId, assignment: Buffer.from(shareOf(at)) }))
    const { memberId, generationId } = joined
    const synced = await broker.request(syncGroup, 3, { groupId, memberId, generationId, assignments })
    if (synced.errorCode !== 0) return
    this.#generation = generationId
    this.#partitions = [...synced.assignment]
    this.#positions.clear()
    this.#hasJoined = true
    for (const partition of this.#partitions) this.#world.own(generationId, partition, memberId)
  }

  async #beat(): Promise<void> {
    const generationId = this.#generation
    const { errorCode } = await this.#world.broker.request(heartbeat, 3, {
      groupId,
      memberId: this.#memberId,
      generationId,
    })
    if (errorCode === 0) return
    this.#hasJoined = false
    if (errorOf(errorCode).name !== 'REBALANCE_IN_PROGRESS') this.#memberId = ''
  }

  async #transform(): Promise<void> {
    const sender = this.#sender
    const partition = this.#partitions[this.#world.below(Math.max(1, this.#partitions.length))]
    const position = partition === undefined ? null : await this.#position(partition)
    if (partition === undefined || position === null) return
    const { records, nextOffset } = await this.#world.read('in', partition, position)
    if (nextOffset === position) return
    const outputs = records.map(({ value }) => `${value}!`)
    const member = { memberId: this.#memberId, generation: this.#generation }
    this.#steps = [
      async () => outputs.length === 0 || sender.send('out', partition, outputs),
      () => sender.offer(member, partition, nextOffset),
      () => sender.end(!this.#world.isRare(8)),
      async () => this.#positions.set(partition, nextOffset).size > 0,
    ]
    await this.#goOn()
  }

  async #goOn(): Promise<void> {
    for (let [step, ...rest] = this.#steps; step !== undefined; [step, ...rest] = rest) {
      if (this.#world.isRare(15)) {
        this.#stalledUntilMs = this.#world.broker.clock.now() + this.#world.oneOf(1_000, 12_000, 25_000)
        this.#steps = [step, ...rest]
        return
      }
      if (await step()) continue
      this.#steps = []
      await this.#startOver()
      return
    }
    this.#steps = []
  }

  /** Whatever failed: read again where the group is, after whoever is in the way has ended. */
  async #startOver(): Promise<void> {
    this.#positions.clear()
    this.#hasJoined = false
    await this.#sender.init()
  }

  /** Null: a transaction is about to change it. */
  async #position(partition: number): Promise<number | null> {
    const known = this.#positions.get(partition)
    if (known !== undefined) return known
    const topics = [{ name: 'in', topicId: ZERO_UUID, partitionIndexes: [partition] }]
    const groups = [{ groupId, memberId: null, memberEpoch: -1, topics }]
    const answer = await this.#world.broker.request(offsetFetch, 8, { groups, requireStable: true })
    const { errorCode, committedOffset } = answer.groups[0]!.topics[0]!.partitions[0]!
    if (errorOf(errorCode).name === 'UNSTABLE_OFFSET_COMMIT') return null
    assert.is(errorCode, 0)
    this.#positions.set(partition, Math.max(0, committedOffset))
    return Math.max(0, committedOffset)
  }
}

const everyPartition = Array.from({ length: partitionCount }, (_, partition) => partition)
