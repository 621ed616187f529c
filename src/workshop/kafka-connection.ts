/**
 * A connection to a broker, from a client's side: one request at a time, in the newest version that both know. Just
 * enough to read a topic.
 *
 * Not done: TLS and SASL.
 */
import { connect, type Socket } from 'node:net'
import { Reader, Writer } from '../base/bytes.ts'
import type { Clock } from '../base/clock.ts'
import { compile } from '../protocol/compile.ts'
import { apiVersions } from '../protocol/messages/api-versions.ts'
import type { Api, Fields, Value } from '../protocol/schema.ts'
import { Mistake } from '../terminal/shell.ts'

const clientId = 'blink-workshop'
const connectTimeoutMs = 5000
const lengthBytes = 4
/** Brokers hold back a fetch; beyond this they are not there any more. */
const answerTimeoutMs = 30_000
/** No answer of a broker that was asked for a few megabytes. */
const answerBytesMax = 256 * 1024 * 1024

type Waiter = { readonly resolve: (answer: Buffer) => void; readonly reject: (error: Error) => void }
type Range = readonly [min: number, max: number]

export class KafkaConnection {
  readonly #address: string
  readonly #socket: Socket
  readonly #clock: Clock
  readonly #served = new Map<number, Range>()
  #received: Buffer[] = []
  #receivedBytes = 0
  #waiter: Waiter | null = null
  #ended: Error | null = null
  #correlationId = 0

  private constructor(socket: Socket, address: string, clock: Clock) {
    this.#socket = socket
    this.#address = address
    this.#clock = clock
    socket.on('data', (chunk) => this.#take(chunk))
    socket.on('error', (error) => this.#end(new Mistake(`the connection to ${address} broke: ${error.message}`)))
    socket.on('close', () =>
      this.#end(new Mistake(`${address} closed the connection: is it a Kafka port without TLS?`)),
    )
  }

  /** `address` is `host:port`. Throws Mistake when nobody answers there. */
  static async open(address: string, clock: Clock): Promise<KafkaConnection> {
    const [, host = '', port = ''] = /^\[?([^\]]+?)\]?:(\d{1,5})$/.exec(address) ?? []
    if (host === '') throw new Mistake(`${address} is no address: write host:port, as in localhost:9092`, 2)
    const socket = connect(Number(port), host)
    await new Promise<void>((resolve, reject) => {
      const refuse = (why: string) => {
        socket.destroy()
        reject(new Mistake(`no connection to ${address}: ${why}; is the broker running?`))
      }
      const timer = clock.after(connectTimeoutMs, () => refuse(`no answer within ${connectTimeoutMs} ms`))
      socket.once('error', (error) => refuse(error.message))
      socket.once('connect', () => {
        timer.cancel()
        socket.removeAllListeners('error')
        resolve()
      })
    })
    const connection = new KafkaConnection(socket, address, clock)
    await connection.#learnVersions()
    return connection
  }

  /** In the newest version that both sides know, and no newer than `newest`. */
  async request<Q extends Fields, S extends Fields>(
    api: Api<Q, S>,
    message: Partial<Value<Q>>,
    newest = Number.POSITIVE_INFINITY,
  ): Promise<Value<S>> {
    const [min, max] = this.#served.get(api.key) ?? [1, 0]
    const version = Math.min(api.versions[1], max, newest)
    if (version < Math.max(api.versions[0], min)) {
      throw new Mistake(`${this.#address} speaks ${api.name} ${min} to ${max}, of which Blink's client knows none`)
    }
    return this.#exchange(api, version, message)
  }

  close(): void {
    this.#socket.destroy()
  }

  async #learnVersions(): Promise<void> {
    const { apiKeys } = await this.#exchange(apiVersions, 0, {})
    for (const { apiKey, minVersion, maxVersion } of apiKeys) this.#served.set(apiKey, [minVersion, maxVersion])
  }

  async #exchange<Q extends Fields, S extends Fields>(
    api: Api<Q, S>,
    version: number,
    message: Partial<Value<Q>>,
  ): Promise<Value<S>> {
    if (this.#ended !== null) throw this.#ended
    const correlationId = ++this.#correlationId
    const answer = this.#answer(api.name)
    this.#socket.write(frame(api, version, correlationId, message))
    const reader = new Reader(await answer)
    if (reader.int32() !== correlationId) throw new Mistake(`${this.#address} answered another request: no Kafka there`)
    const isFlexible = version >= api.flexible
    // ApiVersions keeps the old header, so that whoever knows no newer one can read it.
    if (isFlexible && api.key !== apiVersions.key) reader.uvarint()
    return compile(api.response, version, isFlexible).decode(reader)
  }

  async #answer(name: string): Promise<Buffer> {
    const late = new Mistake(`${this.#address} did not answer ${name} within ${answerTimeoutMs} ms`)
    const timer = this.#clock.after(answerTimeoutMs, () => this.#end(late))
    try {
      return await new Promise<Buffer>((resolve, reject) => {
        this.#waiter = { resolve, reject }
      })
    } finally {
      timer.cancel()
      this.#waiter = null
    }
  }

  #take(chunk: Buffer): void {
    this.#received.push(chunk)
    this.#receivedBytes += chunk.length
    if (this.#receivedBytes < lengthBytes) return
    if (this.#received[0]!.length < lengthBytes) this.#received = [Buffer.concat(this.#received)]
    const size = this.#received[0]!.readInt32BE(0)
    if (size < 0 || size > answerBytesMax) {
      this.#end(new Mistake(`${this.#address} does not speak Kafka: it sent a frame of ${size} bytes`))
    } else if (this.#receivedBytes >= lengthBytes + size) {
      const whole = Buffer.concat(this.#received)
      this.#received = [whole.subarray(lengthBytes + size)]
      this.#receivedBytes = whole.length - lengthBytes - size
      this.#waiter?.resolve(whole.subarray(lengthBytes, lengthBytes + size))
    }
  }

  #end(error: Error): void {
    this.#ended ??= error
    this.#waiter?.reject(this.#ended)
    this.#socket.destroy()
  }
}

function frame<Q extends Fields>(api: Api<Q>, version: number, correlationId: number, message: Partial<Value<Q>>) {
  const writer = new Writer()
  const isFlexible = version >= api.flexible
  writer.int16(api.key)
  writer.int16(version)
  writer.int32(correlationId)
  writer.int16(clientId.length)
  writer.string(clientId, clientId.length)
  if (isFlexible) writer.uvarint(0)
  const absent = Object.fromEntries(Object.entries(api.request).map(([name, { presence }]) => [name, presence.absent]))
  compile(api.request, version, isFlexible).encode(writer, { ...absent, ...message } as Value<Q>)
  const body = writer.concat()
  const length = Buffer.alloc(lengthBytes)
  length.writeInt32BE(body.length)
  return Buffer.concat([length, body])
}
