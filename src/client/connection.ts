/**
 * A connection to a broker, from a client's side. Any number of requests may be under way; a broker answers them in
 * their order. Each goes in the newest version that both sides know.
 */
import { connect, isIP, type Socket } from 'node:net'
import { Reader, Writer } from '../base/bytes.ts'
import type { Clock, Timer } from '../base/clock.ts'
import { systemRandom } from '../base/random.ts'
import { version as blinkVersion } from '../base/version.ts'
import { type Codec, compile } from '../protocol/compile.ts'
import { UNSUPPORTED_VERSION } from '../protocol/errors.ts'
import { FrameError, FrameReader } from '../protocol/frames.ts'
import { apiVersions } from '../protocol/messages/api-versions.ts'
import type { Api, Fields, Value } from '../protocol/schema.ts'
import { type Address, parseAddress } from './address.ts'
import { ClientError } from './client-error.ts'
import { type Credentials, logIn } from './login.ts'

const connectTimeoutMs = 5000
/** Brokers hold back some answers for as long as they were asked to; beyond this they are not there any more. */
const answerTimeoutMs = 30_000
/** No answer of a broker that was asked for a few megabytes. */
const answerBytesMax = 256 * 1024 * 1024
const softwareName = 'blink'
/** The first in which a client says who it is. Who does not know it answers in version 0, which all know (KIP-511). */
const introduction = 3

export interface ConnectionOptions {
  readonly clock: Clock
  readonly clientId: string
  readonly security?: ClientSecurity
}

/** How brokers are reached that do not let in everyone. */
export interface ClientSecurity {
  /** In PEM; null: nothing is encrypted. */
  readonly tls: { readonly ca?: Buffer; readonly key?: Buffer; readonly cert?: Buffer } | null
  readonly credentials: Credentials | null
}

export interface Asking {
  /** No newer version than this. */
  readonly newest?: number
  /** For how long the broker was asked to hold back the answer. */
  readonly waitMs?: number
}

interface Waiting {
  readonly name: string
  readonly correlationId: number
  readonly resolve: (answer: Reader) => void
  readonly reject: (error: Error) => void
  readonly timer: Timer
}

type Range = readonly [min: number, max: number]

export class Connection {
  readonly address: string
  readonly #socket: Socket
  readonly #options: ConnectionOptions
  readonly #served = new Map<number, Range>()
  readonly #frames = new FrameReader({ requestBytesMax: answerBytesMax })
  readonly #waiting: Waiting[] = []
  #ended: ClientError | null = null
  #correlationId = 0

  private constructor(socket: Socket, address: string, options: ConnectionOptions) {
    this.#socket = socket
    this.address = address
    this.#options = options
    socket.on('data', (chunk) => this.#take(chunk))
    socket.on('error', (error) => this.#end(`the connection to ${address} broke: ${error.message}`))
    socket.on('close', () =>
      this.#end(`${address} closed the connection: does it want TLS, or a login? Say so with -X security.protocol=…`),
    )
  }

  /** `address` is `host:port`. Throws ClientError when nobody answers there in Kafka's language. */
  static async open(address: string, options: ConnectionOptions): Promise<Connection> {
    const connection = new Connection(await connected(address, options), address, options)
    try {
      await connection.#learnVersions()
      const credentials = options.security?.credentials ?? null
      if (credentials !== null) await logIn(connection, credentials, systemRandom)
    } catch (error) {
      connection.close()
      throw error
    }
    return connection
  }

  get isOpen(): boolean {
    return this.#ended === null
  }

  /** What the broker says it serves: by the key of each API. */
  get served(): ReadonlyMap<number, Range> {
    return this.#served
  }

  /** The newest version that both know; null: none. */
  versionOf(api: Api, newest = Number.POSITIVE_INFINITY): number | null {
    const [min, max] = this.#served.get(api.key) ?? [1, 0]
    const version = Math.min(api.versions[1], max, newest)
    return version < Math.max(api.versions[0], min) ? null : version
  }

  async request<Q extends Fields, S extends Fields>(
    api: Api<Q, S>,
    message: Partial<Value<Q>>,
    { newest, waitMs = 0 }: Asking = {},
  ): Promise<Value<S>> {
    const version = this.#agreed(api, newest)
    const reader = await this.#ask(api, version, message, answerTimeoutMs + waitMs)
    return this.#decode(api, version, reader)
  }

  /** A request that is never answered: Produce with acks=0. */
  tell<Q extends Fields>(api: Api<Q>, message: Partial<Value<Q>>, { newest }: Asking = {}): void {
    if (this.#ended !== null) throw this.#ended
    this.#send(api, this.#agreed(api, newest), message)
  }

  close(): void {
    this.#end(`the connection to ${this.address} was closed`)
  }

  #agreed(api: Api, newest: number | undefined): number {
    const version = this.versionOf(api, newest)
    if (version !== null) return version
    const [min, max] = this.#served.get(api.key) ?? []
    const speaks = min === undefined ? `does not serve ${api.name}` : `speaks ${api.name} ${min} to ${max}`
    const why = `${this.address} ${speaks}, and this client ${api.versions.join(' to ')}`
    throw new ClientError(why, 'refused', UNSUPPORTED_VERSION)
  }

  async #learnVersions(): Promise<void> {
    const who = { clientSoftwareName: softwareName, clientSoftwareVersion: blinkVersion }
    const reader = await this.#ask(apiVersions, introduction, who, connectTimeoutMs)
    const isUnknown = reader.left >= 2 && reader.buffer.readInt16BE(reader.at) === UNSUPPORTED_VERSION.code
    const { apiKeys } = isUnknown
      ? this.#decode(apiVersions, 0, await this.#ask(apiVersions, 0, {}, connectTimeoutMs))
      : this.#decode(apiVersions, introduction, reader)
    for (const { apiKey, minVersion, maxVersion } of apiKeys) this.#served.set(apiKey, [minVersion, maxVersion])
  }

  #ask<Q extends Fields>(api: Api<Q>, version: number, message: Partial<Value<Q>>, timeoutMs: number): Promise<Reader> {
    if (this.#ended !== null) return Promise.reject(this.#ended)
    return new Promise((resolve, reject) => {
      const late = () => this.#end(`${this.address} did not answer ${api.name} within ${timeoutMs} ms`)
      const timer = this.#options.clock.after(timeoutMs, late)
      const correlationId = this.#send(api, version, message)
      this.#waiting.push({ name: api.name, correlationId, resolve, reject, timer })
    })
  }

  #send<Q extends Fields>(api: Api<Q>, version: number, message: Partial<Value<Q>>): number {
    const correlationId = ++this.#correlationId & 0x7fff_ffff
    this.#socket.cork()
    const header = { version, correlationId, clientId: this.#options.clientId }
    for (const part of frame(api, header, message)) this.#socket.write(part)
    this.#socket.uncork()
    return correlationId
  }

  #decode<S extends Fields>(api: Api<Fields, S>, version: number, reader: Reader): Value<S> {
    const isFlexible = version >= api.flexible
    try {
      // ApiVersions keeps the old header, so that whoever knows no newer one can read it.
      if (isFlexible && api.key !== apiVersions.key) skipTags(reader)
      return codecs(api, version).response.decode(reader)
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
      const what = `${this.address} sent an answer to ${api.name} that cannot be read: ${error.message}`
      throw this.#end(what)
    }
  }

  #take(chunk: Buffer): void {
    try {
      this.#frames.push(chunk)
      for (let frame = this.#frames.next(); frame !== null; frame = this.#frames.next()) this.#answer(frame)
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
      const what = error instanceof FrameError ? 'it did not send frames of Kafka' : error.message
      this.#end(`${this.address} does not speak Kafka: ${what}`)
    }
  }

  #answer(frame: Buffer): void {
    const reader = new Reader(frame)
    const waiting = this.#waiting.shift()
    if (waiting === undefined || reader.int32() !== waiting.correlationId) {
      this.#end(`${this.address} answered what it was not asked: no Kafka there`)
      waiting?.reject(this.#ended!)
      return
    }
    waiting.timer.cancel()
    waiting.resolve(reader)
  }

  #end(why: string): ClientError {
    this.#ended ??= new ClientError(why, 'unreachable')
    this.#socket.destroy()
    for (const { timer, reject } of this.#waiting.splice(0)) {
      timer.cancel()
      reject(this.#ended)
    }
    return this.#ended
  }
}

async function connected(address: string, { clock, security }: ConnectionOptions): Promise<Socket> {
  const tls = security?.tls ?? null
  const place = parseAddress(address)
  const socket = tls === null ? connect({ ...place, noDelay: true }) : await encrypted(place, tls)
  return new Promise((resolve, reject) => {
    const refuse = (why: string) => {
      timer.cancel()
      socket.destroy()
      reject(new ClientError(`no connection to ${address}: ${why}; is the broker running?`, 'unreachable'))
    }
    const timer = clock.after(connectTimeoutMs, () => refuse(`no answer within ${connectTimeoutMs} ms`))
    socket.once('error', (error) => refuse(reason(error)))
    socket.once(tls === null ? 'connect' : 'secureConnect', () => {
      timer.cancel()
      socket.removeAllListeners('error')
      resolve(socket)
    })
  })
}

async function encrypted({ host, port }: Address, tls: NonNullable<ClientSecurity['tls']>): Promise<Socket> {
  const { connect } = await import('node:tls')
  return connect({ host, port, ...tls, ...(isIP(host) === 0 ? { servername: host } : {}) })
}

/** A name with several addresses fails with an error for each of them. */
function reason(error: NodeJS.ErrnoException): string {
  if (!(error instanceof AggregateError)) return error.message
  return error.errors.map(({ message }) => message).join(', ')
}

interface Header {
  readonly version: number
  readonly correlationId: number
  readonly clientId: string
}

function frame<Q extends Fields>(api: Api<Q>, header: Header, message: Partial<Value<Q>>): readonly Buffer[] {
  const { version, correlationId, clientId } = header
  const lengthBytes = 4
  const writer = new Writer()
  writer.reserveInt32()
  writer.int16(api.key)
  writer.int16(version)
  writer.int32(correlationId)
  const clientIdBytes = Buffer.byteLength(clientId)
  writer.int16(clientIdBytes)
  writer.string(clientId, clientIdBytes)
  if (version >= api.flexible) writer.uvarint(0)
  codecs(api, version).request.encode(writer, { ...absent(api), ...message } as Value<Q>)
  const size = writer.length - lengthBytes
  const parts = writer.finish()
  parts[0]!.writeInt32BE(size, 0)
  return parts
}

function absent(api: Api): Record<string, unknown> {
  return Object.fromEntries(Object.entries(api.request).map(([name, { presence }]) => [name, presence.absent]))
}

function skipTags(reader: Reader): void {
  for (let count = reader.uvarint(); count > 0; count--) {
    reader.uvarint()
    reader.skip(reader.uvarint())
  }
}

interface Codecs<Q extends Fields, S extends Fields> {
  readonly request: Codec<Q>
  readonly response: Codec<S>
}

/** To compile one takes longer than to use it a thousand times; they depend on nothing but the version. */
const compiled = new Map<string, Codecs<Fields, Fields>>()

function codecs<Q extends Fields, S extends Fields>(api: Api<Q, S>, version: number): Codecs<Q, S> {
  const key = `${api.key}:${version}`
  const isFlexible = version >= api.flexible
  const found = compiled.get(key) ?? {
    request: compile(api.request, version, isFlexible),
    response: compile(api.response, version, isFlexible),
  }
  compiled.set(key, found as Codecs<Fields, Fields>)
  return found as Codecs<Q, S>
}
