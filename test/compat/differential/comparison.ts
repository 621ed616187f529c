/**
 * Two outcomes of one request, compared field by field.
 *
 * Forgiven by name is what each broker makes up for itself: ids, times, host names. Of these is compared whether there
 * is one. So are sentences for people. Lists are compared without regard to their order, which Kafka does not promise.
 */
import type { Message, Outcome } from './side.ts'

export interface Difference {
  /** Of the field, without indexes; empty for the outcome as a whole. */
  readonly path: string
  readonly ours: string
  readonly theirs: string
}

/** Field names whose values are each broker's own, and why. */
const ownValues: Readonly<Record<string, string>> = {
  clusterId: 'made at random',
  topicId: 'made at random',
  memberId: 'made at random',
  leader: 'of a group: the id of a member; of a partition always 1 here',
  host: 'where it was started',
  port: 'where it was started',
  clientHost: 'where the client was',
  producerId: 'counted',
  sessionId: 'made at random',
  clientInstanceId: 'made at random',
  subscriptionId: 'a checksum, of another text',
  logDir: 'where it was started',
  totalBytes: "the machine's",
  usableBytes: "the machine's",
  logAppendTimeMs: 'a time',
  transactionStartTimeMs: 'a time',
  lastTimestamp: 'a time',
  lastFetchTimestamp: 'a time',
  lastCaughtUpTimestamp: 'a time',
  finalizedFeaturesEpoch: 'counted',
}

/** Sentences for people: whether there is one is compared, its wording is each broker's own. */
const worded: ReadonlySet<string> = new Set([
  ...['errorMessage', 'batchIndexErrorMessage', 'acknowledgeErrorMessage', 'documentation', 'statusDetail'],
])

/** `isMine`: whether an element of this name counts. */
export function compare(
  ours: Outcome,
  theirs: Outcome,
  ids: Ids,
  isMine: (name: string) => boolean,
): readonly Difference[] {
  if (ours.kind !== 'answer' || theirs.kind !== 'answer') {
    return ours.kind === theirs.kind ? [] : [{ path: '', ours: kindOf(ours), theirs: kindOf(theirs) }]
  }
  const [one, other] = [ours.message, theirs.message].map((message) => less(message, isMine))
  return differences('', ids.masked(one, 0), ids.masked(other, 1))
}

/** Without the elements that are somebody else's. */
function less(message: Message, isMine: (name: string) => boolean): Message {
  if (Array.isArray(message)) {
    const mine = message.filter((each) => {
      const name = nameOf(each)
      return typeof name !== 'string' || isMine(name)
    })
    return mine.map((each) => less(each, isMine))
  }
  if (!isStruct(message)) return message
  return Object.fromEntries(Object.entries(message).map(([name, each]) => [name, less(each, isMine)]))
}

/** Values that one of the brokers made up: wherever they turn up again, in a text say, they are taken for the same. */
export class Ids {
  readonly #known: readonly [Set<string>, Set<string>] = [new Set(), new Set()]

  /** The message with a mask in place of what is a broker's own. */
  masked(message: Message, side: 0 | 1): Message {
    this.#learn(message, side)
    return this.#mask('', message, side)
  }

  learn(value: string, side: 0 | 1): void {
    if (value !== '') this.#known[side].add(value)
  }

  #learn(message: Message, side: 0 | 1): void {
    if (Array.isArray(message)) for (const each of message) this.#learn(each, side)
    if (!isStruct(message)) return
    for (const [name, value] of Object.entries(message)) {
      if (typeof value === 'string' && name in ownValues) this.learn(value, side)
      else this.#learn(value, side)
    }
  }

  #mask(name: string, value: Message, side: 0 | 1): Message {
    if (Array.isArray(value)) {
      const all = value.map((each) => this.#mask(name, each, side))
      return Buffer.isBuffer(value[0]) ? all : all.sort((a, b) => compareText(JSON.stringify(a), JSON.stringify(b)))
    }
    if (isStruct(value)) {
      return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, this.#mask(key, each, side)]))
    }
    if (Buffer.isBuffer(value)) return value.toString('hex')
    if (name in ownValues) return isMadeUp(value) ? '<own>' : value
    if (worded.has(name) && typeof value === 'string' && value !== '') return '<text>'
    return typeof value === 'string' ? this.#maskText(value, side) : value
  }

  #maskText(text: string, side: 0 | 1): string {
    let masked = text
    for (const id of this.#known[side]) if (id.length > 5) masked = masked.replaceAll(id, '<own>')
    return masked
  }
}

function differences(path: string, ours: Message, theirs: Message): Difference[] {
  if (Array.isArray(ours) && Array.isArray(theirs)) return inLists(path, ours, theirs)
  if (isStruct(ours) && isStruct(theirs)) {
    return Object.keys(ours).flatMap((key) => differences(path === '' ? key : `${path}.${key}`, ours[key], theirs[key]))
  }
  return Object.is(ours, theirs) ? [] : [{ path, ours: textOf(ours), theirs: textOf(theirs) }]
}

/** Elements that have a name are compared with their namesakes. */
function inLists(path: string, ours: readonly Message[], theirs: readonly Message[]): Difference[] {
  const named = (list: readonly Message[]) => new Map(list.map((each) => [nameOf(each), each]))
  const [here, there] = [named(ours), named(theirs)]
  const areNamed = !here.has(null) && !there.has(null) && here.size === ours.length && there.size === theirs.length
  if (!areNamed) {
    if (ours.length !== theirs.length) return [{ path, ours: listed(ours, theirs), theirs: listed(theirs, ours) }]
    return ours.flatMap((each, index) => differences(path, each, theirs[index]))
  }
  const names = [...new Set([...here.keys(), ...there.keys()])]
  return names.flatMap((name) => {
    const [one, other] = [here.get(name), there.get(name)]
    const element = `${path}[${typeof name === 'string' && !/-\d+$/.test(name) ? name : ''}]`
    if (one !== undefined && other !== undefined) return differences(element, one, other)
    return [{ path: element, ours: textOf(one), theirs: textOf(other) }]
  })
}

/** By which elements are told apart, in any message. */
const nameFields = [
  'apiKey',
  'name',
  'topic',
  'groupId',
  'partitionIndex',
  'partition',
  'nodeId',
  'resourceName',
  'transactionalId',
  'key',
]

function nameOf(value: Message): string | number | null {
  const field = isStruct(value) ? nameFields.find((each) => value[each] !== undefined) : undefined
  return field === undefined ? null : value[field]
}

/** What one list has and the other has not. */
function listed(list: readonly Message[], other: readonly Message[]): string {
  const there = new Set(other.map(textOf))
  return `${list.length}, with ${list.map(textOf).filter((each) => !there.has(each))}`
}

function isStruct(value: Message): value is Record<string, Message> {
  return typeof value === 'object' && value !== null && !Buffer.isBuffer(value) && !Array.isArray(value)
}

function isMadeUp(value: unknown): boolean {
  const isNone = value === '' || value === null || value === 0 || value === -1 || /^A+$/.test(`${value}`)
  return !isNone
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function kindOf(outcome: Outcome): string {
  if (outcome.kind === 'unreadable') return `unreadable: ${outcome.why}`
  return outcome.kind === 'answer' ? `answer ${textOf(outcome.message)}` : outcome.kind
}

const textMax = 300

function textOf(value: unknown): string {
  const text = JSON.stringify(value, (_, each) =>
    each?.type === 'Buffer' ? Buffer.from(each.data).toString('hex') : each,
  )
  return (text ?? 'undefined').slice(0, textMax)
}
