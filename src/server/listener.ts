/** One broker's port: accepts connections up to a limit, and closes them in good order. */
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { SaslSession } from '../authentication/sasl-session.ts'
import type { Authentication } from '../authentication/authentication.ts'
import type { Connection as Client, Visit } from '../handlers/handler.ts'
import { anonymous, type Principal, principalText } from '../protocol/principal.ts'
import type { AddressCounts } from './address-counts.ts'
import { Connection, type ConnectionOptions } from './connection.ts'
import { SaslGate, type SaslGateOptions } from './sasl-gate.ts'
import type { TlsGate, TlsOptions } from './tls-gate.ts'

/** How clients log in. */
export interface LoginOptions extends Pick<SaslGateOptions, 'time' | 'failureDelayMs' | 'loginMs'> {
  readonly authentication: Authentication
  /** The largest request of one who has not done so yet. */
  readonly requestBytesMax: number
}

export interface ListenerOptions extends Omit<ConnectionOptions, 'client'> {
  readonly nodeId: number
  /** Its name, where it is not that of broker_ports. */
  readonly name?: string
  /** Undefined: what comes is not encrypted. */
  readonly tls?: TlsOptions
  /** Undefined: nobody need log in. */
  readonly login?: LoginOptions
  readonly host: string
  /** Of this port. */
  readonly connectionsMax: () => number
  /** Of this broker. */
  readonly addresses: AddressCounts
  /** Whether a fault has it that this connection is cut as soon as it is there. */
  readonly refuses?: (nodeId: number) => boolean
  /** For how long a connection from there is held, unserved, before it is closed: too many came; 0: it is served. */
  readonly holdMs?: (address: string) => number
}

/** That of broker_ports is called as its protocol. */
const unnamed = 'PLAINTEXT'

export class Listener {
  readonly #server: Server
  readonly #options: ListenerOptions
  readonly #connections = new Map<Connection, Visit>()
  /** Not yet connections: TLS has not made them so, or they are held for a quota. */
  readonly #opening = new Set<Socket>()
  #tls: TlsGate | null = null
  #port = 0
  #accepted = 0

  private constructor(options: ListenerOptions) {
    this.#options = options
    this.#server = createServer({ noDelay: true }, (socket) => this.#accept(socket))
  }

  /** Rejects with Node's error when the port cannot be had. */
  static async open(port: number, options: ListenerOptions): Promise<Listener> {
    const listener = new Listener(options)
    if (options.tls !== undefined) await listener.#useTls(options.tls)
    await listener.#listen(port)
    return listener
  }

  get port(): number {
    return this.#port
  }

  /** As a broker that died: its port is closed, its connections are cut. */
  suspend(): void {
    if (!this.#server.listening) return
    this.#server.close()
    this.#cut()
  }

  /** Listens again, on the same port. Rejects with Node's error when another has taken it. */
  async resume(): Promise<void> {
    if (!this.#server.listening) await this.#listen(this.#port)
  }

  async #listen(port: number): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen(port, this.#options.host, () => {
        this.#server.off('error', reject)
        this.#port = (this.#server.address() as AddressInfo).port
        resolve()
      })
    })
  }

  get connectionCount(): number {
    return this.#connections.size
  }

  /** Oldest first. */
  get visits(): readonly Visit[] {
    return [...this.#connections.values()]
  }

  /** Accepts no more, lets each connection answer what it has in hand, and ends those that are not done by then. */
  async close(graceMs: number): Promise<void> {
    const { clock } = this.#options
    this.#server.close()
    const open = [...this.#connections.keys()]
    for (const connection of open) connection.close()
    for (const socket of this.#opening) socket.destroy()
    const timer = clock.after(graceMs, () => this.#cut())
    await Promise.all(open.map((connection) => connection.closed))
    timer.cancel()
  }

  #cut(): void {
    for (const socket of this.#opening) socket.destroy()
    for (const connection of this.#connections.keys()) connection.destroy()
  }

  /** What TLS is made of is loaded only where it is needed. */
  async #useTls(options: TlsOptions): Promise<void> {
    const { TlsGate } = await import('./tls-gate.ts')
    this.#tls = new TlsGate(options, (stream, principal) => this.#welcome(stream, principal), this.#options.logger)
  }

  #accept(socket: Socket): void {
    const { nodeId, refuses, addresses } = this.#options
    const address = plainAddress(socket.remoteAddress)
    if (!this.#hasRoom(address)) {
      socket.destroy()
      return
    }
    socket.on('close', () => addresses.giveBack(address))
    const holdMs = this.#options.holdMs?.(address) ?? 0
    if (refuses?.(nodeId)) socket.resetAndDestroy()
    else if (holdMs === 0 && this.#tls === null) this.#welcome(socket, anonymous)
    else {
      this.#opening.add(socket)
      socket.on('close', () => this.#opening.delete(socket))
      if (holdMs > 0) this.#hold(socket, holdMs)
      else this.#tls!.take(socket)
    }
  }

  /** If so, it is counted. */
  #hasRoom(address: string): boolean {
    const { connectionsMax, addresses, logger } = this.#options
    const most = connectionsMax()
    if (this.#connections.size + this.#opening.size >= most) {
      logger.warn(`refused a connection: max_connections is ${most}`)
      return false
    }
    if (addresses.take(address)) return true
    logger.warn(`refused a connection from ${address}: it has the ${addresses.most(address)} that it may have`)
    return false
  }

  /** Its client waits as for any answer, and comes back no sooner than it is closed. */
  #hold(socket: Socket, holdMs: number): void {
    const timer = this.#options.clock.after(holdMs, () => socket.destroy())
    socket.on('error', () => socket.destroy())
    socket.on('close', () => timer.cancel())
  }

  #welcome(socket: Socket, principal: Principal): void {
    const { nodeId, name, tls, login, clock } = this.#options
    const remoteAddress = plainAddress(socket.remoteAddress)
    const visit: Visit = {
      id: `${nodeId}-${++this.#accepted}`,
      nodeId,
      listener: name ?? unnamed,
      address: remoteAddress,
      sinceMs: clock.now(),
      principal: principalText(principal),
      clientId: null,
      software: null,
      requests: 0,
      lastApiKey: null,
      lastRequestMs: null,
    }
    const client: Client = {
      nodeId,
      localAddress: plainAddress(socket.localAddress),
      remoteAddress,
      principal,
      ...(name === undefined ? {} : { listener: name }),
      ...(tls === undefined ? {} : { isTls: true }),
      visit,
    }
    const connection = login === undefined ? this.#connect(socket, client) : this.#connectLater(socket, client, login)
    this.#connections.set(connection, visit)
    connection.closed.then(() => this.#connections.delete(connection))
  }

  #connect(socket: Socket, client: Client): Connection {
    return new Connection(socket, { ...this.#options, client })
  }

  /** Its client has to log in first. */
  #connectLater(
    socket: Socket,
    client: Client,
    { authentication, requestBytesMax, ...login }: LoginOptions,
  ): Connection {
    const { limits, clock, logger, dispatcher } = this.#options
    const session = new SaslSession(authentication, ({ principal }) => {
      client.principal = principal
      if (client.visit !== undefined) client.visit.principal = principalText(principal)
    })
    const bytesMax = { before: requestBytesMax, after: limits.requestBytesMax }
    const gate = new SaslGate({ ...login, inner: dispatcher, session, clock, bytesMax, logger })
    const gated = {
      ...limits,
      get requestBytesMax() {
        return gate.requestBytesMax
      },
    }
    const options = {
      ...this.#options,
      dispatcher: gate,
      limits: gated,
      client: Object.assign(client, { sasl: session }),
    }
    const connection = new Connection(socket, options)
    gate.whenLate(() => {
      logger.warn('closed a connection: it did not log in within handshake_timeout', { peer: client.remoteAddress })
      connection.destroy()
    })
    return connection
  }
}

/** An IPv4 address that came through an IPv6 socket, as IPv4; a socket that is already gone has none. */
function plainAddress(address: string | undefined): string {
  return (address ?? '').replace(/^::ffff:/, '')
}
