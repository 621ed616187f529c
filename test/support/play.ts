/**
 * Plays a table of events on a group, on a clock turned by hand, and compares what happens line by line.
 *
 *   //  at     does                     answers                     state
 *      0 s     a joins                  a leads 1: a                CompletingRebalance
 *      1 s     a syncs a=x              a gets x                    Stable
 *
 * Columns are two blanks or more apart; a dash stands for nothing. Time passes before the event, and what it brings
 * about is among the answers. Names are the players'; the member ids that they are given stay behind the scenes.
 */
import * as assert from 'uvu/assert'
import { ManualClock } from '../../src/base/clock.ts'
import { silent } from '../../src/base/logger.ts'
import { SeededRandom } from '../../src/base/random.ts'
import { Groups } from '../../src/coordinator/groups.ts'
import type { GroupRecord } from '../../src/coordinator/records.ts'
import type { JoinAnswer, SyncAnswer } from '../../src/coordinator/requests.ts'
import { type GroupSettings, groupDefaults } from '../../src/coordinator/settings.ts'
import { type KafkaError, NONE } from '../../src/protocol/errors.ts'

export const groupId = 'g'

export interface Played {
  readonly groups: Groups
  readonly clock: ManualClock
  readonly records: readonly GroupRecord[]
}

export function play(table: string, settings: Partial<GroupSettings> = {}): Played {
  const stage = new Stage(settings)
  const expected = table.split('\n').filter((line) => line.trim() !== '' && !line.trim().startsWith('//'))
  const rows = expected.map((line) => line.trim().split(/\s{2,}/))
  const happened = rows.map(([at = '', does = '']) => [at, does, ...stage.run(at, does)])
  assert.equal(aligned(happened), aligned(rows))
  return stage
}

function aligned(rows: readonly (readonly string[])[]): string {
  return rows
    .map((row) =>
      row
        .map((cell) => cell.padEnd(26))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/** What `topics=a,b` in a join makes of a member's metadata: version 0 of a consumer's subscription. */
export function subscription(topics: readonly string[]): Buffer {
  const count = Buffer.alloc(6)
  count.writeInt32BE(topics.length, 2)
  const names = topics.map((topic) => Buffer.from(`\0${String.fromCharCode(topic.length)}${topic}`))
  return Buffer.concat([count, ...names, Buffer.from([255, 255, 255, 255])])
}

const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, min: 60_000, h: 3_600_000, d: 86_400_000 }

function milliseconds(text: string): number {
  const [, count = '', unit = ''] = /^([\d.]+)\s*(\w+)$/.exec(text) ?? []
  assert.ok(unit in units, `no time: ${text}`)
  return Number(count) * units[unit]!
}

type Options = ReadonlyMap<string, string>

class Stage implements Played {
  readonly clock = new ManualClock()
  readonly records: GroupRecord[] = []
  readonly groups: Groups
  readonly #memberIds = new Map<string, string>()
  readonly #generations = new Map<string, number>()
  #answers: string[] = []

  constructor(settings: Partial<GroupSettings>) {
    this.groups = new Groups({
      clock: this.clock,
      random: new SeededRandom(1),
      logger: silent,
      settings: { ...groupDefaults, ...settings },
      write: (record) => this.records.push(record),
    })
  }

  run(at: string, does: string): [answers: string, state: string] {
    this.#answers = []
    this.clock.advance(milliseconds(at) - this.clock.now())
    const [who = '', verb = '', ...words] = does.split(' ')
    if (does !== '-') this.#act(who, verb, words)
    return [this.#answers.join('; ') || '-', this.groups.get(groupId)?.state ?? 'Dead']
  }

  #act(who: string, verb: string, words: readonly string[]): void {
    const options: Options = new Map(words.map((word) => word.split('=') as [string, string]))
    switch (verb) {
      case 'joins':
        return this.#join(who, options)
      case 'syncs':
        return this.#sync(who, options)
      case 'beats':
        return this.#say(who, this.groups.heartbeat(groupId, ...this.#identity(who, options)))
      case 'leave':
      case 'leaves':
        return this.#leave(who.split(','), options)
      case 'commits':
        return this.#commit(who, words)
      case 'fetches':
        return this.#fetch(who, words)
      case 'forgets':
        return this.#forget(who, words)
      case 'deletes':
        return this.#say(who, this.groups.delete(groupId))
      case 'closes':
        return this.groups.close()
      default:
        assert.unreachable(`nobody can ${verb}`)
    }
  }

  #say(who: string, error: KafkaError): void {
    this.#answers.push(`${who} ${error === NONE ? 'ok' : error.name}`)
  }

  /** `id=` says another id than the member's own; `id=?` one that nobody has, `id=` none. */
  #memberId(who: string, options: Options): string {
    const other = options.get('id')
    return other === undefined ? (this.#memberIds.get(who) ?? '') : (this.#memberIds.get(other) ?? other)
  }

  /** A member that has not been answered yet is known by its client id. */
  #name(memberId: string): string {
    const player = [...this.#memberIds].find(([, id]) => id === memberId)?.[0]
    return player ?? this.groups.classic(groupId)?.members.get(memberId)?.clientId ?? memberId
  }

  #identity(who: string, options: Options): [memberId: string, instanceId: string | null, generation: number] {
    const generation = Number(options.get('gen') ?? this.#generations.get(who) ?? -1)
    return [this.#memberId(who, options), options.get('as') ?? null, generation]
  }

  #join(who: string, options: Options): void {
    const metadata = subscription(options.get('topics')?.split(',') ?? [])
    const names = options.get('with') ?? 'range'
    const version = Number(options.get('v') ?? 3)
    const request = {
      groupId,
      memberId: this.#memberId(who, options),
      instanceId: options.get('as') ?? null,
      clientId: who,
      clientHost: '/127.0.0.1',
      sessionTimeoutMs: milliseconds(options.get('session') ?? '10s'),
      rebalanceTimeoutMs: milliseconds(options.get('rebalance') ?? '60s'),
      protocolType: options.get('type') ?? 'consumer',
      protocols: names === '' ? [] : names.split(',').map((name) => ({ name, metadata })),
      mustKnowItsId: version >= 4,
      maySkipAssignment: version >= 9,
    }
    this.groups.join(request, (answer) => this.#joined(who, answer))
  }

  #joined(who: string, answer: JoinAnswer): void {
    if (answer.error !== NONE) {
      if (answer.error.name === 'MEMBER_ID_REQUIRED') this.#memberIds.set(who, answer.memberId)
      return this.#say(who, answer.error)
    }
    this.#memberIds.set(who, answer.memberId)
    this.#generations.set(who, answer.generation)
    const leads = answer.leaderId === answer.memberId ? 'leads' : 'follows'
    const by = answer.protocolName === 'range' ? '' : ` by ${answer.protocolName}`
    const skips = answer.skipAssignment ? ' skipping' : ''
    const list = answer.members.map(({ memberId }) => this.#name(memberId)).join(' ')
    this.#answers.push(`${who} ${leads} ${answer.generation}${by}${skips}${list === '' ? '' : `: ${list}`}`)
  }

  #sync(who: string, options: Options): void {
    const [memberId, instanceId, generation] = this.#identity(who, options)
    const shares = [...options].filter(([name]) => this.#memberIds.has(name))
    const request = {
      memberId,
      instanceId,
      generation,
      protocolType: options.get('type') ?? null,
      protocolName: options.get('name') ?? null,
      assignments: new Map(shares.map(([name, share]) => [this.#memberIds.get(name)!, Buffer.from(share)])),
    }
    this.groups.sync(groupId, request, (answer) => this.#synced(who, answer))
  }

  #synced(who: string, { error, assignment }: SyncAnswer): void {
    if (error === NONE) this.#answers.push(`${who} gets ${assignment.toString() || 'nothing'}`)
    else this.#say(who, error)
  }

  #leave(names: readonly string[], options: Options): void {
    const leavers = names.map((who) => ({
      memberId: this.#memberId(who, options),
      instanceId: options.get('as') ?? null,
    }))
    const errors = this.groups.leave(groupId, leavers)
    names.forEach((who, at) => this.#say(who, errors[at]!))
  }

  #commit(who: string, words: readonly string[]): void {
    const options: Options = new Map(words.map((word) => word.split('=') as [string, string]))
    const [memberId, instanceId, generation] = this.#identity(who, options)
    const offsets = words
      .filter((word) => /-\d+=/.test(word))
      .map((word) => {
        const [partition = '', offset] = word.split('=')
        return {
          ...topicPartition(partition),
          offset: Number(offset),
          leaderEpoch: -1,
          metadata: options.get('note') ?? null,
        }
      })
    const kept = options.get('kept')
    const retentionMs = kept === undefined ? null : milliseconds(kept)
    const errors = this.groups.commit({ groupId, memberId, instanceId, generation, retentionMs, offsets })
    for (const error of errors) this.#say(who, error)
  }

  #fetch(who: string, partitions: readonly string[]): void {
    const offsets = this.groups.offsets(groupId)
    for (const name of partitions) {
      const { topic, partition } = topicPartition(name)
      this.#answers.push(`${who} sees ${name}=${offsets?.get(topic, partition)?.offset ?? 'none'}`)
    }
  }

  #forget(who: string, partitions: readonly string[]): void {
    const errors = this.groups.deleteOffsets(groupId, partitions.map(topicPartition))
    if (Array.isArray(errors)) for (const error of errors) this.#say(who, error)
    else this.#say(who, errors as KafkaError)
  }
}

function topicPartition(name: string): { topic: string; partition: number } {
  const at = name.lastIndexOf('-')
  return { topic: name.slice(0, at), partition: Number(name.slice(at + 1)) }
}
