/**
 * What becomes of a request that a fault strikes: it is refused, delayed, cut off or left without an answer. Loaded
 * when the first one is struck.
 */
import type { Clock } from '../base/clock.ts'
import type { Strike } from '../faults/fault.ts'
import { type Context, type Handler, hangUp } from '../handlers/handler.ts'
import { moveCoordinators, moveLeaders } from '../handlers/moves.ts'
import { errorNamed, type KafkaError, NOT_COORDINATOR, NOT_LEADER_OR_FOLLOWER } from '../protocol/errors.ts'
import { type Answer, fallSilent, LastWords } from './answer.ts'
import { isServedByLeaders, refused } from './refused-requests.ts'
import { groupsOf, spotsOf } from './request-facts.ts'

type Message = Record<string, unknown>
type Value = object | null | typeof hangUp

export interface Struck {
  readonly strike: Strike
  readonly handler: Handler
  readonly message: object
  readonly context: Context
  /** The machine's: clients time their requests by theirs. */
  readonly clock: Clock
  readonly encode: (value: Value) => Answer
}

export async function serveStruck(struck: Struck): Promise<Answer> {
  const { strike, context, clock, encode } = struck
  const { fault, delayMs } = strike
  const isCarriedOut = fault?.disconnect !== 'before' && fault?.silence !== 'before'
  const value = isCarriedOut ? await outcome(struck) : null
  if (delayMs > 0) await new Promise<void>((resolve) => clock.after(delayMs, resolve))

  if (fault === null || value === hangUp) return encode(value)
  if (fault.disconnect !== null) return cut(encode, hangUp)
  if (fault.silence !== null) return cut(encode, fallSilent)
  if (fault.throttle !== null) return encode(throttled(value, fault.throttle, context))
  const answer = encode(fault.corrupt && value !== null ? corrupted(value as Message, struck) : value)
  if (fault.truncate === null || answer === null || !Array.isArray(answer)) return answer
  return new LastWords(Buffer.concat(answer).subarray(0, fault.truncate))
}

/** Counted as served, all the same. */
function cut<A extends typeof hangUp | typeof fallSilent>(encode: Struck['encode'], end: A): A {
  encode(null)
  return end
}

async function outcome({ strike, handler, message, context }: Struck): Promise<Value> {
  const { fault, isAt } = strike
  const { cluster, version } = context
  const carryOut = async (left: object) => handler.handle(left, context)
  if (fault === null) return carryOut(message)
  if (fault.move === 'leader') moveLeaders(spotsOf(handler.api, message as Message, cluster), isAt, cluster)
  if (fault.move === 'coordinator') moveCoordinators(groupsOf(message as Message), cluster)
  const error = errorOf(fault)
  if (error === null) return carryOut(message)
  if (isServedByLeaders({ api: handler.api, error })) {
    const refusalAt = (topic: string, partition: number) => (isAt(topic, partition) ? error : null)
    return handler.handle(message, { ...context, refusalAt })
  }
  const refusing = { api: handler.api, version, message: message as Message, error, fault, cluster, isAt }
  return refused(refusing, async (left) => (await carryOut(left)) as Message | null)
}

function errorOf({ error, move }: NonNullable<Strike['fault']>): KafkaError | null {
  if (error !== null) return errorNamed(error)!
  if (move === null) return null
  return move === 'leader' ? NOT_LEADER_OR_FOLLOWER : NOT_COORDINATOR
}

function throttled(value: object | null, throttleMs: number, { connection }: Context): object | null {
  connection.muteMs = Math.max(connection.muteMs ?? 0, throttleMs)
  return value === null ? null : { ...value, throttleTimeMs: throttleMs }
}

/** A copy of the first batch that is meant, with one bit of its records turned: what is stored stays. */
function corrupted(value: Message, { strike, context }: Struck): Message {
  let isDone = false
  const responses = (value.responses ?? []) as Message[]
  const changed = responses.map((topic) => ({
    ...topic,
    partitions: (topic.partitions as Message[]).map((partition) => {
      const [first, ...others] = (partition.records ?? []) as Buffer[]
      const id = `${topic.topicId}`
      const name = `${topic.topic}` || (context.cluster.topics.byId(id)?.name ?? '')
      const isMeant = !isDone && first !== undefined && strike.isAt(name, Number(partition.partitionIndex))
      if (!isMeant) return partition
      isDone = true
      return { ...partition, records: [withWrongChecksum(first), ...others] }
    }),
  }))
  return { ...value, responses: changed }
}

/** Where the CRC stands in a batch. */
const crcAt = 17

function withWrongChecksum(batches: Buffer): Buffer {
  const copy = Buffer.from(batches)
  copy[crcAt] = copy[crcAt]! ^ 0x01
  return copy
}
