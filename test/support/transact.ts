/**
 * Plays a table of requests about transactions on a broker whose clock is turned by hand, and compares what is answered
 * line by line. All of it goes through codecs and handlers, as bytes.
 *
 *   //  at     does                      answer                    state
 *      0 s     a inits                   P1 e0                     Empty
 *      0 s     a writes t-0              at 0                      Ongoing
 *      1 s     a commits                 P1 e1                     CompleteCommit
 *      1 s     c reads t-0               a1                        -
 *
 * Columns are two blanks or more apart; a dash stands for nothing. Producers are players; one with a stroke, as a', has
 * the transactional id of the one without. `v=` names the version of the request. Records are called by their producer
 * and counted, unless `says=` has another value, and sequence numbers count by themselves. Readers leave out what was
 * aborted, as consumers do.
 */
import * as assert from 'uvu/assert'
import { errorOf, NONE } from '../../src/protocol/errors.ts'
import { addOffsetsToTxn } from '../../src/protocol/messages/add-offsets-to-txn.ts'
import { addPartitionsToTxn } from '../../src/protocol/messages/add-partitions-to-txn.ts'
import { describeTransactions } from '../../src/protocol/messages/describe-transactions.ts'
import { endTxn } from '../../src/protocol/messages/end-txn.ts'
import { fetch } from '../../src/protocol/messages/fetch.ts'
import { initProducerId } from '../../src/protocol/messages/init-producer-id.ts'
import { offsetFetch } from '../../src/protocol/messages/offset-fetch.ts'
import { produce } from '../../src/protocol/messages/produce.ts'
import { txnOffsetCommit } from '../../src/protocol/messages/txn-offset-commit.ts'
import { ZERO_UUID } from '../../src/base/bytes.ts'
import { startMs, type TestBroker, testBroker, type TestBrokerOptions } from './broker.ts'
import { committedValues } from './committed.ts'
import { batchOf, fetchRequest, produceRequest, topicOf, valuesOf } from './produced.ts'

export interface Transacting extends TestBrokerOptions {
  readonly topics?: readonly string[]
  /** Where the story goes on; otherwise it begins on a new broker with topics t and u of three partitions. */
  readonly broker?: TestBroker
}

export async function transact(table: string, options: Transacting = {}): Promise<TestBroker> {
  const broker = options.broker ?? testBroker(options)
  for (const name of options.topics ?? ['t', 'u']) {
    if (broker.cluster.topics.get(name) === undefined) topicOf(broker, name, { partitions: 3 })
  }
  const stage = new Stage(broker)
  const rows = table
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.trim().startsWith('//'))
    .map((line) => line.trim().split(/\s{2,}/))
  const happened: string[][] = []
  for (const [at = '', does = ''] of rows) happened.push([at, does, ...(await stage.run(at, does))])
  assert.equal(aligned(happened), aligned(rows))
  return broker
}

function aligned(rows: readonly (readonly string[])[]): string {
  return rows
    .map((row) =>
      row
        .map((cell) => cell.padEnd(30))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

interface Player {
  readonly transactionalId: string
  producerId: number
  producerEpoch: number
  recordCount: number
  /** By partition. */
  readonly sequences: Map<string, number>
}

type Options = ReadonlyMap<string, string>

const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, min: 60_000, h: 3_600_000, d: 86_400_000 }

function milliseconds(text: string): number {
  const [, count = '', unit = ''] = /^([\d.]+)\s*(\w+)$/.exec(text) ?? []
  assert.ok(unit in units, `no time: ${text}`)
  return Number(count) * units[unit]!
}

function placeOf(name: string): { topic: string; index: number } {
  const at = name.lastIndexOf('-')
  return { topic: name.slice(0, at), index: Number(name.slice(at + 1)) }
}

class Stage {
  readonly #broker: TestBroker
  readonly #players = new Map<string, Player>()
  readonly #names = new Map<number, string>()

  constructor(broker: TestBroker) {
    this.#broker = broker
  }

  async run(at: string, does: string): Promise<[answer: string, state: string]> {
    this.#broker.clock.advance(startMs + milliseconds(at) - this.#broker.clock.now())
    const [who = '', verb = '', ...words] = does.split(' ')
    const options = new Map(
      words.filter((word) => word.includes('=')).map((word) => word.split('=') as [string, string]),
    )
    const things = words.filter((word) => !word.includes('=') || /-\d+=/.test(word))
    const answer = does === '-' ? '-' : await this.#act(who, verb, things, options)
    return [answer, await this.#state(who)]
  }

  #act(who: string, verb: string, things: readonly string[], options: Options): Promise<string> {
    switch (verb) {
      case 'inits':
        return this.#init(who, options)
      case 'adds':
        return this.#add(this.#player(who), things, options)
      case 'includes':
        return this.#include(this.#player(who), things[0]!, options)
      case 'writes':
        return this.#write(who, things[0]!, options)
      case 'offers':
        return this.#offer(this.#player(who), things, options)
      case 'commits':
      case 'aborts':
        return this.#end(this.#player(who), verb === 'commits', options)
      case 'reads':
      case 'peeks':
        return this.#read(things[0]!, verb === 'reads', options)
      case 'sees':
        return this.#see(things[0]!, things[1]!, options)
      default:
        return assert.unreachable(`nobody can ${verb}`) as never
    }
  }

  #player(who: string): Player {
    const transactionalId = who.replaceAll("'", '')
    const fresh = { transactionalId, producerId: 0, producerEpoch: 0, recordCount: 0, sequences: new Map() }
    const player = this.#players.get(who) ?? fresh
    this.#players.set(who, player)
    return player
  }

  /** Producer ids in the order in which they came, from P1 on. */
  #nameOf(producerId: number): string {
    if (!this.#names.has(producerId)) this.#names.set(producerId, `P${this.#names.size + 1}`)
    return this.#names.get(producerId)!
  }

  async #state(who: string): Promise<string> {
    const player = this.#players.get(who)
    if (player === undefined) return '-'
    const { transactionStates } = await this.#broker.request(describeTransactions, 0, {
      transactionalIds: [player.transactionalId],
    })
    return transactionStates[0]!.transactionState || '-'
  }

  #become(player: Player, producerId: number, producerEpoch: number): string {
    player.producerId = producerId
    if (player.producerEpoch !== producerEpoch) player.sequences.clear()
    player.producerEpoch = producerEpoch
    return `${this.#nameOf(producerId)} e${producerEpoch}`
  }

  /** `again`: as one that had an id before. */
  async #init(who: string, options: Options): Promise<string> {
    const player = this.#player(who)
    const had = options.has('epoch') ? { ...identity(player, options) } : {}
    const answer = await this.#broker.request(initProducerId, Number(options.get('v') ?? 5), {
      transactionalId: player.transactionalId,
      transactionTimeoutMs: milliseconds(options.get('timeout') ?? '60s'),
      ...had,
    })
    if (answer.errorCode !== NONE.code) return errorOf(answer.errorCode).name
    return this.#become(player, answer.producerId, answer.producerEpoch)
  }

  async #add(player: Player, places: readonly string[], options: Options): Promise<string> {
    const { producerId, producerEpoch } = identity(player, options)
    const { resultsByTopicV3AndBelow } = await this.#broker.request(addPartitionsToTxn, Number(options.get('v') ?? 3), {
      v3AndBelowTransactionalId: player.transactionalId,
      v3AndBelowProducerId: producerId,
      v3AndBelowProducerEpoch: producerEpoch,
      v3AndBelowTopics: places.map(placeOf).map(({ topic, index }) => ({ name: topic, partitions: [index] })),
    })
    const codes = resultsByTopicV3AndBelow.flatMap(({ resultsByPartition }) =>
      resultsByPartition.map(({ partitionErrorCode }) => partitionErrorCode),
    )
    return [...new Set(codes)].map(said).join(' ')
  }

  async #include(player: Player, groupId: string, options: Options): Promise<string> {
    const { transactionalId } = player
    const request = { transactionalId, groupId, ...identity(player, options) }
    const { errorCode } = await this.#broker.request(addOffsetsToTxn, Number(options.get('v') ?? 3), request)
    return said(errorCode)
  }

  async #write(who: string, place: string, options: Options): Promise<string> {
    const player = this.#player(who)
    const { topic, index } = placeOf(place)
    const baseSequence = Number(options.get('seq') ?? player.sequences.get(place) ?? 0)
    const value = options.get('says') ?? `${who}${player.recordCount + 1}`
    const records = batchOf([value], { ...identity(player, options), baseSequence, isTransactional: true })
    const request = produceRequest(topic, records, { index, transactionalId: player.transactionalId })
    const { responses } = await this.#broker.request(produce, Number(options.get('v') ?? 12), request)
    const { errorCode, baseOffset } = responses[0]!.partitionResponses[0]!
    if (errorCode !== NONE.code) return errorOf(errorCode).name
    player.sequences.set(place, baseSequence + 1)
    player.recordCount++
    return `at ${baseOffset}`
  }

  async #offer(player: Player, [groupId, ...places]: readonly string[], options: Options): Promise<string> {
    const { topics } = await this.#broker.request(txnOffsetCommit, Number(options.get('v') ?? 5), {
      transactionalId: player.transactionalId,
      groupId: groupId!,
      ...identity(player, options),
      generationIdOrMemberEpoch: Number(options.get('gen') ?? -1),
      memberId: options.get('member') ?? '',
      topics: places.map((word) => {
        const [place = '', offset] = word.split('=')
        const { topic, index } = placeOf(place)
        const committed = { committedOffset: Number(offset), committedLeaderEpoch: -1, committedMetadata: null }
        return { name: topic, topicId: ZERO_UUID, partitions: [{ partitionIndex: index, ...committed }] }
      }),
    })
    const codes = topics.flatMap(({ partitions }) => partitions.map(({ errorCode }) => errorCode))
    return [...new Set(codes)].map(said).join(' ')
  }

  async #end(player: Player, committed: boolean, options: Options): Promise<string> {
    const { transactionalId } = player
    const version = Number(options.get('v') ?? 5)
    const request = { transactionalId, committed, ...identity(player, options) }
    const answer = await this.#broker.request(endTxn, version, request)
    if (answer.errorCode !== NONE.code || version < 5) return said(answer.errorCode)
    return this.#become(player, answer.producerId, answer.producerEpoch)
  }

  async #read(place: string, isCommitted: boolean, options: Options): Promise<string> {
    const { topic: name, index } = placeOf(place)
    const topic = this.#broker.cluster.topics.get(name)!
    const fetchOffset = Number(options.get('from') ?? 0)
    const request = fetchRequest(topic, [{ partition: index, fetchOffset }], { isolationLevel: isCommitted ? 1 : 0 })
    const { responses } = await this.#broker.request(fetch, 12, request)
    const { records, abortedTransactions } = responses[0]!.partitions[0]!
    const values = isCommitted ? committedValues(records!, abortedTransactions!) : valuesOf(records, false)
    return values.join(' ') || 'nothing'
  }

  async #see(groupId: string, place: string, options: Options): Promise<string> {
    const { topic: name, index } = placeOf(place)
    const topics = [{ name, topicId: ZERO_UUID, partitionIndexes: [index] }]
    const { groups } = await this.#broker.request(offsetFetch, 8, {
      groups: [{ groupId, memberId: null, memberEpoch: -1, topics }],
      requireStable: options.get('stable') !== 'no',
    })
    const { errorCode, committedOffset } = groups[0]!.topics[0]!.partitions[0]!
    return errorCode === NONE.code ? `${committedOffset}` : errorOf(errorCode).name
  }
}

/** `epoch=`, `id=`: other than its own. */
function identity(player: Player, options: Options) {
  return {
    producerId: Number(options.get('id') ?? player.producerId),
    producerEpoch: Number(options.get('epoch') ?? player.producerEpoch),
  }
}

function said(errorCode: number): string {
  return errorCode === NONE.code ? 'ok' : errorOf(errorCode).name
}
