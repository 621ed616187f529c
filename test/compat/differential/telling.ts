/**
 * How a story is told to both brokers at once: it asks, prepares and mutates; each answer is compared.
 *
 * Names made by `name` are the same on both sides, so where a request holds nothing that a broker made up, both get the
 * same bytes. Where it does (member ids, topic ids), a message is a function of the side.
 */
import type { Api, Fields, Value } from '../../../src/protocol/schema.ts'
import { createTopics } from '../../../src/protocol/messages/create-topics.ts'
import { listOffsets } from '../../../src/protocol/messages/list-offsets.ts'
import { metadata } from '../../../src/protocol/messages/metadata.ts'
import { complete, type Sparse } from '../../support/broker.ts'
import { compare, type Difference, Ids } from './comparison.ts'
import { isExplained, isUnanswered } from './explained.ts'
import { mutations } from './mutations.ts'
import { isMadeOf, isMadeUp, newName } from './names.ts'
import { answerMs, type Message, type Outcome, type Side, type Wait } from './side.ts'

export type SideIndex = 0 | 1
export type Asked<Q extends Fields> = Sparse<Q> | ((side: SideIndex) => Sparse<Q>)

export interface Finding extends Difference {
  readonly api: string
  readonly version: number
  readonly title: string
}

export interface Options {
  /** Asked again for a while until both agree: what Kafka makes known only after it has answered. */
  readonly settles?: boolean
  readonly waitMs?: number
}

export interface MutantOptions extends Options {
  /** Paths of fields that stay as they are. */
  readonly except?: readonly string[]
  /** How the paths begin of those that are changed; of all without it. */
  readonly only?: readonly string[]
}

export interface Story {
  readonly api: Api
  readonly title: string
  /** Told once for each version in this range; all of the API's without one. */
  readonly versions?: readonly [min: number, max: number]
  tell(telling: Telling): Promise<void>
}

// biome-ignore lint/suspicious/noExplicitAny: the list of stories mixes APIs; `story` checked each.
export function story(api: Api<any, any>, title: string, tell: Story['tell'], versions?: Story['versions']): Story {
  return { api, title, tell, ...(versions === undefined ? {} : { versions }) }
}

const settleMs = 3_000
/** A Kafka under load takes its time to lead what it has made. */
const prepareMs = 30_000
const patienceMs = 20_000
const pollMs = 40

export class Telling {
  readonly version: number
  readonly findings: Finding[] = []
  /** Requests whose answers were compared. */
  compared = 0
  /** Fields of the story's API that were changed, or kept as they are for a reason of the story's. */
  readonly tried = new Set<string>()
  readonly #names = new Set<string>()
  readonly #sides: readonly [Side, Side]
  readonly #ids = new Ids()
  readonly #story: Story

  constructor(sides: readonly [Side, Side], told: Story, version: number) {
    this.#sides = sides
    this.#story = told
    this.version = version
  }

  /** A name that is used once; the same on both sides. */
  name(stem: string): string {
    const name = newName(stem)
    this.#names.add(name)
    return name
  }

  address(side: SideIndex): string {
    return this.#sides[side].address
  }

  /** Sends it to both and compares the answers. */
  async ask<Q extends Fields, S extends Fields>(
    title: string,
    api: Api<Q, S>,
    version: number,
    asked: Asked<Q>,
    options: Options = {},
  ): Promise<readonly [Value<S> | null, Value<S> | null]> {
    const deadlineMs = performance.now() + settleMs
    for (;;) {
      const messages = [0, 1].map((side): Message => complete(api.request, sparse(asked, side as SideIndex)))
      const outcomes = await this.#both(
        title,
        (side, index, wait) => side.ask(api, version, messages[index], wait),
        options.waitMs,
      )
      const found = this.#compared(title, outcomes, messages[0])
      if (found.every(isExplained) || options.settles !== true || performance.now() > deadlineMs) {
        this.compared++
        this.findings.push(...found)
        return outcomes.map((outcome) => (outcome.kind === 'answer' ? outcome.message : null)) as [
          Value<S> | null,
          Value<S> | null,
        ]
      }
      await new Promise((resolve) => setTimeout(resolve, pollMs))
    }
  }

  /**
   * Asks what `fresh` makes, and then each mutation of it, for which `fresh` makes new names, topics and members.
   */
  async askWithMutants<Q extends Fields>(
    api: Api<Q>,
    fresh: () => Asked<Q> | Promise<Asked<Q>>,
    options: MutantOptions = {},
  ): Promise<void> {
    const { version } = this
    const right = await fresh()
    await this.ask('as it should be', api, version, right, options)
    const message = complete(api.request, sparse(right, 0))
    for (const field of options.except ?? []) this.tried.add(field)
    const all = mutations(api.request, version, message, options.except)
    const { only = [''] } = options
    for (const { title, field, begin } of all.filter((one) => only.some((path) => one.field.startsWith(path)))) {
      if (api.key === this.#story.api.key) this.tried.add(field)
      const next = await fresh()
      const apply = begin()
      await this.ask(title, api, version, (side) => apply(complete(api.request, sparse(next, side))), options)
    }
  }

  /** Asks both, and wants an answer from each that `isDone`; tries until then. What comes is not compared. */
  async prepare<Q extends Fields, S extends Fields>(
    api: Api<Q, S>,
    version: number,
    asked: Asked<Q>,
    isDone: (answer: Value<S>) => boolean = () => true,
  ): Promise<readonly [Value<S>, Value<S>]> {
    const one = async (side: SideIndex): Promise<Value<S>> => {
      const deadlineMs = performance.now() + prepareMs
      for (;;) {
        const message = complete(api.request, sparse(asked, side))
        const outcome = await this.#sides[side].ask(api, version, message, () => patienceMs)
        if (outcome.kind === 'answer') this.#ids.masked(outcome.message, side)
        if (outcome.kind === 'answer' && isDone(outcome.message)) return outcome.message
        if (performance.now() > deadlineMs) {
          const what = `${this.#story.title}: ${this.#sides[side].name} does not do ${api.name} v${version}`
          throw new Error(`${what}: ${JSON.stringify(outcome)}`)
        }
        await new Promise((resolve) => setTimeout(resolve, pollMs))
      }
    }
    return Promise.all([one(0), one(1)])
  }

  /** A new topic that both lead; its ids on the two sides. */
  async topic(name: string, options: TopicOptions = {}): Promise<readonly [string, string]> {
    const { partitions = 1, configs = {} } = options
    const pairs = Object.entries(configs).map(([key, value]) => ({ name: key, value }))
    const topic = { name, numPartitions: partitions, replicationFactor: 1, assignments: [], configs: pairs }
    const isMade = ({ topics }: Value<typeof createTopics.response>) => topics[0]!.errorCode === 0
    await this.prepare(createTopics, 7, { topics: [topic], timeoutMs: 5000 }, isMade)
    const isLed = ({ topics: [told] }: Value<typeof metadata.response>) =>
      told!.errorCode === 0 && told!.partitions.length === partitions && told!.partitions.every((p) => p.leaderId === 1)
    const asked = { topics: [{ name, topicId: 'AAAAAAAAAAAAAAAAAAAAAA' }], allowAutoTopicCreation: false }
    const [ours, theirs] = await this.prepare(metadata, 12, asked, isLed)
    // Kafka tells of a leader before that leader is ready.
    const numbers = Array.from({ length: partitions }, (_, index) => index)
    const latest = numbers.map((partitionIndex) => ({ partitionIndex, currentLeaderEpoch: -1, timestamp: -1 }))
    const isReady = (answer: Value<typeof listOffsets.response>) =>
      answer.topics.every((topic) => topic.partitions.every(({ errorCode }) => errorCode === 0))
    await this.prepare(listOffsets, 5, { replicaId: -1, topics: [{ name, partitions: latest }] }, isReady)
    return [ours.topics[0]!.topicId, theirs.topics[0]!.topicId]
  }

  /** Two things that were made of the answers, compared as a whole. */
  agree(title: string, ours: unknown, theirs: unknown): void {
    this.compared++
    const [one, other] = [JSON.stringify(ours), JSON.stringify(theirs)]
    if (one === other) return
    this.findings.push({ ...this.#where(title), path: '', ours: one, theirs: other })
  }

  /** Sends bytes as they are. */
  async askBytes(title: string, frame: Buffer, api: Api, version: number): Promise<void> {
    const outcomes = await this.#both(title, (side, _, wait) => side.askBytes(frame, api, version, wait))
    this.compared++
    this.findings.push(...this.#compared(title, outcomes, null))
  }

  #where(title: string) {
    return { api: this.#story.api.name, version: this.version, title: `${this.#story.title}: ${title}` }
  }

  #compared(title: string, outcomes: readonly [Outcome, Outcome], request: Message): readonly Finding[] {
    const found = compare(...outcomes, this.#ids, this.#mine(request))
    return found.map((difference) => ({ ...this.#where(title), ...difference }))
  }

  /** What other stories left is listed, too, where all is asked for; and one of them may have got stuck. */
  #mine(request: Message): (name: string) => boolean {
    const asked = textsOf(request)
    const isOwn = (name: string) => [...this.#names].some((own) => isMadeOf(own, name))
    return (name) => !isMadeUp(name) || isOwn(name) || asked.includes(name)
  }

  /** What one has answered the other may take its time for, a Kafka under load. */
  async #both(
    title: string,
    ask: (side: Side, index: number, wait: Wait) => Promise<Outcome>,
    waitMs = answerMs,
  ): Promise<[Outcome, Outcome]> {
    let laterMs = waitMs
    const asked = this.#sides.map(async (side, index) => {
      const outcome = await ask(side, index, () => laterMs)
      if (outcome.kind === 'answer' && !isUnanswered(this.#where(title))) laterMs = Math.max(waitMs, patienceMs)
      return outcome
    })
    return Promise.all(asked) as Promise<[Outcome, Outcome]>
  }
}

function textsOf(message: Message): readonly string[] {
  if (typeof message === 'string') return [message]
  if (typeof message !== 'object' || message === null || Buffer.isBuffer(message)) return []
  return Object.values(message).flatMap(textsOf)
}

export interface TopicOptions {
  readonly partitions?: number
  readonly configs?: Readonly<Record<string, string>>
}

function sparse<Q extends Fields>(asked: Asked<Q>, side: SideIndex): Sparse<Q> {
  return typeof asked === 'function' ? asked(side) : asked
}
