/** One broker's port: accepts connections up to a limit, and closes them in good order. */
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { Connection, type ConnectionOptions } from './connection.ts'

export interface ListenerOptions extends Omit<ConnectionOptions, 'client'> {
  readonly nodeId: number
  readonly host: string
  readonly connectionsMax: number
}

export class Listener {
  readonly #server: Server
  readonly #options: ListenerOptions
  readonly #connections = new Set<Connection>()

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
    await new Promise<void>((resolve, reject) => {
      listener.#server.once('error', reject)
      listener.#server.listen(port, options.host, () => {
        listener.#server.off('error', reject)
        resolve()
      })
    })
    return listener
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  get connectionCount(): number {
    return this.#connections.size
  }

  /** Accepts no more, lets each connection answer what it has in hand, and ends those that are not done by then. */
  async close(graceMs: number): Promise<void> {
    const { clock } = this.#options
    this.#server.close()
    const open = [...this.#connections]
    for (const connection of open) connection.close()
    const timer = clock.after(graceMs, () => {
      for (const connection of this.#connections) connection.destroy()
    })
    await Promise.all(open.map((connection) => connection.closed))
    timer.cancel()
  }

  #accept(socket: Socket): void {
    const { nodeId } = this.#options
    const client = {
      nodeId,
      localAddress: plainAddress(socket.localAddress),
      remoteAddress: plainAddress(socket.remoteAddress),
    }
    const connection = new Connection(socket, { ...this.#options, client })
    this.#connections.add(connection)
    connection.closed.then(() => this.#connections.delete(connection))
  }
}

/** An IPv4 address that came through an IPv6 socket, as IPv4; a socket that is already gone has none. */
function plainAddress(address: string | undefined): string {
  return (address ?? '').replace(/^::ffff:/, '')
}
