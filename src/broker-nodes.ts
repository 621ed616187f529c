/**
 * The brokers of the simulated cluster, as they stop, start and come in while it runs: ports, connections, leaders. One
 * is down while a fault says so, or since it was stopped.
 */
import type { Logger } from './base/logger.ts'
import type { Cluster } from './handlers/handler.ts'
import { leaveBroker, returnBroker } from './handlers/leadership.ts'
import type { OpeningNode } from './kafka-ports.ts'
import type { Listener } from './server/listener.ts'

export interface BrokerNodesParts {
  /** Ascending by id; changed here, as are those that are there, which is what the cluster sees. */
  readonly all: OpeningNode[]
  readonly present: OpeningNode[]
  readonly topics: Cluster['topics']
  make(id: number, asked: Required<NewBroker>): OpeningNode
  /** Those that a fault has go down. */
  readonly faultyIds: () => ReadonlySet<number>
  open(node: OpeningNode): Promise<void>
  listenerOf(nodeId: number): Pick<Listener, 'suspend' | 'resume'>
  drop(nodeId: number): void
  readonly logger: Logger
}

export interface BrokerNode {
  readonly id: number
  readonly port: number
  readonly rack: string | null
  readonly isUp: boolean
}

export interface NewBroker {
  readonly rack?: string | null
  /** 0: any free one. */
  readonly port?: number
}

/** Each has a port, and every partition may be asked of each. */
export const brokersMax = 100

export class BrokerNodes {
  readonly #parts: BrokerNodesParts
  readonly #stopped = new Set<number>()
  readonly #firstCount: number
  /** One change after another: a port takes a moment to open. */
  #turn: Promise<void> = Promise.resolve()

  constructor(parts: BrokerNodesParts) {
    this.#parts = parts
    this.#firstCount = parts.all.length
  }

  list(): readonly BrokerNode[] {
    const { all, present } = this.#parts
    return all.map((node) => ({ id: node.id, port: node.port, rack: node.rack, isUp: present.includes(node) }))
  }

  /** Settles when all ports are as they should be. */
  get settled(): Promise<void> {
    return this.#turn
  }

  /** Its connections are cut, and leaders have moved, when this returns. False: there is no such broker. */
  stop(id: number): boolean {
    if (!this.#parts.all.some((node) => node.id === id)) return false
    this.#stopped.add(id)
    this.follow()
    return true
  }

  /** Settles when its port is open; a broker that a fault takes down stays down. */
  async start(id: number): Promise<boolean> {
    if (!this.#parts.all.some((node) => node.id === id)) return false
    this.#stopped.delete(id)
    this.follow()
    await this.settled
    return true
  }

  /** Settles when clients can find it. It holds nothing before partitions are made there, or moved. */
  async add({ rack = null, port = 0 }: NewBroker): Promise<BrokerNode> {
    const { all, present, make, open } = this.#parts
    if (all.length >= brokersMax) throw new RangeError(`there are ${brokersMax} brokers, the most there may be`)
    const id = all.at(-1)!.id + 1
    const node = make(id, { rack, port })
    const opened = this.#turn.then(() => open(node))
    this.#turn = opened.catch(() => {}) // Whoever asked for it hears of it.
    await opened
    all.push(node)
    present.push(node)
    return this.list().find((one) => one.id === id)!
  }

  /** Takes down and brings back who is to be. */
  follow(): void {
    const { all, present, faultyIds } = this.#parts
    const faulty = faultyIds()
    const isDown = ({ id }: OpeningNode) => faulty.has(id) || this.#stopped.has(id)
    const gone = present.filter(isDown)
    const back = all.filter((node) => !isDown(node) && !present.includes(node))
    present.splice(0, present.length, ...all.filter((node) => !isDown(node)))
    for (const node of gone) this.#takeDown(node)
    for (const node of back) this.#turn = this.#turn.then(() => this.#bringBack(node))
  }

  /** As in the beginning: who was stopped is back, and who came in later is gone. */
  reset(): void {
    const { all, present, drop } = this.#parts
    for (const node of all.splice(this.#firstCount)) {
      drop(node.id)
      if (present.includes(node)) present.splice(present.indexOf(node), 1)
    }
    this.#stopped.clear()
    this.follow()
  }

  #takeDown({ id, port }: OpeningNode): void {
    const { topics, present, listenerOf, logger } = this.#parts
    const why = this.#stopped.has(id) ? 'it was stopped' : 'a fault says so'
    logger.info(`broker ${id} is down: ${why}`, { port })
    listenerOf(id).suspend()
    leaveBroker(id, { topics, nodes: present })
  }

  async #bringBack({ id, port }: OpeningNode): Promise<void> {
    const { topics, present, listenerOf, logger } = this.#parts
    try {
      await listenerOf(id).resume()
      if (present.some((node) => node.id === id)) returnBroker(id, { topics, nodes: present })
      logger.info(`broker ${id} is back`, { port })
    } catch (error) {
      logger.error(`broker ${id} cannot come back: port ${port} cannot be opened`, { error: (error as Error).message })
    }
  }
}
