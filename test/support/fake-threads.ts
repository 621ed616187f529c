/**
 * Plugins that live in no thread: what they do is told by the values of records, what was asked of them is written
 * down. With the hand-turned clock they make what takes seconds and luck elsewhere a matter of one line after another.
 */
import { type Clock, ManualClock } from '../../src/base/clock.ts'
import type { LogEvent } from '../../src/base/logger.ts'
import { SeededRandom } from '../../src/base/random.ts'
import type { PlacedBatch } from '../../src/plugins/crossing/batch-memory.ts'
import { type CrossedLine, type FailureKind, verdict } from '../../src/plugins/crossing/crossing.ts'
import type { Subscriber } from '../../src/plugins/generation.ts'
import { PluginHost, type PluginHostDeps } from '../../src/plugins/host.ts'
import type { Client, Replacement } from '../../src/plugins/judgement.ts'
import { type Loaded, PluginStartError } from '../../src/plugins/loading/loading.ts'
import type { Hook, PluginInfo } from '../../src/plugins/loading/plugin-info.ts'
import type { PluginSettings } from '../../src/plugins/plugin-settings.ts'
import type { PluginThread } from '../../src/plugins/supervisor.ts'
import type { Failure, Judged, LoadRequest } from '../../src/plugins/crossing/thread.ts'
import { recordsIn } from '../../src/protocol/records.ts'
import { batchOf, settingsOf, type TestRecord, testLogger } from './plugins.ts'
import type { Cleanup } from './suite.ts'

/** What the plugins of a test are like; may be changed while they run, and holds for whatever is asked next. */
export interface Ways {
  edition: '0.1' | '0.2'
  hooks: readonly Hook[]
  info: PluginInfo | null
  /** Why `init` refuses a config, or null. */
  init: (config: unknown, thread: number) => string | null
  /** Why the hook refuses a config, or null. `trap` fails. */
  changed: (config: unknown, thread: number) => string | null
  /** Milliseconds, or null, or `trap`. */
  timer: () => number | null | 'trap'
  /** Patterns of topics that `init` subscribes to. */
  topics: readonly string[]
  /** The file cannot be read. */
  isMissing: boolean
  /** Batches are answered when they are let go. */
  isHeld: boolean
}

const ordinary: Ways = {
  edition: '0.1',
  hooks: ['on-record'],
  info: null,
  init: () => null,
  changed: () => null,
  timer: () => null,
  topics: [],
  isMissing: false,
  isHeld: false,
}

/** What the first letter of a value makes a plugin do; any other is accepted. */
export const letters = { refuse: 'n', drop: 'd', replace: 'r', throttle: 't', trap: 'T' } as const

/** All threads of one test, numbered from 1. */
export class FakeThreads {
  readonly ways: Ways
  /** What happened, in order: `1 init null`, `1 t-0: a,b`. */
  readonly did: string[] = []
  /** The records that were given a verdict, in order: `t-0: a`. */
  readonly judged: string[] = []
  readonly living = new Set<number>()
  #count = 0
  #held: (() => void)[] = []

  constructor(ways: Partial<Ways> = {}) {
    this.ways = { ...ordinary, ...ways }
  }

  make(subscriber: Subscriber): PluginThread {
    return new FakeThread(++this.#count, this, subscriber)
  }

  load = async (settings: PluginSettings): Promise<Loaded> => {
    if (this.ways.isMissing) throw new PluginStartError(settings, 'was not found')
    return {
      code: { kind: 'script', url: 'data:text/javascript,', files: [] },
      hash: `${this.#count}`,
      imports: [],
      exports: [],
    }
  }

  async held(): Promise<void> {
    if (this.ways.isHeld) await new Promise<void>((resolve) => this.#held.push(resolve))
  }

  /** Lets all batches go that wait. */
  release(): void {
    this.ways.isHeld = false
    for (const go of this.#held.splice(0)) go()
  }

  /** What happened since it was asked last. */
  taken(): string[] {
    return this.did.splice(0)
  }
}

class FakeThread implements PluginThread {
  readonly #number: number
  readonly #all: FakeThreads
  readonly #subscriber: Subscriber
  #config: unknown
  #lines: CrossedLine[] = []
  #replies = new Map<number, FakeReply>()
  #die: (failure: null) => void = () => {}
  readonly #died = new Promise<null>((resolve) => {
    this.#die = resolve
  })
  offered: PluginThread['offered'] = null
  #notAccepted: number[] = []
  readonly port = null
  readonly isDirect = true
  readonly memoryBytes = 65_536

  constructor(number: number, all: FakeThreads, subscriber: Subscriber) {
    this.#number = number
    this.#all = all
    this.#subscriber = subscriber
    all.living.add(number)
  }

  async load({ config }: LoadRequest): Promise<Failure | null> {
    this.#config = config
    const { edition, hooks, info } = this.#all.ways
    this.offered = { edition, hooks, info, imports: [], exports: [] }
    return this.#isGone ? this.#failure('load', 'died') : null
  }

  async init(): Promise<Failure | null> {
    if (this.#isGone) return this.#failure('init', 'died')
    this.#note(`init ${JSON.stringify(this.#config)}`)
    for (const topics of this.#all.ways.topics) this.#subscriber.subscribe(topics)
    const why = this.#all.ways.init(this.#config, this.#number)
    if (why === null) return null
    return why === 'trap' ? this.#failure('init', 'trap') : this.#failure('init', 'refused', why)
  }

  /** As many as there are, one after another, as far as the first failure. */
  async judge(placed: readonly PlacedBatch[], first: number): Promise<Judged> {
    for (let judged = first; judged < placed.length; judged++) {
      const failure = await this.#judge(placed[judged]!, judged)
      if (failure !== null) return { judged, failure }
    }
    return { judged: placed.length, failure: null }
  }

  async #judge(placed: PlacedBatch, nth: number): Promise<Failure | null> {
    const hook =
      this.offered?.edition !== '0.2' ? 'on-record' : placed.batch.way === 'fetched' ? 'on-fetch' : 'on-records'
    await Promise.race([this.#all.held(), this.#died])
    if (this.#isGone) return this.#failure(hook, 'died')
    const records = [...recordsIn(Buffer.from(placed.aligned.subarray(placed.shape.skew)), placed.batch)]
    const open = [...placed.verdicts.keys()].filter((index) => placed.verdicts[index] === verdict.pending)
    const values = open.map((index) => `${records[index]!.value}`)
    const { topic, partition, way } = placed.batch
    this.#note(`${way === 'produced' ? '' : `${way} `}${topic}-${partition}: ${values}`)
    if (hook !== 'on-record' && values.some((value) => value.startsWith('T'))) return this.#failure(hook, 'trap')
    const reply: FakeReply = { reasons: new Map(), replacements: new Map(), throttleMs: 0 }
    this.#replies.set(nth, reply)
    for (const [at, index] of open.entries()) {
      const value = values[at]!
      if (value.startsWith('T')) return this.#failure('on-record', 'trap', 'trapped', index)
      placed.verdicts[index] = verdictOn(index, value, reply)
      this.#all.judged.push(`${topic}-${partition}: ${value}`)
    }
    this.#notAccepted[nth] = placed.verdicts.filter((given) => given !== 1 && given !== verdict.passedOver).length
    return null
  }

  notAccepted(nth: number): number {
    return this.#notAccepted[nth]!
  }

  takeReplies(): ReturnType<PluginThread['takeReplies']> {
    const replies = this.#replies
    this.#replies = new Map()
    return replies
  }

  async call(hook: Parameters<PluginThread['call']>[0], argument: unknown): ReturnType<PluginThread['call']> {
    if (this.#isGone) return { failure: this.#failure(hook, 'died') }
    const told = argument === undefined ? '' : ` ${JSON.stringify(argument)}`
    this.#note(`${hook}${told}`)
    const { ways } = this.#all
    if (hook === 'handle-http') return { value: { status: 200, headers: [], body: Buffer.from(`${this.#number}`) } }
    const value =
      hook === 'on-timer'
        ? ways.timer()
        : hook === 'on-config-changed'
          ? ways.changed(argument, this.#number)
          : undefined
    return value === 'trap' ? { failure: this.#failure(hook, 'trap') } : { value }
  }

  takeLog(): { lines: readonly CrossedLine[]; dropped: number } {
    return { lines: this.#lines.splice(0), dropped: 0 }
  }

  async end(): Promise<void> {
    if (this.#all.living.delete(this.#number)) this.#note('end')
    this.#die(null)
  }

  get #isGone(): boolean {
    return !this.#all.living.has(this.#number)
  }

  #note(what: string): void {
    this.#all.did.push(`${this.#number} ${what}`)
  }

  #failure(hook: Failure['hook'], kind: FailureKind, message = 'trapped', index = -1): Failure {
    return { hook, kind, message, index }
  }
}

interface FakeReply {
  readonly reasons: Map<number, string>
  readonly replacements: Map<number, Replacement>
  throttleMs: number
}

function verdictOn(index: number, value: string, reply: FakeReply): number {
  const rest = value.slice(1)
  switch (value[0]) {
    case letters.refuse:
      reply.reasons.set(index, `no ${rest}`)
      return verdict.refused
    case letters.drop:
      return verdict.dropped
    case letters.replace:
      reply.replacements.set(index, { key: null, value: Buffer.from(rest), headers: [], timestamp: 1 })
      return verdict.replaced
    case letters.throttle:
      reply.throttleMs = Math.max(reply.throttleMs, Number(rest))
      return verdict.throttled
    default:
      return verdict.accepted
  }
}

export type FakeSettings = Partial<PluginSettings> & { readonly name: string }

/** A host whose plugins live in no threads, and in hand-turned time. */
export async function startFakes(
  cleanup: Cleanup,
  plugins: readonly FakeSettings[],
  ways: Partial<Ways> = {},
  deps: Partial<PluginHostDeps> = {},
) {
  const threads = new FakeThreads(ways)
  const clock = new CountingClock()
  const events: LogEvent[] = []
  const configs: unknown[] = []
  const host = await PluginHost.start(
    plugins.map((one) => settingsOf({ path: `${one.name}.wasm`, ...one })),
    {
      clock,
      logger: testLogger(events),
      random: new SeededRandom(1),
      ...deps,
      inPlaceOf: {
        // What a real thread reaches by calls, these call.
        services: (_, { subscribe, unsubscribe }) => ({ subscribe, unsubscribe }),
        makeThread: (services) => threads.make(services as unknown as Subscriber),
        load: threads.load,
        stopwatch: () => clock.now(),
        ...(deps.dataPath === undefined ? { keepConfig: async (_, config) => void configs.push(config) } : {}),
      },
    },
  )
  cleanup.after(() => {
    threads.release()
    return host.close(0)
  })
  const lines = () => events.map(({ level, message }) => `${level}: ${message}`)
  return { host, threads, clock, events, lines, configs }
}

/** Knows how many alarms are set. */
export class CountingClock extends ManualClock {
  count = 0

  override after(delayMs: number, run: () => void): ReturnType<Clock['after']> {
    let isOver = false
    const over = () => {
      if (!isOver) this.count--
      isOver = true
    }
    this.count++
    const timer = super.after(delayMs, () => {
      over()
      run()
    })
    return {
      cancel: () => {
        over()
        timer.cancel()
      },
    }
  }
}

export const someone: Client = { id: 'someone', principal: null }

/** What becomes of a batch, in one line: `1 refused by p: no x; 2 dropped; 3 now y; throttled 5`. */
export async function asked(
  host: PluginHost,
  values: readonly TestRecord[],
  { topic = 't', partition = 0, client = someone, by = [] as readonly string[] } = {},
): Promise<string> {
  const { batch, section } = batchOf(values)
  const judged = await host.judge(topic, partition, batch, section, { client, by })
  const shown = judged.section === null ? [] : [...recordsIn(judged.section, batch)]
  return [
    ...judged.refusals.map(({ index, plugin, reason }) => `${index} refused by ${plugin}: ${reason}`),
    ...judged.dropped.map((index) => `${index} dropped`),
    ...[...judged.replacements.keys()].map((index) => `${index} now ${shown[index]!.value}`),
    ...(judged.throttleMs === 0 ? [] : [`throttled ${judged.throttleMs}`]),
  ].join('; ')
}

/** Lets everything happen that waits for nothing but its turn. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve))
}
