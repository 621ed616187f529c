/**
 * Blink as a library: a broker inside your own process, for tests and demos.
 *
 * @example
 * import { createBroker } from 'blink-kafka'
 *
 * await using broker = await createBroker()
 * const kafka = new Kafka({ brokers: [broker.bootstrap] })
 */
import { silent } from './base/logger.ts'
import { defaultSettings, type Settings } from './settings.ts'
import { startBroker } from './start.ts'
import { type BrokerClock, clockFor } from './testing-clock.ts'
import { type BrokerFaults, faultsFor } from './testing-faults.ts'

export type { Settings } from './settings.ts'
export type { FaultStatus, Hit } from './faults/fault.ts'
export type { BrokerClock, Duration } from './testing-clock.ts'
export type { BrokerFaults, FaultSpec } from './testing-faults.ts'

/** A broker that serves until it is closed. */
export interface RunningBroker extends AsyncDisposable {
  /** Where Kafka clients connect: `127.0.0.1:49152`, or several, separated by commas. */
  readonly bootstrap: string
  /** Where the HTTP API is: `http://127.0.0.1:49153`; null when it is switched off. */
  readonly httpUrl: string | null
  /** What sessions, rebalances, retention and log-append times go by; to be frozen, set and moved on. */
  readonly clock: BrokerClock
  /** What goes wrong, added and removed while it serves. */
  readonly faults: BrokerFaults
  /** Ends every connection, thread and timer. */
  close(): Promise<void>
}

/**
 * Starts a broker on free ports of the loopback address. It logs nothing and shares nothing with other brokers in the
 * process.
 *
 * @param settings what differs from the defaults; the names are those of `Settings`, sizes in bytes and times in
 * milliseconds.
 */
export async function createBroker(settings: Partial<Settings> = {}): Promise<RunningBroker> {
  const chosen = { ...defaultSettings(process.cwd()), brokerPorts: [0], restPort: 0, ...settings }
  const broker = await startBroker(chosen, { logger: silent })
  const close = () => broker.close()
  return {
    bootstrap: broker.kafkaPorts.map((port) => `${chosen.listenAddress}:${port}`).join(','),
    httpUrl: broker.httpPort === null ? null : `http://${chosen.listenAddress}:${broker.httpPort}`,
    clock: clockFor(broker.clock),
    faults: faultsFor(broker.faults),
    close,
    [Symbol.asyncDispose]: close,
  }
}
