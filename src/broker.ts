/**
 * The composition root, the only file that knows everyone: builds the parts in order, starts them, stops them in
 * reverse. It is handed plugins that run, so that no record slips in unseen.
 */
import type { Clock } from './base/clock.ts'
import type { Logger } from './base/logger.ts'
import type { Random } from './base/random.ts'
import { SettableClock } from './base/settable-clock.ts'
import { type LivingCluster, makeCluster } from './cluster.ts'
import { type ClusterImage, restoreImage, takeImage } from './cluster-image.ts'
import { BrokerNodes } from './broker-nodes.ts'
import { Faults } from './faults/faults.ts'
import { handlersAsOf } from './handlers/as-of.ts'
import type { Cluster } from './handlers/handler.ts'
import type { Judge } from './handlers/intake.ts'
import { produceFor } from './handlers/plugin-records.ts'
import { PluginPorts } from './http/plugin-ports.ts'
import { HttpServer, lazily, type Served } from './http/server.ts'
import type { PluginHost, PluginStatus, RecordSource } from './plugins/host.ts'
import { AddressCounts } from './server/address-counts.ts'
import { Dispatcher } from './server/dispatcher.ts'
import { RequestLog } from './handlers/request-log.ts'
import { RequestMetrics } from './server/request-metrics.ts'
import { Throughput } from './server/throughput.ts'
import { plainListener } from './settings/security.ts'
import type { Settings } from './settings/settings.ts'
import { KafkaPorts, newNode, nodesOf, type OpeningNode } from './kafka-ports.ts'
import { pluginHttp } from './plugin-http.ts'
import type { PluginLoan } from './plugin-loan.ts'
import { Snapshots } from './snapshots.ts'
import { StartError } from './start-error.ts'
import { brokersFor } from './testing-brokers.ts'
import { clockFor } from './testing-clock.ts'
import { faultAdmin } from './testing-faults.ts'
import { version } from './base/version.ts'

/** What a broker is made of that is there before it. */
export interface BrokerParts {
  readonly settings: Settings
  /** The machine's: what waits for sockets and threads goes by it, whatever `clock` is set to. */
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  /** Started, and the broker's from now on. */
  readonly plugins: PluginHost
  /** What those plugins were promised. */
  readonly loan: PluginLoan
  /** Asked about records in their place. */
  readonly judge?: Judge
  /** What it holds from the start, in place of the topics and records that settings name. */
  readonly image?: ClusterImage
}

interface Parts extends BrokerParts {
  readonly living: LivingCluster
  readonly time: SettableClock
  readonly faults: Faults
  readonly requests: RequestLog
  readonly metrics: RequestMetrics
}

/** Of the time a stop may take: first connections answer what is in hand, then plugins finish their batches. */
const stopShare = { connections: 0.6, plugins: 0.3 } as const

export class Broker {
  readonly cluster: Cluster
  readonly #parts: Parts
  readonly #kafka: KafkaPorts
  readonly #pluginPorts: PluginPorts
  readonly #pluginHttp: ReturnType<typeof pluginHttp>
  /** Aborted when the broker stops: for answers that would never end. */
  readonly #stopping = new AbortController()
  readonly snapshots: Snapshots
  /** They stop, start and come in. */
  readonly nodes: BrokerNodes
  readonly #dispatcher: Dispatcher
  /** What a reset brings back. */
  #beginning: ClusterImage | null = null
  #httpServer: HttpServer | null = null
  #httpPort: number | null = null
  #isReady = false

  private constructor(parts: Parts, nodes: OpeningNode[], present: OpeningNode[]) {
    const { metrics, faults, requests, clock } = parts
    this.#parts = parts
    this.cluster = parts.living.cluster
    this.#dispatcher = new Dispatcher(handlersAsOf(parts.settings.asVersion), this.cluster, metrics, {
      faults,
      requests,
      clock,
    })
    this.nodes = this.#brokerNodes(nodes, present)
    const restore = (image: ClusterImage) => restoreImage(parts.living, image)
    this.snapshots = new Snapshots({ clock: parts.time, take: () => takeImage(this.cluster), restore })
    this.#kafka = this.#kafkaPorts()
    this.#pluginHttp = pluginHttp(parts.plugins, parts.settings)
    this.#pluginPorts = new PluginPorts({
      pluginAdmin: parts.plugins,
      open: (plugin, port) => this.#openPluginPort(plugin, port),
      logger: parts.logger.for('blink::http'),
    })
  }

  /** Throws StartError, with nothing left open. */
  static async start(parts: BrokerParts): Promise<Broker> {
    const { settings, plugins, loan, judge = plugins } = parts
    const nodes = nodesOf(settings)
    const onStoredBytes = (storedBytes: number) => loan.pressure.set(storedBytes)
    const time = new SettableClock(parts.clock, { isFrozen: settings.clock === 'manual' })
    const faults = new Faults({ clock: time, random: parts.random })
    const present = [...nodes]
    const dependencies = { ...parts, clock: time, nodes: present, registered: nodes, judge, onStoredBytes }
    let living: LivingCluster
    try {
      living = makeCluster(settings, dependencies)
    } catch (error) {
      await plugins.close(settings.shutdownTimeoutMs)
      throw error
    }
    loan.join((record, by) => produceFor(living.cluster, record, by))
    plugins.follow(living.source)
    const metrics = new RequestMetrics(() => performance.now())
    const requests = new RequestLog(settings.requestsKept, () => performance.now())
    const broker = new Broker({ ...parts, living, time, faults, requests, metrics }, nodes, present)
    try {
      await broker.#fill()
      await broker.#open(nodes)
      await broker.#setFaults()
      return broker
    } catch (error) {
      await broker.close()
      throw error
    }
  }

  /** In the order of `broker_ports`; where those are off, of the first listener. */
  get kafkaPorts(): readonly number[] {
    return this.#kafka.ports()
  }

  /** In the same order, of the listener of that name. */
  portsOf(listener: string): readonly number[] {
    return this.#kafka.ports(listener)
  }

  /** What the cluster's state goes by. */
  get clock(): SettableClock {
    return this.#parts.time
  }

  get requests(): RequestLog {
    return this.#parts.requests
  }

  get faults(): Faults {
    return this.#parts.faults
  }

  /** Null when HTTP is switched off. */
  get httpPort(): number | null {
    return this.#httpPort
  }

  get plugins(): readonly PluginStatus[] {
    return this.#parts.plugins.status()
  }

  /** Accepts no more, answers what is in hand, wakes who waits, ends plugins; within `shutdown_timeout`. */
  async close(): Promise<void> {
    const { settings, living, plugins, faults } = this.#parts
    const { shutdownTimeoutMs } = settings
    this.#isReady = false
    const graceMs = shutdownTimeoutMs * stopShare.connections
    const open = [this.#kafka, this.#httpServer, this.#pluginPorts].map((one) => one?.close(graceMs))
    living.close()
    faults.clear()
    this.#stopping.abort()
    await Promise.all(open)
    await plugins.close(shutdownTimeoutMs * stopShare.plugins)
    await this.#pluginHttp.uploads?.close()
  }

  /** Topics and records as they were when it started; faults and clock as settings have them. */
  reset(): void {
    const { living, faults, time, requests, settings } = this.#parts
    if (this.#beginning === null) return
    this.nodes.reset()
    faults.clear()
    for (const one of settings.faults) faults.add(one)
    time.reset(settings.clock === 'manual')
    requests.clear()
    living.cluster.refusals.clear()
    restoreImage(living, this.#beginning)
  }

  #resetForHttp() {
    const begun = performance.now()
    this.reset()
    const { topics, groups } = this.cluster
    return { topics: topics.count, groups: [...groups.all()].length, tookMs: performance.now() - begun }
  }

  /** What it holds now; neither sees what becomes of the other. */
  image(): ClusterImage {
    return takeImage(this.cluster)
  }

  /** To follow what is stored. */
  get source(): RecordSource {
    return this.#parts.living.source
  }

  async #fill(): Promise<void> {
    const { settings, living, image } = this.#parts
    if (image !== undefined) restoreImage(living, image, { keepsIds: true })
    else {
      this.#createBootTopics()
      if (settings.topics.length + settings.seed.length > 0) {
        const { createTopics, produceSeed } = await import('./testing-seed.ts')
        createTopics(this.cluster, settings.topics, settings.partitionCount)
        await produceSeed(this.cluster, settings.seed)
      }
    }
    this.#beginning = image ?? takeImage(this.cluster)
  }

  #createBootTopics(): void {
    const { settings, living } = this.#parts
    for (const name of settings.bootTopics) {
      const made = living.cluster.topics.create({ name, partitionCount: settings.partitionCount })
      if ('code' in made) throw new StartError(`boot_topic: '${name}' cannot be created: ${made.message ?? made.name}`)
    }
  }

  #brokerNodes(all: OpeningNode[], present: OpeningNode[]): BrokerNodes {
    const { settings, faults, living, logger } = this.#parts
    return new BrokerNodes({
      all,
      present,
      topics: living.cluster.topics,
      faultyIds: () => faults.down,
      make: (id, asked) => newNode(id, asked, settings),
      open: (node) => this.#kafka.open(node, this.#shared()),
      listenerOf: (id) => this.#kafka.of(id),
      drop: (id) => this.#kafka.drop(id),
      logger: logger.for('blink::server'),
    })
  }

  async #setFaults(): Promise<void> {
    const { settings, faults } = this.#parts
    faults.watch(() => this.nodes.follow())
    for (const one of settings.faults) {
      const refusal = faults.refusal(one)
      if (refusal !== null) throw new StartError(`faults: ${refusal}`)
      faults.add(one)
    }
    await this.nodes.settled
  }

  async #open(nodes: readonly OpeningNode[]): Promise<void> {
    const { settings } = this.#parts
    // First, so that /health tells of the others, and a browser on a Kafka port can be told where to go.
    if (settings.restPort !== null) await this.#openHttp(settings.restPort)
    for (const node of nodes) await this.#kafka.open(node, this.#shared())
    await this.#pluginPorts.update()
    this.#isReady = true
  }

  #kafkaPorts(): KafkaPorts {
    const { settings, logger, time, living } = this.#parts
    return new KafkaPorts({
      settings,
      authentication: living.cluster.authentication,
      time,
      listen: (who, port, host, open) => this.#listen(who, port, host, open),
      onOpen: (name, protocol, address, broker) => {
        const which = name === plainListener ? {} : { listener: name, protocol }
        logger.for('blink::server').info(`Kafka on ${address}`, { broker, ...which })
      },
    })
  }

  #shared() {
    const { settings, clock, logger, faults } = this.#parts
    const { cluster } = this
    return {
      refuses: (id: number) => faults.strikesConnections && faults.refuses(id),
      holdMs: (address: string) => (cluster.quotas.isOn ? cluster.quotas.connect(address, cluster.clock.now()) : 0),
      connectionsMax: () => cluster.config.number('max.connections'),
      addresses: new AddressCounts(cluster.config),
      dispatcher: this.#dispatcher,
      clock,
      logger: logger.for('blink::server'),
      httpPort: this.#httpPort,
      limits: {
        requestBytesMax: settings.requestBytesMax,
        queuedResponseBytesMax: settings.queuedResponseBytesMax,
        idleMs: settings.connectionIdleTimeoutMs,
      },
    }
  }

  async #openHttp(port: number): Promise<void> {
    const { settings, clock, logger, metrics, faults, time } = this.#parts
    const connectionCount = () => this.#kafka.connectionCount
    const counted = { cluster: this.cluster, requests: metrics.byApi, connectionCount, clock }
    const throughput = new Throughput(counted, this.#stopping.signal)
    const parts = {
      cluster: this.cluster,
      faults: faultAdmin(faults),
      snapshots: this.snapshots,
      brokers: brokersFor(this.nodes, this.cluster),
      requestLog: this.#parts.requests,
      machine: this.#parts.clock,
      reset: () => this.#resetForHttp(),
      clock: clockFor(time),
      requests: metrics.byApi,
      connectionCount,
      connections: () => this.#kafka.visits,
      throughput,
      ...this.#pluginHttp,
      updatePorts: () => this.#pluginPorts.updateOrLog(),
      logger: logger.for('blink::http'),
      health: () => ({ ready: this.#isReady, waitingFor: this.#isReady ? [] : ['all ports to be open'] }),
      version,
      stopping: this.#stopping.signal,
    }
    const app = lazily(async () => (await import('./http/app.ts')).createApp(parts))
    this.#httpServer = await this.#serve('rest_port', port, app)
    this.#httpPort = this.#httpServer.port
    logger.for('blink::http').info(`HTTP on ${settings.listenAddress}:${this.#httpPort}`)
  }

  async #openPluginPort(name: string, port: number): Promise<HttpServer> {
    const { settings, logger } = this.#parts
    const http = logger.for('blink::http')
    const parts = { name, ...this.#pluginHttp, logger: http }
    const site = lazily(async () => (await import('./http/plugin-site.ts')).createPluginSite(parts))
    const server = await this.#serve(`plugin '${name}'`, port, site)
    http.info(`Status page of plugin '${name}' on ${settings.listenAddress}:${server.port}`)
    return server
  }

  #serve(who: string, port: number, app: Served): Promise<HttpServer> {
    const { settings, clock, logger } = this.#parts
    const { listenAddress: host, connectionsMax } = settings
    const http = logger.for('blink::http')
    return this.#listen(who, port, host, (port) =>
      HttpServer.open(app, { host, port, connectionsMax, clock, logger: http }),
    )
  }

  async #listen<T>(who: string, port: number, host: string, open: (port: number) => Promise<T>): Promise<T> {
    try {
      return await open(port)
    } catch (error) {
      throw new StartError(portProblem(who, port, host, error as NodeJS.ErrnoException))
    }
  }
}

function portProblem(who: string, port: number, address: string, error: NodeJS.ErrnoException): string {
  const what = `${who}: port ${port} on ${address}`
  switch (error.code) {
    case 'EADDRINUSE':
      return `${what} is in use; stop what listens there, or choose another port (0: any free one)`
    case 'EACCES':
      return `${what} may not be opened by this user; choose a port above 1023`
    case 'EADDRNOTAVAIL':
      return `${what} cannot be opened: this machine does not have the address; set listen_address`
    default:
      return `${what} cannot be opened: ${error.message}`
  }
}
