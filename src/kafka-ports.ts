/**
 * The ports at which clients of Kafka's find the brokers: for each broker one of `broker_ports`, which is plain, and
 * one of every listener that settings name.
 */
import { type AccessTokenRules, tokenJudge } from './authentication/access-token.ts'
import type { Authentication, AuthenticationOptions } from './authentication/authentication.ts'
import type { Clock } from './base/clock.ts'
import type { Node, Place, Visit } from './handlers/handler.ts'
import { Listener, type ListenerOptions, type LoginOptions } from './server/listener.ts'
import type { TlsOptions } from './server/tls-gate.ts'
import type { Settings } from './settings/settings.ts'
import { brokerCount, type ListenerEntry, nameOf, plainListener, type Protocol } from './settings/security.ts'
import { StartError } from './start-error.ts'

/** A node whose ports are known once they are open. */
export type OpeningNode = {
  -readonly [K in keyof Node]: K extends 'listeners' ? Map<string, OpeningPlace> : Node[K]
} & { listeners: Map<string, OpeningPlace>; bound: Map<string, string> }
type OpeningPlace = { -readonly [K in keyof Place]: Place[K] }

interface Opened {
  readonly nodeId: number
  readonly name: string
  readonly listener: Listener
}

/** What all listeners have in common. */
export type Shared = Omit<ListenerOptions, 'nodeId' | 'name' | 'host' | 'tls' | 'login'>

export interface KafkaPortsParts {
  readonly settings: Settings
  readonly authentication: Authentication
  /** The cluster's: logins expire by it. */
  readonly time: Clock
  /** Opens a port, or throws a StartError that says who wanted it. */
  listen<T>(who: string, port: number, host: string, open: (port: number) => Promise<T>): Promise<T>
  onOpen(name: string, protocol: Protocol, address: string, nodeId: number): void
}

export class KafkaPorts {
  readonly #parts: KafkaPortsParts
  #opened: Opened[] = []

  constructor(parts: KafkaPortsParts) {
    this.#parts = parts
  }

  /** Those of one listener, in the order of the brokers; of the first there is, unless it is named. */
  ports(name = this.#opened[0]?.name): readonly number[] {
    return this.#opened.filter((one) => one.name === name).map(({ listener }) => listener.port)
  }

  get connectionCount(): number {
    return this.#opened.reduce((sum, { listener }) => sum + listener.connectionCount, 0)
  }

  get visits(): readonly Visit[] {
    return this.#opened.flatMap(({ listener }) => listener.visits)
  }

  /** Tells the node its ports. */
  async open(node: OpeningNode, shared: Shared): Promise<void> {
    const { settings } = this.#parts
    const at = node.id - 1
    if (settings.brokerPorts.length > 0) {
      const { listenAddress: host } = settings
      const options = { ...shared, nodeId: node.id, host }
      const listener = await this.#listen('broker_ports', [plainListener, 'PLAINTEXT'], node, node.port, options)
      node.port = listener.port
    }
    for (const entry of settings.listeners) await this.#openListener(entry, node, at, shared)
  }

  /** All listeners of one broker. */
  of(nodeId: number): Pick<Listener, 'suspend' | 'resume'> {
    const listeners = this.#opened.filter((one) => one.nodeId === nodeId).map(({ listener }) => listener)
    return {
      suspend: () => {
        for (const one of listeners) one.suspend()
      },
      resume: async () => {
        for (const one of listeners) await one.resume()
      },
    }
  }

  /** They are cut, and their ports given back. */
  drop(nodeId: number): void {
    this.of(nodeId).suspend()
    this.#opened = this.#opened.filter((one) => one.nodeId !== nodeId)
  }

  async close(graceMs: number): Promise<void> {
    await Promise.all(this.#opened.map(({ listener }) => listener.close(graceMs)))
  }

  async #openListener(entry: ListenerEntry, node: OpeningNode, at: number, shared: Shared): Promise<void> {
    const { settings } = this.#parts
    const { protocol, ports, host } = entry
    const name = nameOf(entry)
    const options = {
      ...shared,
      nodeId: node.id,
      name,
      host: host ?? settings.listenAddress,
      ...(isTls(protocol) ? { tls: await tlsOptions(settings, protocol) } : {}),
      ...(isSasl(protocol) ? { login: this.#login() } : {}),
    }
    const listener = await this.#listen(`listener ${name}`, [name, protocol], node, ports[at] ?? 0, options)
    const place = node.listeners.get(name)!
    if (place.port === 0) place.port = listener.port
    if (settings.brokerPorts.length === 0 && settings.listeners[0] === entry) Object.assign(node, place)
  }

  async #listen(
    who: string,
    [name, protocol]: readonly [string, Protocol],
    node: OpeningNode,
    port: number,
    options: ListenerOptions,
  ) {
    const { listen, onOpen } = this.#parts
    const { host, nodeId } = options
    const listener = await listen(who, port, host, (port) => Listener.open(port, options))
    this.#opened.push({ nodeId, name, listener })
    const address = `${host.includes(':') ? `[${host}]` : host}:${listener.port}`
    node.bound.set(name, address)
    onOpen(name, protocol, address, nodeId)
    return listener
  }

  #login(): LoginOptions {
    const { settings, authentication, time } = this.#parts
    return {
      authentication,
      time,
      failureDelayMs: settings.failedAuthenticationDelayMs,
      loginMs: settings.handshakeTimeoutMs,
      requestBytesMax: settings.loginBytesMax,
    }
  }
}

/** The brokers, of which the ports are not known yet. */
export function nodesOf(settings: Settings): OpeningNode[] {
  const { brokerPorts, brokerRacks } = settings
  return Array.from({ length: brokerCount(settings) }, (_, at) => {
    return newNode(at + 1, { port: brokerPorts[at] ?? 0, rack: brokerRacks[at] ?? null }, settings)
  })
}

export function newNode(
  id: number,
  { port, rack }: { readonly port: number; readonly rack: string | null },
  { listeners, kafkaHostname }: Pick<Settings, 'listeners' | 'kafkaHostname'>,
): OpeningNode {
  const places = listeners.map((one) => [nameOf(one), placeOf(one, id - 1, kafkaHostname)] as const)
  return { id, port, advertisedHost: kafkaHostname, rack, listeners: new Map(places), bound: new Map() }
}

/** Of port 0 nothing was said: it is that on which the broker listens. */
function placeOf({ advertised, ports }: ListenerEntry, at: number, kafkaHostname: string | null): OpeningPlace {
  const said = advertised.length === 1 ? advertised[0] : advertised[at]
  const [, host = null, port = ports[at] ?? 0] = /^(\[.*\]|[^:]*)(?::(\d+))?$/.exec(said ?? '') ?? []
  const bare = host?.replace(/^\[|\]$/g, '')
  return { port: Number(port), advertisedHost: bare ? bare : kafkaHostname }
}

/** What clients may prove themselves by, as settings have it. */
export function authenticationOptions(settings: Settings): AuthenticationOptions {
  const rules: AccessTokenRules = {
    jwks: settings.oauthJwks,
    audiences: settings.oauthAudience,
    issuer: settings.oauthIssuer,
    requiredScopes: settings.oauthScopes,
    scopeClaim: settings.oauthScopeClaim,
    subClaim: settings.oauthSubClaim,
    clockSkewMs: settings.oauthClockSkewMs,
  }
  return {
    mechanisms: settings.saslMechanisms,
    users: settings.saslUsers,
    tokenJudge: tokenJudge(rules),
    reauthenticationMs: settings.reauthenticationMs,
    delegationTokens: {
      secret: settings.delegationTokenSecret,
      maxLifetimeMs: settings.delegationTokenLifetimeMs,
      expiryMs: settings.delegationTokenExpiryMs,
    },
  }
}

function isTls(protocol: Protocol): boolean {
  return protocol === 'SSL' || protocol === 'SASL_SSL'
}

function isSasl(protocol: Protocol): boolean {
  return protocol === 'SASL_PLAINTEXT' || protocol === 'SASL_SSL'
}

/** Clients that log in show no certificate, as in Kafka where nothing is said of that very listener. */
async function tlsOptions(settings: Settings, protocol: Protocol): Promise<TlsOptions> {
  const { tlsKey: key, tlsKeyPassword: keyPassword, tlsCertificate: certificate, tlsCa: ca } = settings
  if (key === null || certificate === null)
    throw new StartError('a listener with TLS needs tls_key and tls_certificate')
  const [{ createSecureContext }, { principalMapping }] = await Promise.all([
    import('node:tls'),
    import('./server/principal-mapping.ts'),
  ])
  const tried = <T>(what: string, use: () => T): T => {
    try {
      return use()
    } catch (error) {
      throw new StartError(`${what} cannot be used: ${(error as Error).message}`)
    }
  }
  const passphrase = keyPassword === null ? {} : { passphrase: keyPassword }
  tried('tls_key with tls_certificate', () => createSecureContext({ key, cert: certificate, ...passphrase }))
  return {
    key,
    keyPassword,
    certificate,
    ca,
    clientAuth: protocol === 'SSL' ? settings.tlsClientAuth : 'none',
    mapping: tried('tls_principal_mapping_rules', () => principalMapping(settings.tlsPrincipalRules)),
    handshakeMs: settings.handshakeTimeoutMs,
  }
}
