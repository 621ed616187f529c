/**
 * What a handler is, and all that it may see while it serves one request.
 *
 * A handler translates between a message and the parts of the broker; decisions live in those parts. It answers with a
 * response, with a promise of one (long polls, joins, plugin verdicts), with null where Kafka sends none, or by hanging
 * up.
 */
import type { Authentication } from '../authentication/authentication.ts'
import type { SaslSession } from '../authentication/sasl-session.ts'
import type { Authorizer } from '../authorization/authorizer.ts'
import type { Clock } from '../base/clock.ts'
import type { Logger } from '../base/logger.ts'
import type { Random } from '../base/random.ts'
import type { Groups } from '../coordinator/groups.ts'
import type { ShareGroups } from '../coordinator/share/share-groups.ts'
import type { Transactions } from '../coordinator/transactions.ts'
import type { MemoryBudget } from '../log/memory-budget.ts'
import type { Partition } from '../log/partition.ts'
import type { KafkaError } from '../protocol/errors.ts'
import type { Principal } from '../protocol/principal.ts'
import type { Release } from '../protocol/releases.ts'
import type { Api, Fields, Value } from '../protocol/schema.ts'
import type { BrokerConfig } from '../configs/broker-config.ts'
import type { ClientMetricsConfigs } from '../configs/client-metrics-config.ts'
import type { GroupConfigs } from '../configs/group-config.ts'
import type { ClientQuotas } from '../quotas/client-quotas.ts'
import type { Shares } from '../share/shares.ts'
import type { Topics } from '../topics/topics.ts'
import type { ClientTelemetry } from './client-telemetry.ts'
import type { ConnectedMembers } from './connected-members.ts'
import type { Features } from './features.ts'
import type { FetchSessions } from './fetch-sessions.ts'
import type { Intake } from './intake.ts'
import type { Outlet } from './outlet.ts'
import type { Parking } from './parking.ts'
import type { ProducerIds } from './producer-ids.ts'
import type { Refusals } from './refusals.ts'

/** Where clients are told to find a broker. */
export interface Place {
  readonly port: number
  /** Null: the address at which they reached us. */
  readonly advertisedHost: string | null
}

/** One broker of the cluster: ports that clients connect to. All of them serve the same state. */
export interface Node extends Place {
  readonly id: number
  readonly rack: string | null
  /** By the names of listeners beside that of broker_ports. */
  readonly listeners?: ReadonlyMap<string, Place>
  /** Where it listens, as `host:port` by the names of all its listeners; once they are open. */
  readonly bound?: ReadonlyMap<string, string>
}

/** Everything the requests of one cluster share. */
export interface Cluster {
  readonly id: string
  /** What is served, ascending by key: `handlers/index.ts`. */
  readonly apis: readonly Api[]
  /** The release of Apache Kafka whose versions are served. */
  readonly asVersion: Release
  /** Those that are there, ascending by id; a fault may take one down. */
  readonly nodes: readonly Node[]
  /** All that belong to it, there or not, ascending by id. */
  readonly registered: readonly Node[]
  /** Null: everyone may everything, and there are no ACLs. Handlers ask through `authorization.ts`. */
  readonly authorizer: Authorizer | null
  readonly authentication: Authentication
  readonly quotas: ClientQuotas
  readonly topics: Topics<Partition>
  readonly groups: Groups
  readonly shareGroups: ShareGroups
  readonly shares: Shares
  readonly transactions: Transactions
  /** Null: members stay until their sessions time out. */
  readonly connectedMembers: ConnectedMembers | null
  readonly intake: Intake
  readonly outlet: Outlet
  readonly refusals: Refusals
  readonly producerIds: ProducerIds
  /** The brokers that the partitions of the internal topics went round when the cluster began. */
  readonly coordinatorIds: readonly number[]
  /** By group or transactional id: how many brokers further its coordinator has gone. */
  readonly coordinatorMoves: Map<string, number>
  readonly fetchSessions: FetchSessions
  readonly parking: Parking
  /** What the records of all partitions take, and may take. */
  readonly memory: Pick<MemoryBudget, 'storedBytes' | 'bytesMax'>
  /** A batch that is larger once it is uncompressed is refused. */
  readonly uncompressedBytesMax: number
  /** A fetch at an offset deletes what lies before it (purge_on_fetch). */
  readonly isPurgedOnFetch: boolean
  readonly config: BrokerConfig
  readonly groupConfigs: GroupConfigs
  readonly clientMetrics: ClientMetricsConfigs
  readonly telemetry: ClientTelemetry
  readonly features: Features
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
}

/** The client's connection, as far as answers depend on it. */
export interface Connection {
  /** The broker that it reached. */
  readonly nodeId: number
  /** The address at which it reached us. */
  readonly localAddress: string
  readonly remoteAddress: string
  /** As it has proved so far. */
  principal: Principal
  /** The name of the listener; undefined: that of broker_ports. */
  readonly listener?: string
  /** Whether what came was encrypted. */
  readonly isTls?: boolean
  /** Where clients log in: how far this one is. */
  readonly sasl?: SaslSession
  /** Set while a request is served: after its answer nothing is read for so long, as Kafka mutes who exceeds quotas. */
  muteMs?: number
  /** For whoever wants to know who is here. */
  readonly visit?: Visit
}

/** A client's stay: nothing that answers depend on. */
export interface Visit {
  readonly id: string
  readonly nodeId: number
  /** By its name. */
  readonly listener: string
  readonly address: string
  readonly sinceMs: number
  /** `User:alice`, as of its last login. */
  principal: string
  /** As of its last request. */
  clientId: string | null
  /** What it says it is (KIP-511). */
  software: { readonly name: string; readonly version: string } | null
  requests: number
  lastApiKey: number | null
  lastRequestMs: number | null
}

export interface Context {
  readonly version: number
  readonly now: number
  readonly clientId: string | null
  readonly connection: Connection
  readonly cluster: Cluster
  /** What a fault has its leader say to a partition of this request; undefined where there is no fault. */
  readonly refusalAt?: (topic: string, partition: number) => KafkaError | null
}

/** Where Kafka has no answer in which to say what is wrong, and closes the connection instead. */
export const hangUp = Symbol('hang up')
export type Answer<S extends Fields> = Value<S> | null | typeof hangUp

export type Handle<Q extends Fields, S extends Fields> = (
  request: Value<Q>,
  context: Context,
) => Answer<S> | Promise<Answer<S>>

export interface Handler {
  readonly api: Api
  // biome-ignore lint/suspicious/noExplicitAny: the list of handlers mixes APIs; `handler` checked each.
  readonly handle: (request: any, context: Context) => ReturnType<Handle<any, any>>
  /** It copies what it keeps of the bytes of a request, which are lent only until it returns (protocol/frames.ts). */
  readonly borrows: boolean
}

export function handler<Q extends Fields, S extends Fields>(
  api: Api<Q, S>,
  handle: Handle<Q, S>,
  { borrows = false } = {},
): Handler {
  return { api, handle, borrows }
}
