/**
 * What a broker lends its plugins. They start before there is a broker, so it is joined to them later; what they ask
 * meanwhile waits.
 */
import type { Clock } from './base/clock.ts'
import { MemoryPressure } from './plugins/capabilities/memory-pressure.ts'
import type { Produce } from './plugins/capabilities/producing.ts'
import type { HostServices } from './plugins/capabilities/services.ts'
import type { Settings } from './settings/settings.ts'

export class PluginLoan {
  readonly pressure: MemoryPressure
  readonly services: HostServices
  #join!: (produce: Produce) => void

  constructor({ memoryBytesMax }: Settings, clock: Clock) {
    const joined = new Promise<Produce>((resolve) => {
      this.#join = resolve
    })
    this.pressure = new MemoryPressure(memoryBytesMax)
    this.services = {
      clock,
      pressure: this.pressure.memory,
      produce: async (record, by) => (await joined)(record, by),
    }
  }

  /** The broker is there: what plugins produced, and produce, is stored by this. */
  join(produce: Produce): void {
    this.#join(produce)
  }
}
