/** Takes brokers of the cluster down while a fault says so, and brings them back: port, connections, leaders. */
import type { Logger } from './base/logger.ts'
import type { Cluster, Node } from './handlers/handler.ts'
import { leaveBroker, returnBroker } from './handlers/leadership.ts'
import type { Listener } from './server/listener.ts'

export interface DownBrokersParts {
  readonly all: readonly Node[]
  /** Those that are there, as the cluster sees them; changed here. */
  readonly present: Node[]
  readonly topics: Cluster['topics']
  listenerOf(nodeId: number): Pick<Listener, 'suspend' | 'resume'>
  readonly logger: Logger
}

export class DownBrokers {
  readonly #parts: DownBrokersParts
  /** One change after another: a port takes a moment to open. */
  #turn: Promise<void> = Promise.resolve()

  constructor(parts: DownBrokersParts) {
    this.#parts = parts
  }

  /** Settles when all ports are as they should be. */
  get settled(): Promise<void> {
    return this.#turn
  }

  /** Connections are cut, and leaders have moved, when this returns. */
  follow(down: ReadonlySet<number>): void {
    const { all, present } = this.#parts
    const gone = present.filter(({ id }) => down.has(id))
    const back = all.filter((node) => !down.has(node.id) && !present.includes(node))
    present.splice(0, present.length, ...all.filter(({ id }) => !down.has(id)))
    for (const node of gone) this.#takeDown(node)
    for (const node of back) this.#turn = this.#turn.then(() => this.#bringBack(node))
  }

  #takeDown({ id, port }: Node): void {
    const { topics, present, listenerOf, logger } = this.#parts
    logger.info(`broker ${id} is down: a fault says so`, { port })
    listenerOf(id).suspend()
    leaveBroker(id, { topics, nodes: present })
  }

  async #bringBack({ id, port }: Node): Promise<void> {
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
