/**
 * Blink as a library: a broker inside your own process, for tests and demos.
 *
 * @example
 * import { createBroker } from 'blink-kafka'
 *
 * await using broker = await createBroker({ topics: ['orders:3'] })
 * const kafka = new Kafka({ brokers: [broker.bootstrap] })
 * // … what is to be tested …
 * const [order] = await broker.waitFor('orders', { match: (record) => record.key === '42' })
 */
// Now: a suite's first broker is not to wait for what start.ts loads beside the threads of plugins.
import './broker.ts'
import { silent } from './base/logger.ts'
import { systemClock } from './base/clock.ts'
import type { Broker } from './broker.ts'
import type { ClusterImage } from './cluster-image.ts'
import type { StoredRecord, WrittenRecord } from './handlers/written-records.ts'
import { type BrokerOptions, settingsOf } from './testing-settings.ts'
import type { KeptRequest, RequestFilter } from './handlers/request-log.ts'
import type { Settings } from './settings/settings.ts'
import type { Snapshots } from './snapshots.ts'
import { startBroker } from './start.ts'
import { brokersFor, type ClusterBrokers } from './testing-brokers.ts'
import { type BrokerClock, clockFor } from './testing-clock.ts'
import { type BrokerFaults, faultsFor } from './testing-faults.ts'
import type { ReadRecord, WaitFor } from './testing-records.ts'

export type { FaultStatus, Hit } from './faults/fault.ts'
export type { StoredRecord, WrittenRecord } from './handlers/written-records.ts'
export type { BrokerOptions, PluginOption, SeedOption, TopicOption } from './testing-settings.ts'
export type { KeptRequest, RequestFilter } from './handlers/request-log.ts'
export type { Settings } from './settings/settings.ts'
export type { Snapshot } from './snapshots.ts'
export type { BrokerClock, Duration } from './testing-clock.ts'
export type { BrokerNode, ClusterBrokers, NewBroker } from './testing-brokers.ts'
export type { BrokerFaults, FaultSpec } from './testing-faults.ts'
export type { ReadRecord, WaitFor } from './testing-records.ts'

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
  /**
   * The brokers of its cluster: stopped, started and added while it serves; leaders that move.
   *
   * @example
   * broker.brokers.stop(2)
   * await broker.brokers.start(2)
   */
  readonly brokers: ClusterBrokers
  /**
   * The last requests of clients, decoded, the oldest first: at most `requestsKept`, 1000 unless set.
   *
   * @example
   * const commits = broker.requests({ api: 'OffsetCommit', client: 'billing-*' })
   * assert.equal(broker.requests({ errors: true }), [])
   */
  requests(filter?: RequestFilter): readonly KeptRequest[]
  /** States that are kept under a name, to come back to. */
  readonly snapshots: Pick<Snapshots, 'take' | 'list' | 'get' | 'restore' | 'remove'>

  /**
   * Stores a record, or several, without a client. They pass by the plugins; what is refused is thrown as an error.
   *
   * @example
   * await broker.produce('orders', { key: '42', value: { total: 9.5 }, headers: { source: 'test' } })
   */
  produce(topic: string, records: WrittenRecord | readonly WrittenRecord[]): Promise<readonly StoredRecord[]>
  /** All records of a topic, or of one of its partitions, in their order. */
  records(topic: string, options?: { readonly partition?: number }): Promise<readonly ReadRecord[]>
  /**
   * Resolves with all records that match as soon as there are enough of them; rejects, telling what there was, when
   * they do not come in time.
   *
   * @example
   * const [paid] = await broker.waitFor('payments', { match: (record) => record.json().order === 42 })
   */
  waitFor(topic: string, options?: WaitFor): Promise<readonly ReadRecord[]>
  /**
   * Back to the beginning, in well under a millisecond: topics and records as `topics` and `seed` say, no groups, no
   * producers' states, faults and clock as they were set. Clients may stay connected: to them it is as if topics had
   * been deleted and made again. Producer ids are not given out twice, and snapshots stay.
   */
  reset(): Promise<void>
  /**
   * A second broker that holds what this one does now, on ports of its own; from here on each goes its own way. Records
   * are shared until then, not copied; members of groups stay with this one.
   */
  fork(): Promise<RunningBroker>
  /** Ends every connection, thread and timer. */
  close(): Promise<void>
}

/**
 * Starts a broker on free ports of the loopback address. It logs nothing and shares nothing with other brokers in the
 * process.
 *
 * @param options what differs from the defaults: topics, seed, plugins, faults and clock as settings.yaml has them, and
 * every setting by its name in `Settings`, sizes in bytes and times in milliseconds.
 */
export async function createBroker(options: BrokerOptions = {}): Promise<RunningBroker> {
  return run(settingsOf(options))
}

async function run(settings: Settings, image?: ClusterImage): Promise<RunningBroker> {
  const broker = await startBroker(settings, { logger: silent, ...(image === undefined ? {} : { image }) })
  const close = () => broker.close()
  return {
    bootstrap: broker.kafkaPorts.map((port) => `${settings.listenAddress}:${port}`).join(','),
    httpUrl: broker.httpPort === null ? null : `http://${settings.listenAddress}:${broker.httpPort}`,
    clock: clockFor(broker.clock),
    faults: faultsFor(broker.faults),
    brokers: brokersFor(broker.nodes, broker.cluster),
    requests: (filter) => broker.requests.list(filter),
    snapshots: broker.snapshots,
    ...recordsOf(broker),
    reset: async () => broker.reset(),
    fork: () => fork(broker, settings),
    close,
    [Symbol.asyncDispose]: close,
  }
}

function recordsOf(broker: Broker): Pick<RunningBroker, 'produce' | 'records' | 'waitFor'> {
  const { cluster, source } = broker
  const client = { id: 'test', principal: null }
  return {
    async produce(topic, records) {
      const { produceWritten } = await import('./handlers/written-records.ts')
      return produceWritten(cluster, topic, Array.isArray(records) ? records : [records], client)
    },
    async records(topic, { partition } = {}) {
      const { readAll } = await import('./testing-records.ts')
      return readAll(cluster, topic, partition)
    },
    async waitFor(topic, options = {}) {
      const { waitForRecords } = await import('./testing-records.ts')
      return waitForRecords({ cluster, source, clock: systemClock }, topic, options)
    },
  }
}

async function fork(broker: Broker, settings: Settings): Promise<RunningBroker> {
  const ports = settings.brokerPorts.map(() => 0)
  const forked = await run({ ...settings, brokerPorts: ports, restPort: settings.restPort && 0 }, broker.image())
  forked.clock.set(broker.clock.now())
  if (broker.clock.isFrozen) forked.clock.freeze()
  else forked.clock.resume()
  return forked
}
