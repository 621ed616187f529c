/**
 * A broker without sockets, on a clock that the test turns: requests go through the codecs and the dispatcher as bytes,
 * so a handler's test is also one of its messages.
 */
import { Reader, Writer } from '../../src/base/bytes.ts'
import { ManualClock } from '../../src/base/clock.ts'
import { silent } from '../../src/base/logger.ts'
import { SeededRandom } from '../../src/base/random.ts'
import { SettableClock } from '../../src/base/settable-clock.ts'
import { BrokerNodes } from '../../src/broker-nodes.ts'
import { makeCluster } from '../../src/cluster.ts'
import { restoreImage, takeImage } from '../../src/cluster-image.ts'
import { Faults } from '../../src/faults/faults.ts'
import type { OpeningNode } from '../../src/kafka-ports.ts'
import { handlersAsOf } from '../../src/handlers/as-of.ts'
import type { Cluster, Connection } from '../../src/handlers/handler.ts'
import type { Judge } from '../../src/handlers/intake.ts'
import { leaveBroker, returnBroker } from '../../src/handlers/leadership.ts'
import { allAccepted } from '../../src/plugins/judgement.ts'
import { compile } from '../../src/protocol/compile.ts'
import { FrameReader, isLent } from '../../src/protocol/frames.ts'
import { apiVersions } from '../../src/protocol/messages/api-versions.ts'
import { anonymous, principalOf } from '../../src/protocol/principal.ts'
import type { Api, Fields, Value } from '../../src/protocol/schema.ts'
import { type Answer, Dispatcher } from '../../src/server/dispatcher.ts'
import { RequestLog } from '../../src/handlers/request-log.ts'
import { RequestMetrics } from '../../src/server/request-metrics.ts'
import { defaultSettings, type Settings } from '../../src/settings/settings.ts'
import { Snapshots } from '../../src/snapshots.ts'

/** The fields of a request that differ from their absent values; nested arrays are given whole. */
export type Sparse<F extends Fields> = Partial<Value<F>>

export interface TestBroker {
  readonly cluster: Cluster
  /** The machine's; it stands still until the test turns it. */
  readonly clock: ManualClock
  /** What the cluster goes by, ahead of it if the test says so. */
  readonly time: SettableClock
  readonly dispatcher: Dispatcher
  readonly faults: Faults
  readonly requests: RequestLog
  readonly snapshots: Snapshots
  /** Asks broker `nodeId`; throws where there is no answer. */
  request<Q extends Fields, S extends Fields>(
    api: Api<Q, S>,
    version: number,
    message: Sparse<Q>,
    from?: Asking,
  ): Promise<Value<S>>
  /** As `request`, but the answer as it goes to the connection: bytes, silence or the end. */
  serve<Q extends Fields>(api: Api<Q>, version: number, message: Sparse<Q>, from?: Asking): Promise<Answer>
  /** Its brokers, as they come and go over HTTP. */
  readonly brokerNodes: BrokerNodes
  /** Takes a broker down, and brings it back. */
  stop(nodeId: number): void
  start(nodeId: number): void
  close(): void
}

export interface Asking {
  readonly nodeId?: number
  readonly clientId?: string
  /** `User:alice`; nobody if not said. */
  readonly principal?: string
  readonly address?: string
  /** What else is known of the client: who it is, say. */
  readonly connection?: Partial<Connection>
}

export interface TestBrokerOptions {
  readonly settings?: Partial<Settings>
  readonly nodeCount?: number
  /** Of each node, where they have any. */
  readonly racks?: readonly string[]
  readonly judge?: Judge
}

/** Nobody is asked about records. */
export const nobody: Judge = {
  wants: () => false,
  judge: () => Promise.resolve(allAccepted),
  wantsFetch: () => false,
  view: () => Promise.resolve(allAccepted),
}

export const startMs = Date.UTC(2026, 0, 1)

export function testBroker(options: TestBrokerOptions = {}): TestBroker {
  const { settings = {}, judge = nobody } = options
  const clock = new ManualClock(startMs)
  const time = new SettableClock(clock)
  const registered = nodesOf(options)
  const nodes = [...registered]
  const made = makeCluster(
    { ...defaultSettings('.'), brokerRacks: options.racks ?? [], ...settings },
    { nodes, registered, judge, clock: time, random: new SeededRandom(1), logger: silent },
  )
  const faults = new Faults({ clock: time, random: new SeededRandom(2) })
  const requests = new RequestLog(settings.requestsKept ?? 0, () => clock.now())
  const dispatcher = new Dispatcher(handlersAsOf(made.cluster.asVersion), made.cluster, new RequestMetrics(() => 0), {
    faults,
    requests,
    clock,
  })
  const take = () => takeImage(made.cluster)
  const snapshots = new Snapshots({ clock: time, take, restore: (image) => restoreImage(made, image) })
  const serve = async <Q extends Fields>(api: Api<Q>, version: number, message: Sparse<Q>, from: Asking = {}) => {
    const { nodeId = 1, clientId = 'test', address = '127.0.0.1' } = from
    const principal = from.principal === undefined ? anonymous : principalOf(from.principal)!
    const somebody = { nodeId, localAddress: '127.0.0.1', remoteAddress: address, principal }
    const connection = { ...somebody, ...from.connection }
    const frame = received(encodeRequest(api, version, message, clientId))
    const answer = dispatcher.serve(frame, connection)
    if (isLent(frame)) frame.fill(spoilt)
    return answer
  }
  const request = async <Q extends Fields, S extends Fields>(
    api: Api<Q, S>,
    version: number,
    message: Sparse<Q>,
    from?: Asking,
  ) => decodeAnswer(api, version, await serve(api, version, message, from))
  const stop = (nodeId: number) => {
    nodes.splice(0, nodes.length, ...nodes.filter(({ id }) => id !== nodeId))
    leaveBroker(nodeId, made.cluster)
  }
  const start = (nodeId: number) => {
    nodes.splice(0, nodes.length, ...registered.filter((node) => node.id === nodeId || nodes.includes(node)))
    returnBroker(nodeId, made.cluster)
  }
  const brokerNodes = new BrokerNodes({
    all: registered,
    present: nodes,
    topics: made.cluster.topics,
    faultyIds: () => faults.down,
    make: (id, { port, rack }) => nodeOf(id, port, rack),
    open: async (node) => {
      if (node.port === 0) node.port = firstPort - 1 + node.id
    },
    listenerOf: () => ({ suspend() {}, resume: () => Promise.resolve() }),
    drop() {},
    logger: silent,
  })
  return { ...made, brokerNodes, clock, time, dispatcher, faults, requests, snapshots, serve, request, stop, start }
}

/** What a lent request becomes once it was served: every test thus shows that nothing of it was kept. */
const spoilt = 0xee

/** The request as a connection hands it over: lent, if it is short. */
function received(request: Buffer): Buffer {
  const frames = new FrameReader({ requestBytesMax: request.length })
  const length = Buffer.alloc(4)
  length.writeInt32BE(request.length)
  const stream = Buffer.concat([length, request])
  for (let at = 0; at < stream.length; ) {
    const room = frames.room()
    const copied = stream.copy(room, 0, at)
    frames.push(room.subarray(0, copied))
    at += copied
    const frame = frames.next()
    if (frame !== null) return frame
  }
  throw new Error('a request without an end')
}

const firstPort = 9092

function nodesOf({ nodeCount = 1, racks = [] }: TestBrokerOptions): OpeningNode[] {
  const count = Math.max(nodeCount, racks.length)
  return Array.from({ length: count }, (_, at) => nodeOf(at + 1, firstPort + at, racks[at] ?? null))
}

function nodeOf(id: number, port: number, rack: string | null): OpeningNode {
  return {
    id,
    port,
    advertisedHost: null,
    rack,
    listeners: new Map(),
    bound: new Map([['PLAINTEXT', `127.0.0.1:${port}`]]),
  }
}

const correlationId = 7

/** A whole request without the length before it. */
export function encodeRequest<Q extends Fields>(
  api: Api<Q>,
  version: number,
  message: Sparse<Q>,
  clientId: string,
): Buffer {
  const writer = new Writer()
  const isFlexible = version >= api.flexible
  writer.int16(api.key)
  writer.int16(version)
  writer.int32(correlationId)
  writer.int16(Buffer.byteLength(clientId))
  writer.string(clientId, Buffer.byteLength(clientId))
  if (isFlexible) writer.uvarint(0)
  compile(api.request, version, isFlexible).encode(writer, complete(api.request, message))
  return writer.concat()
}

/** The message with its missing fields at their absent values. */
export function complete<F extends Fields>(fields: F, message: Sparse<F>): Value<F> {
  const absent = Object.entries(fields).map(([name, { presence }]) => [name, presence.absent])
  return { ...Object.fromEntries(absent), ...message }
}

function isFrame(answer: Answer): answer is readonly Buffer[] {
  return Array.isArray(answer)
}

export function decodeAnswer<S extends Fields>(api: Api<Fields, S>, version: number, answer: Answer): Value<S> {
  if (!isFrame(answer)) throw new Error(`${api.name} was not answered`)
  const bytes = Buffer.concat(answer)
  const reader = new Reader(bytes)
  const size = reader.int32()
  if (size !== reader.left) throw new Error(`a frame of ${reader.left} bytes says it has ${size}`)
  if (reader.int32() !== correlationId) throw new Error('the answer to another request')
  const isFlexible = version >= api.flexible
  if (isFlexible && api.key !== apiVersions.key) reader.uvarint()
  const message = compile(api.response, version, isFlexible).decode(reader)
  if (reader.left > 0) throw new Error(`${reader.left} bytes after the answer`)
  return message
}
