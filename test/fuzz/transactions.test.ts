/**
 * Producers, groups and transactions at random, on a clock turned by hand, against a small model: no acknowledged
 * record is lost, doubled or reordered, none of an aborted transaction is read by who reads what is committed, each
 * partition has one owner in a generation, and what is read, transformed and written in transactions comes out exactly
 * once.
 *
 * `SEED=…` plays a round again, `ROUNDS=…` plays more of them.
 */
import { type Count, Sender } from '../support/eos-producers.ts'
import { Transformer } from '../support/eos-transformer.ts'
import { partitionCount, World } from '../support/eos-world.ts'
import { suite } from '../support/suite.ts'

const firstSeed = Number(process.env['SEED'] ?? Date.now() % 1e6)
const rounds = Number(process.env['ROUNDS'] ?? (process.env['SEED'] === undefined ? 6 : 1))
const steps = 250
const test = suite(`fuzz: transactions (seeds ${firstSeed} to ${firstSeed + rounds - 1})`, 30 + rounds)

/** Writes to `in`, some of it in transactions. */
class Source {
  readonly #world: World
  readonly #count: Count = { next: 0 }
  readonly #transactionalId: string | null
  /** The last has come back after the others, which may still go on. */
  readonly #lives: Sender[] = []

  constructor(world: World, name: string) {
    this.#world = world
    this.#transactionalId = world.oneOf(null, name, name)
    this.#lives.push(new Sender(world, name, this.#transactionalId, this.#count))
  }

  async act(): Promise<void> {
    const world = this.#world
    if (this.#transactionalId !== null && world.isRare(25)) {
      this.#lives.push(new Sender(world, this.#transactionalId, this.#transactionalId, this.#count))
    }
    const sender = world.isRare(4) ? world.oneOf(...this.#lives) : this.#lives.at(-1)!
    if (!sender.isReady) await sender.init()
    else if (sender.isInTransaction && world.isRare(3)) await sender.end(!world.isRare(3))
    else await sender.send('in', world.below(partitionCount), this.#values(sender))
  }

  #values(sender: Sender): string[] {
    return Array.from({ length: 1 + this.#world.below(3) }, () => sender.nextValue())
  }
}

async function play(seed: number): Promise<void> {
  const world = new World(seed)
  const sources = Array.from({ length: 3 }, (_, at) => new Source(world, `s${at}`))
  const transformers: Transformer[] = []
  for (let step = 0; step < steps; step++) {
    const living = transformers.filter(({ isGone }) => !isGone)
    if (living.length < 2 && world.isRare(3)) transformers.push(new Transformer(world, `t${transformers.length}`))
    await world.oneOf<{ act(): Promise<void> }>(...sources, ...living, ...living).act()
    if (world.isRare(3)) world.broker.clock.advance(world.oneOf(10, 500, 3_000, 11_000))
    if (world.isRare(20)) await world.follow(world.oneOf('in', 'out'), world.below(partitionCount))
    // Whoever was let into the group goes on.
    await new Promise((resolve) => setImmediate(resolve))
  }
  await world.check()
  world.broker.close()
}

for (let seed = firstSeed; seed < firstSeed + rounds; seed++) {
  test(`everything promised is kept, and nothing else (seed ${seed})`, () => play(seed))
}

test.run()
