/**
 * The port on which an app is served. What does not speak HTTP there is turned away, and the log says what it may be.
 *
 * The adapter between Node's requests and the web's is loaded when the first request comes: it takes as long as half of
 * all else that a start does.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Clock } from '../base/clock.ts'
import type { Logger } from '../base/logger.ts'

export interface HttpServerOptions {
  readonly host: string
  /** 0: any free one. */
  readonly port: number
  readonly connectionsMax: number
  readonly clock: Clock
  readonly logger: Logger
}

/** Of hono's app, all that a server needs. `env` holds Node's request, for what the web's has not: a body with GET. */
export interface Served {
  fetch(request: Request, env?: object): Response | Promise<Response>
}

/** An app that is made when the first request for it comes. */
export function lazily(load: () => Promise<Served>): Served {
  let loaded: Promise<Served> | undefined
  return {
    async fetch(request, env) {
      loaded ??= load()
      return (await loaded).fetch(request, env)
    },
  }
}

export class HttpServer {
  readonly #server: Server
  readonly #clock: Clock
  #isClosing = false

  private constructor(server: Server, clock: Clock) {
    this.#server = server
    this.#clock = clock
    // A connection is kept open after its answer for five seconds, even while the server closes.
    server.on('request', (incoming, outgoing) => {
      limitTime(incoming, clock)
      outgoing.on('close', () => {
        if (this.#isClosing) server.closeIdleConnections()
      })
    })
  }

  /** Rejects with Node's error when the port cannot be had. */
  static async open(app: Served, options: HttpServerOptions): Promise<HttpServer> {
    const { host, port, connectionsMax, clock, logger } = options
    const server = createServer(listenerOf(app))
    server.maxConnections = connectionsMax
    // A stream of records may last as long as its client likes; for headers there still is a minute.
    server.requestTimeout = 0
    server.on('clientError', (error: NodeJS.ErrnoException, stream) => turnAway(error, stream, logger))
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(port, host, () => {
        server.off('error', reject)
        resolve()
      })
    })
    return new HttpServer(server, clock)
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  /** Accepts no more, answers what is in hand, and cuts off what is left by then. */
  async close(graceMs: number): Promise<void> {
    this.#isClosing = true
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()))
    this.#server.closeIdleConnections()
    const timer = this.#clock.after(graceMs, () => this.#server.closeAllConnections())
    await closed
    timer.cancel()
  }
}

/** In which a body has to have come. */
export const bodyMsMax = 300_000
/** Where records are streamed, which may come for as long as there are any. */
const streams = /\/records$/

/** A client that sends its body byte by byte, or never, is not waited for. */
function limitTime(incoming: IncomingMessage, clock: Clock): void {
  const { 'content-length': length = '0', 'transfer-encoding': encoding } = incoming.headers
  if ((length === '0' && encoding === undefined) || streams.test(incoming.url!.split('?')[0]!)) return
  const timer = clock.within(bodyMsMax, () => {
    const message = `the body did not come within ${bodyMsMax} ms; send less at once`
    const body = JSON.stringify({ error: { code: 'request_timeout', message } })
    const head = `HTTP/1.1 408 Request Timeout\r\nContent-Type: application/json\r\nContent-Length: ${body.length}`
    incoming.socket.end(`${head}\r\nConnection: close\r\n\r\n${body}`, () => incoming.socket.destroy())
  })
  incoming.once('end', () => timer.cancel())
  incoming.once('close', () => timer.cancel())
}

type Listener = (incoming: IncomingMessage, outgoing: ServerResponse) => Promise<void>

function listenerOf(app: Served): Listener {
  const load = async (): Promise<Listener> => {
    const { getRequestListener } = await import('@hono/node-server')
    // Left alone, the adapter replaces the global Request and Response of whoever uses Blink as a library.
    return getRequestListener((request, env) => app.fetch(request, env), { overrideGlobalObjects: false })
  }
  let loaded: Promise<Listener> | undefined
  return async (incoming, outgoing) => {
    loaded ??= load()
    const listener = await loaded
    return listener(incoming, outgoing)
  }
}

function turnAway(error: NodeJS.ErrnoException, stream: Duplex, logger: Logger): void {
  if (error.code === 'ECONNRESET' || !stream.writable) {
    stream.destroy()
    return
  }
  logger.warn('closed a connection: no HTTP request; Kafka clients belong on a broker port', { error: error.message })
  stream.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n')
}
