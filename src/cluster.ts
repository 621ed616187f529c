/**
 * Builds the state that all brokers of the cluster share, from settings, a clock and a source of randomness. No
 * sockets, no threads: those are added by `broker.ts`, and a test does without them.
 */
import { Authentication } from './authentication/authentication.ts'
import { Authorizer } from './authorization/authorizer.ts'
import type { Clock } from './base/clock.ts'
import type { Logger } from './base/logger.ts'
import { kafkaUuid, type Random } from './base/random.ts'
import { coordinatorPartition } from './coordinator/coordinators.ts'
import { Groups } from './coordinator/groups.ts'
import type { LentTopics, TopicShape } from './coordinator/lent.ts'
import type { TopicPartition } from './coordinator/offsets.ts'
import { groupDefaults, transactionDefaults } from './coordinator/settings.ts'
import { type EndMarker, Transactions } from './coordinator/transactions.ts'
import { makeShares } from './cluster-shares.ts'
import { Authors } from './handlers/authors.ts'
import { ClientTelemetry } from './handlers/client-telemetry.ts'
import { ConnectedMembers } from './handlers/connected-members.ts'
import { Features } from './handlers/features.ts'
import { FetchSessions } from './handlers/fetch-sessions.ts'
import type { Cluster, Node } from './handlers/handler.ts'
import { handlersAsOf } from './handlers/as-of.ts'
import { Intake, type Judge } from './handlers/intake.ts'
import { Outlet } from './handlers/outlet.ts'
import { Parking } from './handlers/parking.ts'
import { ProducerIds } from './handlers/producer-ids.ts'
import { Refusals } from './handlers/refusals.ts'
import { type Eviction, MemoryBudget } from './log/memory-budget.ts'
import { Partition, type PartitionOptions } from './log/partition.ts'
import type { PartitionImage } from './log/partition-image.ts'
import type { RecordSource } from './plugins/host.ts'
import type { KafkaError } from './protocol/errors.ts'
import { offsetsTopic } from './protocol/internal-topics.ts'
import { authenticationOptions } from './kafka-ports.ts'
import { ClientQuotas } from './quotas/client-quotas.ts'
import type { Settings } from './settings/settings.ts'
import { fixedConfigs, idleConfigs, staticConfigs } from './static-configs.ts'
import { startUpkeep } from './upkeep.ts'
import { BrokerConfig } from './configs/broker-config.ts'
import { ClientMetricsConfigs } from './configs/client-metrics-config.ts'
import { GroupConfigs } from './configs/group-config.ts'
import type { TopicConfig } from './configs/topic-config.ts'
import { type Topic, Topics } from './topics/topics.ts'

export interface ClusterDependencies {
  /** Those that are there; brokers may go and come back. */
  readonly nodes: readonly Node[]
  /** All there are; by default those that are there at first. */
  readonly registered?: readonly Node[]
  readonly judge: Judge
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  /** Told how much is stored, whenever it changes. */
  readonly onStoredBytes?: (storedBytes: number) => void
}

/** Kafka's own name for it, which tools and log configurations know. */
const authorizerLogger = 'kafka.authorizer.logger'
const deadLetterSuffix = '.rejected'

/** A cluster that lives until `close`. */
export interface LivingCluster {
  readonly cluster: Cluster
  /** What is stored, for whoever follows it from within. */
  readonly source: RecordSource
  /** Makes a partition that holds what an image says. */
  readonly revive: (topic: string, index: number, config: TopicConfig, image: PartitionImage) => Partition
  /** Wakes whoever waits for an answer, and stops all timers. */
  close(): void
}

export function makeCluster(settings: Settings, dependencies: ClusterDependencies): LivingCluster {
  const { nodes, registered = [...nodes], judge, clock, random, logger } = dependencies
  const config = new BrokerConfig(staticConfigs(settings), fixedConfigs)
  for (const name of idleConfigs(settings)) logger.warn(`broker_configs: ${name} is kept, and has no effect in Blink`)
  const groupConfigs = new GroupConfigs(config)
  const { topics, budget, onChange, revive } = makeTopics(settings, config, { ...dependencies, registered })
  const authors = new Authors()
  const features = new Features()
  const lent = { topics, features, configs: groupConfigs }
  const { groups, transactions, producerIds } = makeCoordinators(settings, lent, dependencies)
  const refusals = new Refusals(clock)
  const uncompressedBytesMax = settings.requestBytesMax
  const judging = { judge, logger: logger.for('blink::plugins'), uncompressedBytesMax }
  const graveOf = (topic: Topic<Partition>, name?: string) => deadLetterTopic(topics, topic, name)
  const intake = new Intake({ ...judging, clock, authors, refusals, deadLetterTopic: graveOf })
  const outlet = new Outlet(judging)
  const parking = new Parking(clock)
  const cluster: Cluster = {
    id: settings.clusterId ?? kafkaUuid(random),
    apis: handlersAsOf(settings.asVersion).map(({ api }) => api),
    asVersion: settings.asVersion,
    nodes,
    registered,
    ...makeGuards(settings, dependencies),
    quotas: new ClientQuotas(windowsOf(config, 'quota'), windowsOf(config, 'controller.quota')),
    topics,
    groups,
    ...makeShares({ clock, logger: logger.for('blink::coordinator'), config, groupConfigs, groups, topics, features }),
    connectedMembers: settings.groupEvictsOnDisconnect ? new ConnectedMembers(groups) : null,
    transactions,
    intake,
    outlet,
    refusals,
    producerIds,
    coordinatorIds: registered.map(({ id }) => id),
    coordinatorMoves: new Map(),
    fetchSessions: new FetchSessions(random, config.number('max.incremental.fetch.session.cache.slots')),
    parking,
    memory: budget,
    uncompressedBytesMax,
    isPurgedOnFetch: settings.isPurgedOnFetch,
    config,
    groupConfigs,
    ...makeAdministration(config),
    features,
    clock,
    random,
    logger,
  }
  const upkeep = startUpkeep(cluster)
  const parts = [upkeep, parking, groups, transactions, cluster.authentication]
  const close = () => parts.forEach((part) => part.close())
  const source: RecordSource = {
    topics: () => topics.all(),
    madeBy: (partition, offset) => authors.of(partition, offset),
    onChange,
  }
  return { cluster, source, revive, close }
}

/** Who clients are, and what they may do. */
function makeGuards(settings: Settings, dependencies: ClusterDependencies) {
  return {
    authorizer: settings.hasAuthorizer
      ? new Authorizer({ ...settings, logger: dependencies.logger.for(authorizerLogger) })
      : null,
    authentication: new Authentication(authenticationOptions(settings), dependencies),
  }
}

function makeAdministration(config: BrokerConfig) {
  const clientMetrics = new ClientMetricsConfigs()
  const telemetry = new ClientTelemetry(clientMetrics, () => config.number('telemetry.max.bytes'))
  return { clientMetrics, telemetry }
}

function makeCoordinators(
  settings: Settings,
  { topics, features, configs }: { topics: Topics<Partition>; features: Features; configs: GroupConfigs },
  { clock, random, nodes, logger: root }: ClusterDependencies,
) {
  const logger = root.for('blink::coordinator')
  const lent = lentTopics(topics, nodes)
  const limits = groupSettings(settings, configs.broker)
  const groups = new Groups({ clock, random, settings: limits, logger, topics: lent, configs })
  const producerIds = new ProducerIds()
  const transactions = new Transactions({
    clock,
    settings: transactionSettings(configs.broker),
    logger,
    newProducerId: () => producerIds.next(),
    keepsSecondGeneration: () => features.level('transaction.version') > 0,
    writeMarker: (partition, marker) => writeMarker(partition, marker, topics, groups, clock),
  })
  return { groups, transactions, producerIds }
}

/** The topics as the group coordinator sees them. */
function lentTopics(topics: Topics<Partition>, nodes: readonly Node[]): LentTopics {
  const shapeOf = (topic: Topic<Partition> | undefined): TopicShape | undefined => {
    if (topic === undefined) return undefined
    const { id, name, partitions, assignment } = topic
    return { id, name, partitionCount: partitions.length, racks: racksOf(assignment, nodes) }
  }
  return {
    get version() {
      return topics.version
    },
    get: (name) => shapeOf(topics.get(name)),
    byId: (id) => shapeOf(topics.byId(id)),
    names: () => [...topics.all()].map(({ name }) => name),
  }
}

/** The racks that hold each partition; empty where brokers have none. */
function racksOf(assignment: Topic<Partition>['assignment'], nodes: readonly Node[]): string {
  if (nodes.every(({ rack }) => rack === null)) return ''
  const racks = new Map(nodes.map(({ id, rack }) => [id, rack ?? '']))
  return assignment.map((replicas) => replicas.map((id) => racks.get(id) ?? '').sort()).join(';')
}

function windowsOf(config: BrokerConfig, what: 'quota' | 'controller.quota') {
  return {
    count: config.number(`${what}.window.num`),
    sizeMs: config.number(`${what}.window.size.seconds`) * 1_000,
  }
}

/** Where records are stored, and how to follow what is stored from within. */
function makeTopics(
  settings: Settings,
  config: BrokerConfig,
  { nodes, registered, random, logger, onStoredBytes }: ClusterDependencies & Pick<Cluster, 'registered'>,
) {
  const log = logger.for('blink::log')
  const onEviction = (eviction: Eviction) => tellEviction(eviction, budget, log)
  const budget: MemoryBudget = new MemoryBudget(settings.memoryBytesMax, onEviction, onStoredBytes)
  const watchers = new Set<() => void>()
  const tellWatchers = () => {
    for (const wake of watchers) wake()
  }
  const make = (options: PartitionOptions) => {
    tellWatchers()
    return new Partition(options)
  }
  const topics = new Topics<Partition>({
    random,
    config,
    get brokers() {
      return registered.map((node) => ({ id: node.id, rack: node.rack, isThere: nodes.includes(node) }))
    },
    makePartition: (topic, index, config) => make({ topic, index, config, budget }),
    dropPartition: (partition) => {
      partition.delete()
      tellWatchers()
    },
  })
  const onChange = (wake: () => void) => {
    watchers.add(wake)
    return () => watchers.delete(wake)
  }
  const revive: LivingCluster['revive'] = (topic, index, config, image) => make({ topic, index, config, budget, image })
  return { topics, budget, onChange, revive }
}

function groupSettings(settings: Settings, config: BrokerConfig) {
  return {
    ...groupDefaults,
    isEnabled: settings.hasGroups,
    sessionTimeoutMinMs: settings.groupSessionTimeoutMinMs,
    sessionTimeoutMaxMs: settings.groupSessionTimeoutMaxMs,
    initialRebalanceDelayMs: settings.groupInitialRebalanceDelayMs,
    membersPerGroupMax: settings.groupMembersMax,
    offsetsRetentionMs: settings.offsetsRetentionMs,
    offsetMetadataMax: config.number('offset.metadata.max.bytes'),
    offsetsRetentionCheckMs: config.number('offsets.retention.check.interval.ms'),
  }
}

function transactionSettings(config: BrokerConfig) {
  return {
    ...transactionDefaults,
    timeoutMaxMs: config.number('transaction.max.timeout.ms'),
    timeoutCheckMs: config.number('transaction.abort.timed.out.transaction.cleanup.interval.ms'),
    transactionalIdExpirationMs: config.number('transactional.id.expiration.ms'),
    expirationCheckMs: config.number('transaction.remove.expired.transaction.cleanup.interval.ms'),
  }
}

/** What is gone by now needs no marker. */
function writeMarker(
  { topic, partition: index }: TopicPartition,
  marker: EndMarker,
  topics: Topics<Partition>,
  groups: Groups,
  clock: Clock,
): void {
  const { producerId, isCommitted } = marker
  if (topic === offsetsTopic) {
    groups.endTransaction(producerId, isCommitted, (groupId) => coordinatorPartition(groupId) === index)
  } else {
    topics.get(topic)?.partitions[index]?.endTransaction(marker, clock.now())
  }
}

/** As many partitions as the topic whose dead letters it takes, so that they keep their places. */
function deadLetterTopic(
  topics: Topics<Partition>,
  { name, partitions }: Topic<Partition>,
  asked: string | undefined,
): Topic<Partition> | KafkaError {
  const grave = asked ?? `${name}${deadLetterSuffix}`
  return topics.get(grave) ?? topics.create({ name: grave, partitionCount: partitions.length })
}

function tellEviction(eviction: Eviction, { storedBytes, bytesMax }: MemoryBudget, logger: Logger): void {
  logger.warn(`max_memory is reached: deleted the oldest segment of ${eviction.topic}-${eviction.partition}`, {
    bytes: eviction.byteLength,
    log_start_offset: eviction.logStartOffset,
    stored_bytes: storedBytes,
    max_memory: bytesMax,
  })
}
