/**
 * Plays a table of events on a streams group, on a clock turned by hand, and compares what happens line by line.
 *
 *   //  at     does                     answers                     group
 *      0 s     a joins t                a 2: 0 1                    Stable 2
 *      1 s     b joins t log            b 3: none +0                Reconciling 3
 *
 * The topology has one subtopology, which reads the topics; with `log` it keeps state. An answer is the member's epoch
 * and, where it is told, its active tasks, with a plus those in standby; what else it is told is in brackets.
 */
import * as assert from 'uvu/assert'
import { ManualClock } from '../../src/base/clock.ts'
import { silent } from '../../src/base/logger.ts'
import { SeededRandom } from '../../src/base/random.ts'
import { BrokerConfig } from '../../src/configs/broker-config.ts'
import { GroupConfigs } from '../../src/configs/group-config.ts'
import { Groups } from '../../src/coordinator/groups.ts'
import { groupDefaults } from '../../src/coordinator/settings.ts'
import { statuses } from '../../src/coordinator/streams/configured-topology.ts'
import type { StreamsAnswer, StreamsHeartbeat } from '../../src/coordinator/streams/streams-groups.ts'
import { places, targetOf, type TargetTasks } from '../../src/coordinator/streams/tasks.ts'
import { KafkaError, NONE } from '../../src/protocol/errors.ts'
import { playTable } from './event-table.ts'
import { FakeTopics, groupId, shown } from './play-consumer.ts'
import { atOnce, internalTopic, subtopology } from './streams-requests.ts'

interface Play {
  readonly topics: Readonly<Record<string, number>>
  /** Of the group; without others it is assigned at once whenever there is reason to. */
  readonly configs?: Readonly<Record<string, string>>
}

export interface StreamsStage {
  readonly groups: Groups
  readonly clock: ManualClock
}

export async function playStreams(play: Play, table: string): Promise<StreamsStage> {
  const stage = new Stage(play)
  await playTable(table, async (at, does) => stage.run(at, does))
  return stage
}

const statusNames = new Map(Object.entries(statuses).map(([name, code]) => [code as number, name]))

class Stage implements StreamsStage {
  readonly clock = new ManualClock(1)
  readonly topics: FakeTopics
  readonly groups: Groups
  readonly #epochs = new Map<string, number>()

  constructor({ topics, configs = {} }: Play) {
    this.topics = new FakeTopics(topics)
    const groupConfigs = new GroupConfigs(new BrokerConfig({}))
    groupConfigs.replace(groupId, new Map(Object.entries({ ...atOnce, ...configs })))
    const random = new SeededRandom(1)
    const rest = { random, logger: silent, settings: groupDefaults, topics: this.topics, configs: groupConfigs }
    this.groups = new Groups({ clock: this.clock, ...rest })
  }

  run(at: string, does: string): readonly string[] {
    this.clock.advance(1 + Number(at.replace(/ s$/, '')) * 1000 - this.clock.now())
    const [who = '', verb = '', ...words] = does.split(' ')
    const answer = does === '-' ? '-' : this.#act(who, verb, words)
    return [answer, shown(this.groups.get(groupId))]
  }

  #act(who: string, verb: string, words: readonly string[]): string {
    const options = new Map(words.map((word) => word.split('=') as [string, string]))
    switch (verb) {
      case 'joins':
        return this.#beat(who, options, { ...this.#joining(words[0]!.split(','), options), memberEpoch: 0 })
      case 'beats':
        return this.#beat(who, options, {})
      case 'has':
        return this.#beat(who, options, { owned: tasksIn(words) })
      case 'leaves':
        return this.#beat(who, options, { memberEpoch: options.has('back') ? -2 : -1 })
      case 'commits':
        return this.#commit(who, words, options)
      case 'clears':
        this.groups.clear()
        return '-'
      case 'grows':
        this.topics.set(who, Number(words[0]))
        return '-'
      default:
        return assert.unreachable(`nobody can ${verb}`) as never
    }
  }

  #joining(topics: string[], options: ReadonlyMap<string, string>): Partial<StreamsHeartbeat> {
    const stateChangelogTopics = options.has('log') ? [internalTopic('l')] : []
    return {
      topology: { epoch: 0, subtopologies: [subtopology('0', topics, { stateChangelogTopics })] },
      owned: tasksIn([]),
      clientTags: [],
      rebalanceTimeoutMs: Number(options.get('rebalance') ?? 60) * 1000,
    }
  }

  #beat(who: string, options: ReadonlyMap<string, string>, said: Partial<StreamsHeartbeat>): string {
    const isJoining = said.memberEpoch === 0
    const answer = this.groups.streams.heartbeat({
      groupId,
      memberId: who,
      memberEpoch: Number(options.get('epoch') ?? this.#epochs.get(who) ?? 0),
      instanceId: options.get('as') ?? null,
      rackId: null,
      rebalanceTimeoutMs: -1,
      processId: options.get('in') ?? (isJoining ? `process of ${who}` : null),
      userEndpoint: options.has('at') ? { host: options.get('at')!, port: 1 } : null,
      clientTags: null,
      topology: null,
      owned: null,
      taskOffsets: null,
      taskEndOffsets: null,
      endpointEpoch: Number(options.get('knows') ?? 0),
      shutsDown: options.has('stops'),
      clientId: '',
      clientHost: '/127.0.0.1',
      ...said,
    })
    if (answer instanceof KafkaError) return `${who} ${answer.name}`
    this.#epochs.set(who, answer.memberEpoch)
    for (const { name, partitions } of answer.missing) this.topics.set(name, partitions)
    return `${who} ${answer.memberEpoch}${told(answer)}`
  }

  /** A partition of topic t at the member's epoch. */
  #commit(who: string, words: readonly string[], options: ReadonlyMap<string, string>): string {
    const [error] = this.groups.commit({
      groupId,
      memberId: who,
      instanceId: null,
      generation: Number(options.get('epoch') ?? this.#epochs.get(who)),
      retentionMs: null,
      offsets: [{ topic: 't', partition: Number(words[0]), offset: 1, leaderEpoch: -1, metadata: null }],
    })
    return `${who} ${error === NONE ? 'ok' : error!.name}`
  }
}

function told({ assigned, statuses: all, endpoints }: StreamsAnswer): string {
  const partitions = (kind: 'active' | 'standby') =>
    places(assigned![kind])
      .map(([, partition]) => partition)
      .sort()
  const standby = assigned === null ? [] : partitions('standby').map((partition) => `+${partition}`)
  const tasks = assigned === null ? '' : `: ${[partitions('active').join(' ') || 'none', ...standby].join(' ')}`
  const statusList = all.length === 0 ? '' : ` [${all.map(({ code }) => statusNames.get(code)).join()}]`
  const shownPartitions = (topics: { topic: string; partitions: number[] }[]) =>
    topics.flatMap(({ topic, partitions: each }) => each.map((partition) => `${topic}${partition}`)).join(' ')
  const hosts = endpoints?.map(({ userEndpoint, active }) => `${userEndpoint.host}(${shownPartitions([...active])})`)
  return `${tasks}${statusList}${hosts === undefined ? '' : ` ${hosts.join(' ') || 'no endpoints'}`}`
}

/** `0 1 +2` */
function tasksIn(words: readonly string[]): TargetTasks {
  const of = (pattern: RegExp) => {
    const partitions = words.filter((word) => pattern.test(word)).map(Number)
    return partitions.length === 0 ? new Map() : targetOf([{ subtopologyId: '0', partitions }])
  }
  return { active: of(/^\d+$/), standby: of(/^\+\d+$/), warmup: new Map() }
}
