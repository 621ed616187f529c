/** One broker's port: accepts connections up to a limit, and closes them in good order. */
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import type { Visit } from '../handlers/handler.ts'
import { anonymous } from '../protocol/principal.ts'
import { Connection, type ConnectionOptions } from './connection.ts'

export interface ListenerOptions extends Omit<ConnectionOptions, 'client'> {
  readonly nodeId: number
  readonly host: string
  readonly connectionsMax: number
  /** Whether a fault has it that this connection is cut as soon as it is there. */
  readonly refuses?: (nodeId: number) => boolean
}

export class Listener {
  readonly #server: Server
  readonly #options: ListenerOptions
  readonly #connections = new Map<Connection, Visit>()
  #port = 0
  #accepted = 0

  private constructor(options: ListenerOptions) {
    this.#options = options
    this.#server = createServer({ noDelay: true }, (socket) => this.#accept(socket))
    this.#server.maxConnections = options.connectionsMax
    this.#server.on('drop', () =>
      options.logger.warn(`refused a connection: max_connections is ${options.connectionsMax}`),
    )
  }

  /** Rejects with Node's error when the port cannot be had. */
  static async open(port: number, options: ListenerOptions): Promise<Listener> {
    const listener = new Listener(options)
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
    for (const connection of this.#connections.keys()) connection.destroy()
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
    const timer = clock.after(graceMs, () => {
      for (const connection of this.#connections.keys()) connection.destroy()
    })
    await Promise.all(open.map((connection) => connection.closed))
    timer.cancel()
  }

  #accept(socket: Socket): void {
    const { nodeId, refuses, clock } = this.#options
    if (refuses?.(nodeId)) {
      socket.resetAndDestroy()
      return
    }
    const remoteAddress = plainAddress(socket.remoteAddress)
    const visit: Visit = {
      id: `${nodeId}-${++this.#accepted}`,
      nodeId,
      address: remoteAddress,
      sinceMs: clock.now(),
      clientId: null,
      software: null,
      requests: 0,
      lastApiKey: null,
      lastRequestMs: null,
    }
    const client = {
      nodeId,
      localAddress: plainAddress(socket.localAddress),
      remoteAddress,
      principal: anonymous,
      visit,
    }
    const connection = new Connection(socket, { ...this.#options, client })
    this.#connections.set(connection, visit)
    connection.closed.then(() => this.#connections.delete(connection))
  }
}

/** An IPv4 address that came through an IPv6 socket, as IPv4; a socket that is already gone has none. */
function plainAddress(address: string | undefined): string {
  return (address ?? '').replace(/^::ffff:/, '')
}
