/** How many connections one broker has from each address, and the most that it may have (max.connections.per.ip). */
import type { BrokerConfig } from '../configs/broker-config.ts'
import { listOf } from '../configs/config-values.ts'

export class AddressCounts {
  readonly #config: BrokerConfig
  readonly #counts = new Map<string, number>()

  constructor(config: BrokerConfig) {
    this.#config = config
  }

  /** Read anew at each connection: clients may alter it. */
  most(address: string): number {
    const overrides = listOf(this.#config.get('max.connections.per.ip.overrides') ?? '')
    const own = overrides.find((one) => one.slice(0, one.lastIndexOf(':')) === address)
    return own === undefined
      ? this.#config.number('max.connections.per.ip')
      : Number(own.slice(own.lastIndexOf(':') + 1))
  }

  /** False: there are as many as there may be. Each that is taken is to be given back. */
  take(address: string): boolean {
    const count = this.#counts.get(address) ?? 0
    if (count >= this.most(address)) return false
    this.#counts.set(address, count + 1)
    return true
  }

  giveBack(address: string): void {
    const count = this.#counts.get(address)!
    if (count === 1) this.#counts.delete(address)
    else this.#counts.set(address, count - 1)
  }
}
