/**
 * A Kafka connection without a client library around it: frames go out as they are, answers come back in their order.
 * Costs few microseconds a request, so that what is measured is the broker.
 */
import { connect, type Socket } from 'node:net'
import { Reader } from '../../src/base/bytes.ts'
import { type Codec, compile } from '../../src/protocol/compile.ts'
import { FrameReader } from '../../src/protocol/frames.ts'
import type { Api, Fields, Value } from '../../src/protocol/schema.ts'
import { encodeRequest, type Sparse } from '../support/broker.ts'

const frameBytesMax = 1024 ** 3
const correlationIdBytes = 4

export class Wire {
  readonly #socket: Socket
  readonly #frames = new FrameReader({ requestBytesMax: frameBytesMax })
  readonly #waiting: { resolve: (answer: Buffer) => void; reject: (error: Error) => void }[] = []

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.on('data', (chunk: Buffer) => this.#receive(chunk))
    socket.on('error', (error) => this.#fail(error))
    socket.on('close', () => this.#fail(new Error('the broker closed the connection')))
  }

  static connect(port: number): Promise<Wire> {
    return new Promise((resolve, reject) => {
      const socket = connect({ port, host: '127.0.0.1', noDelay: true })
      socket.once('error', reject)
      socket.once('connect', () => {
        socket.off('error', reject)
        resolve(new Wire(socket))
      })
    })
  }

  /** The answer to one whole frame. Any number may be under way. */
  send(frame: Buffer): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject })
      this.#socket.write(frame)
    })
  }

  async ask<Q extends Fields, S extends Fields>(call: Call<Q, S>, message: Sparse<Q>): Promise<Value<S>> {
    return call.decode(await this.send(call.encode(message)))
  }

  close(): void {
    this.#socket.destroy()
  }

  #receive(chunk: Buffer): void {
    this.#frames.push(chunk)
    for (let frame = this.#frames.next(); frame !== null; frame = this.#frames.next()) {
      this.#waiting.shift()!.resolve(frame)
    }
  }

  #fail(error: Error): void {
    for (const { reject } of this.#waiting.splice(0)) reject(error)
  }
}

/** One version of one API, compiled: what is asked over and over is encoded once. */
export class Call<Q extends Fields, S extends Fields> {
  readonly #api: Api<Q, S>
  readonly #version: number
  readonly #isFlexible: boolean
  readonly #response: Codec<S>

  constructor(api: Api<Q, S>, version: number) {
    this.#api = api
    this.#version = version
    this.#isFlexible = version >= api.flexible
    this.#response = compile(api.response, version, this.#isFlexible)
  }

  encode(message: Sparse<Q>): Buffer {
    const request = encodeRequest(this.#api, this.#version, message, 'bench')
    const frame = Buffer.allocUnsafe(4 + request.length)
    frame.writeInt32BE(request.length)
    request.copy(frame, 4)
    return frame
  }

  decode(answer: Buffer): Value<S> {
    const reader = new Reader(answer)
    reader.skip(correlationIdBytes)
    if (this.#isFlexible) reader.uvarint() // The header's tags, of which there are none.
    return this.#response.decode(reader)
  }
}
