/**
 * One of the two brokers that are asked the same: a connection that is opened anew whenever the broker closes it.
 *
 * Requests are encoded by a description in which any string, array and bytes may be null, so that what no client sends
 * can be sent too.
 */
import { connect, type Socket } from 'node:net'
import { Reader, Writer } from '../../../src/base/bytes.ts'
import { type Codec, compile } from '../../../src/protocol/compile.ts'
import { apiVersions } from '../../../src/protocol/messages/api-versions.ts'
import { type AnyType, type Api, type Fields, Type } from '../../../src/protocol/schema.ts'

// biome-ignore lint/suspicious/noExplicitAny: messages of all APIs, walked by their descriptions.
export type Message = any

/** What came of a request. A broker that closes says so sooner than one that is silent. */
export type Outcome =
  | { readonly kind: 'answer'; readonly message: Message }
  | { readonly kind: 'closed' | 'silent' }
  | { readonly kind: 'unreadable'; readonly why: string }

const correlationId = 7
export const clientId = 'compat'
/** Longer than any wait that a story asks for. */
export const answerMs = 4_000

/** How long an answer is waited for, which may turn out as time passes. */
export type Wait = () => number

export class Side {
  readonly name: string
  readonly #host: string
  readonly #port: number
  readonly #localAddress: string | undefined
  #socket: Socket | null = null
  #received: Buffer = Buffer.alloc(0)
  #wake = () => {}

  /** `localAddress`: from where it connects, if that matters. */
  constructor(name: string, address: string, localAddress?: string) {
    this.name = name
    this.#localAddress = localAddress
    const [host, port] = address.split(':')
    this.#host = host!
    this.#port = Number(port)
  }

  get address(): string {
    return `${this.#host}:${this.#port}`
  }

  async ask(api: Api, version: number, message: Message, wait?: Wait): Promise<Outcome> {
    return this.askBytes(requestBytes(api, version, message), api, version, wait)
  }

  /** `frame` begins with its length. */
  async askBytes(frame: Buffer, api: Api, version: number, wait?: Wait): Promise<Outcome> {
    const answer = await this.exchange(frame, wait)
    return Buffer.isBuffer(answer) ? decodeAnswer(api, version, answer) : { kind: answer }
  }

  /** The same, where what comes back is no answer to a request: bytes behind their length. */
  async exchange(frame: Buffer, wait: Wait = () => answerMs): Promise<Buffer | 'closed' | 'silent'> {
    const socket = await this.#connected()
    socket.write(frame)
    const answer = await this.#frame(socket, wait)
    if (answer !== null) return answer
    const kind = socket.destroyed ? 'closed' : 'silent'
    this.close()
    return kind
  }

  close(): void {
    this.#socket?.destroy()
    this.#socket = null
  }

  async #connected(): Promise<Socket> {
    if (this.#socket !== null && !this.#socket.destroyed) return this.#socket
    const socket = connect({ port: this.#port, host: this.#host, localAddress: this.#localAddress })
    this.#socket = socket
    this.#received = Buffer.alloc(0)
    socket.setNoDelay(true)
    socket.on('data', (chunk) => {
      this.#received = Buffer.concat([this.#received, chunk])
      this.#wake()
    })
    socket.on('error', () => {}) // It is closed then, which is what is compared.
    socket.on('end', () => socket.destroy())
    socket.on('close', () => this.#wake())
    await new Promise<void>((resolve, reject) => socket.once('connect', () => resolve()).once('error', reject))
    return socket
  }

  /** The next whole frame without its length; null when the connection is closed, or the time is over. */
  async #frame(socket: Socket, wait: Wait): Promise<Buffer | null> {
    const askedAtMs = performance.now()
    for (;;) {
      const size = this.#received.length < 4 ? Number.POSITIVE_INFINITY : this.#received.readInt32BE()
      if (this.#received.length >= 4 + size) {
        const frame = this.#received.subarray(4, 4 + size)
        this.#received = this.#received.subarray(4 + size)
        return frame
      }
      const leftMs = askedAtMs + wait() - performance.now()
      if (socket.destroyed || leftMs <= 0) return null
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, leftMs)
        this.#wake = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    }
  }
}

/** A whole request, its length before it. */
export function requestBytes(api: Api, version: number, message: Message): Buffer {
  const isFlexible = version >= api.flexible
  const writer = new Writer()
  writer.int16(api.key)
  writer.int16(version)
  writer.int32(correlationId)
  writer.int16(clientId.length)
  writer.string(clientId, clientId.length)
  if (isFlexible) writer.uvarint(0)
  codecOf(loosened(api.request), version, isFlexible).encode(writer, message)
  const request = writer.concat()
  const length = Buffer.alloc(4)
  length.writeInt32BE(request.length)
  return Buffer.concat([length, request])
}

function decodeAnswer(api: Api, version: number, frame: Buffer): Outcome {
  const reader = new Reader(frame)
  try {
    if (reader.int32() !== correlationId) return { kind: 'unreadable', why: 'the answer to another request' }
    const isFlexible = version >= api.flexible
    if (isFlexible && api.key !== apiVersions.key) reader.uvarint()
    const message = codecOf(api.response, version, isFlexible).decode(reader)
    return reader.left > 0
      ? { kind: 'unreadable', why: `${reader.left} bytes after the answer` }
      : { kind: 'answer', message }
  } catch (error) {
    return { kind: 'unreadable', why: `${error}` }
  }
}

const codecs = new Map<Fields, Map<number, Codec<Fields>>>()

function codecOf(fields: Fields, version: number, isFlexible: boolean): Codec<Fields> {
  const known = codecs.get(fields) ?? new Map<number, Codec<Fields>>()
  codecs.set(fields, known)
  const codec = known.get(version) ?? compile(fields, version, isFlexible)
  known.set(version, codec)
  return codec
}

const loose = new Map<Fields, Fields>()

/** The same layout, in which whatever has a length may be null: a length of −1. */
function loosened(fields: Fields): Fields {
  const known = loose.get(fields)
  if (known !== undefined) return known
  const made = Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, loosenedType(field)]))
  loose.set(fields, made)
  return made
}

function loosenedType({ wire, presence }: AnyType): AnyType {
  // A struct that may be null is laid out differently.
  if (wire.kind === 'struct') return new Type({ kind: 'struct', fields: loosened(wire.fields) }, presence)
  const hasLength = wire.kind === 'array' || wire.kind === 'string' || wire.kind === 'bytes' || wire.kind === 'records'
  const nullable = hasLength ? { ...presence, nullableSince: 0 } : presence
  return new Type(wire.kind === 'array' ? { kind: 'array', of: loosenedType(wire.of) } : wire, nullable)
}
