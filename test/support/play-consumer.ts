/**
 * Plays a table of events on a consumer group of the new protocol, on a clock turned by hand, and compares what happens
 * line by line.
 *
 *   //  at     does                     answers                     group
 *      0 s     a joins t                a 1: t0 t1                  Stable 1
 *      1 s     b joins t                b 2: none                   Reconciling 2
 *
 * Columns are two blanks or more apart; a dash stands for nothing. An answer is the member's epoch and, where it is
 * told, what it has. The group is told by its state and epoch; where its target is older, by the target's epoch, too.
 */
import * as assert from 'uvu/assert'
import { ManualClock } from '../../src/base/clock.ts'
import { silent } from '../../src/base/logger.ts'
import { SeededRandom } from '../../src/base/random.ts'
import { BrokerConfig } from '../../src/configs/broker-config.ts'
import { GroupConfigs } from '../../src/configs/group-config.ts'
import type { AnyGroup } from '../../src/coordinator/any-group.ts'
import { ConsumerGroup } from '../../src/coordinator/consumer/consumer-group.ts'
import type { TopicPartitions } from '../../src/coordinator/consumer/partitions.ts'
import { Groups } from '../../src/coordinator/groups.ts'
import type { LentTopics, TopicShape } from '../../src/coordinator/lent.ts'
import type { GroupRecord } from '../../src/coordinator/records.ts'
import { groupDefaults } from '../../src/coordinator/settings.ts'
import { StreamsGroup } from '../../src/coordinator/streams/streams-group.ts'
import {
  decodeAssignment,
  encodeAssignment,
  encodeSubscription,
  newSubscription,
  type TopicPartition,
} from '../../src/protocol/consumer-protocol.ts'
import { KafkaError, NONE } from '../../src/protocol/errors.ts'
import { playTable } from './event-table.ts'

export const groupId = 'g'

/** Topics of one letter, whose ids are the letter and how often there was such a topic. */
export class FakeTopics implements LentTopics {
  version = 0
  readonly #byName = new Map<string, TopicShape>()
  #made = 0

  constructor(counts: Readonly<Record<string, number>> = {}) {
    for (const [name, count] of Object.entries(counts)) this.set(name, count)
  }

  get(name: string): TopicShape | undefined {
    return this.#byName.get(name)
  }
  byId(id: string): TopicShape | undefined {
    return [...this.#byName.values()].find((topic) => topic.id === id)
  }
  names(): Iterable<string> {
    return this.#byName.keys()
  }

  set(name: string, partitionCount: number): void {
    this.version++
    const id = this.#byName.get(name)?.id ?? `${name}-${this.#made++}`
    this.#byName.set(name, { id, name, partitionCount, racks: '' })
  }
  delete(name: string): void {
    this.version++
    this.#byName.delete(name)
  }
}

export interface ConsumerStage {
  readonly groups: Groups
  readonly clock: ManualClock
  readonly topics: FakeTopics
  readonly records: readonly GroupRecord[]
}

interface Play {
  readonly topics: Readonly<Record<string, number>>
  /** Of the brokers. */
  readonly configs?: Readonly<Record<string, string>>
}

export async function playConsumer(play: Play, table: string): Promise<ConsumerStage> {
  const stage = new Stage(play)
  await stage.groups.consumer.loadPatterns()
  await playTable(table, (at, does) => stage.run(at, does))
  return stage
}

type Options = ReadonlyMap<string, string>

class Stage implements ConsumerStage {
  readonly clock = new ManualClock(1)
  readonly records: GroupRecord[] = []
  readonly topics: FakeTopics
  readonly groups: Groups
  readonly #epochs = new Map<string, number>()
  /** Of classic members, whose ids the broker makes. */
  readonly #ids = new Map<string, string>()
  #answers: string[] = []

  constructor({ topics, configs = {} }: Play) {
    this.topics = new FakeTopics(topics)
    this.groups = new Groups({
      clock: this.clock,
      random: new SeededRandom(1),
      logger: silent,
      settings: groupDefaults,
      topics: this.topics,
      configs: new GroupConfigs(new BrokerConfig({ 'group.consumer.assignment.interval.ms': '0', ...configs })),
      write: (record) => this.records.push(record),
    })
  }

  async run(at: string, does: string): Promise<[answers: string, group: string]> {
    this.#answers = []
    this.clock.advance(1 + Number(at.replace(/ s$/, '')) * 1000 - this.clock.now())
    const [who = '', verb = '', ...words] = does.split(' ')
    if (does !== '-') this.#act(who, verb, words)
    // A regular expression is resolved after the answer.
    this.clock.advance(0)
    await new Promise((resolve) => setImmediate(resolve))
    return [this.#answers.join('; ') || '-', shown(this.groups.get(groupId))]
  }

  #act(who: string, verb: string, words: readonly string[]): void {
    const options: Options = new Map(words.map((word) => word.split('=') as [string, string]))
    const has = words.filter((word) => /^[a-z]\d+$/.test(word))
    switch (verb) {
      case 'joins':
        return this.#beat(who, options, {
          memberEpoch: 0,
          topicNames: words[0]!.includes('=') ? [] : words[0]!.split(','),
        })
      case 'reads':
        return this.#beat(who, options, { topicNames: words[0]!.split(',') })
      case 'beats':
        return this.#beat(who, options, {})
      case 'has':
        return this.#beat(who, options, { owned: this.#owned(has) })
      case 'leaves':
        return this.#beat(who, options, { memberEpoch: options.has('back') ? -2 : -1 })
      case 'enters':
        return this.#enter(who, words, options)
      case 'syncs':
        return this.#sync(who, options)
      case 'lives':
        return this.#say(who, this.groups.heartbeat(groupId, this.#id(who), null, this.#epochs.get(who) ?? -1))
      case 'departs':
        return this.#say(who, this.groups.leave(groupId, [{ memberId: this.#id(who), instanceId: null }])[0]!)
      case 'commits':
        return this.#commit(who, words, options)
      case 'clears':
        return this.groups.clear()
      case 'grows':
        return this.topics.set(who, Number(words[0]))
      case 'vanishes':
        return this.topics.delete(who)
      default:
        assert.unreachable(`nobody can ${verb}`)
    }
  }

  #id(who: string): string {
    return this.#ids.get(who) ?? who
  }

  #say(who: string, error: KafkaError): void {
    this.#answers.push(`${who} ${error === NONE ? 'ok' : error.name}`)
  }

  #owned(has: readonly string[]): TopicPartitions[] {
    return has.map((place) => ({ topicId: this.topics.get(place[0]!)!.id, partitions: [Number(place.slice(1))] }))
  }

  #beat(
    who: string,
    options: Options,
    said: { memberEpoch?: number; topicNames?: string[]; owned?: TopicPartitions[] },
  ): void {
    const isJoining = said.memberEpoch === 0
    const answer = this.groups.consumer.heartbeat({
      groupId,
      memberId: options.get('id') ?? this.#id(who),
      memberEpoch: Number(options.get('epoch') ?? said.memberEpoch ?? this.#epochs.get(who) ?? 0),
      instanceId: options.get('as') ?? null,
      rackId: null,
      rebalanceTimeoutMs: isJoining ? Number(options.get('rebalance') ?? 60) * 1000 : -1,
      topicNames: said.topicNames ?? null,
      topicPattern: options.get('like') ?? null,
      assignor: options.get('by') ?? null,
      owned: said.owned ?? (isJoining ? [] : null),
      clientId: who,
      clientHost: '/127.0.0.1',
      mayDescribe: () => true,
    })
    if (answer instanceof KafkaError) return this.#say(who, answer)
    this.#epochs.set(who, answer.memberEpoch)
    const told = answer.assignment === null ? '' : `: ${this.#places(answer.assignment) || 'none'}`
    this.#answers.push(`${who} ${answer.memberEpoch}${told}`)
  }

  #places(partitions: readonly TopicPartitions[]): string {
    const places = partitions.flatMap(({ topicId, partitions: all }) =>
      all.map((partition) => `${this.topics.byId(topicId)?.name ?? '?'}${partition}`),
    )
    return places.sort().join(' ')
  }

  /** By the classic protocol. */
  #enter(who: string, words: readonly string[], options: Options): void {
    const subscription = {
      ...newSubscription(words[0]!.split(',')),
      owned: placesNamed(
        words
          .slice(1)
          .filter((word) => /^[a-z]\d+$/.test(word))
          .join(','),
      ),
    }
    const request = {
      groupId,
      memberId: options.get('id') ?? this.#ids.get(who) ?? '',
      instanceId: options.get('as') ?? null,
      clientId: who,
      clientHost: '/127.0.0.1',
      sessionTimeoutMs: 45_000,
      rebalanceTimeoutMs: 60_000,
      protocolType: options.get('type') ?? 'consumer',
      protocols: [{ name: options.get('by') ?? 'range', metadata: encodeSubscription(subscription) }],
      mustKnowItsId: false,
      maySkipAssignment: false,
    }
    this.groups.join(request, (answer) => {
      if (answer.error !== NONE) return this.#say(who, answer.error)
      this.#ids.set(who, answer.memberId)
      this.#epochs.set(who, answer.generation)
      this.#answers.push(`${who} is in ${answer.generation}`)
    })
  }

  /** `c=t0,t1`: the leader assigns this to c. */
  #sync(who: string, options: Options): void {
    const assignments = [...options].map(
      ([name, places]) => [this.#id(name), encodeAssignment(placesNamed(places))] as const,
    )
    const request = {
      memberId: this.#id(who),
      instanceId: null,
      generation: this.#epochs.get(who) ?? -1,
      protocolType: null,
      protocolName: null,
      assignments: new Map(assignments),
    }
    this.groups.sync(groupId, request, ({ error, assignment }) => {
      if (error !== NONE) return this.#say(who, error)
      const { topics } = decodeAssignment(assignment)
      const places = topics.flatMap(({ topic, partitions }) => partitions.map((partition) => `${topic}${partition}`))
      this.#answers.push(`${who} gets ${places.sort().join(' ') || 'none'}`)
    })
  }

  #commit(who: string, words: readonly string[], options: Options): void {
    const offsets = words
      .filter((word) => /^[a-z]\d+=/.test(word))
      .map((word) => ({ topic: word[0]!, partition: Number(word[1]), offset: 1, leaderEpoch: -1, metadata: null }))
    const generation = Number(options.get('epoch') ?? this.#epochs.get(who) ?? -1)
    const version = Number(options.get('v') ?? 9)
    const memberId = this.#epochs.has(who) ? this.#id(who) : ''
    const errors = this.groups.commit({
      groupId,
      memberId,
      instanceId: null,
      generation,
      version,
      retentionMs: null,
      offsets,
    })
    for (const error of errors) this.#say(who, error)
  }
}

/** `t0,t1` */
function placesNamed(text: string): TopicPartition[] {
  if (text === '') return []
  return text.split(',').map((place) => ({ topic: place[0]!, partition: Number(place.slice(1)) }))
}

export function shown(group: AnyGroup | undefined): string {
  if (group === undefined) return 'none'
  if (!(group instanceof ConsumerGroup || group instanceof StreamsGroup))
    return `${group.type} ${group.state} ${group.generation}`
  const target = group.targetEpoch === group.epoch ? '' : `, target ${group.targetEpoch}`
  return `${group.state} ${group.epoch}${target}`
}
