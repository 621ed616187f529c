/** A bare connection to a broker: requests go out when the test says so, answers are read when it asks for them. */
import { connect, type Socket } from 'node:net'
import { ZERO_UUID } from '../../src/base/bytes.ts'
import type { fetch } from '../../src/protocol/messages/fetch.ts'
import type { produce } from '../../src/protocol/messages/produce.ts'
import type { Api, Fields, Value } from '../../src/protocol/schema.ts'
import { decodeAnswer, encodeRequest, type Sparse } from './broker.ts'
import { until } from './running.ts'
import type { Cleanup } from './suite.ts'

export interface Wire {
  readonly socket: Socket
  /** True once the broker has closed the connection. */
  readonly isClosed: () => boolean
  send<Q extends Fields>(api: Api<Q>, version: number, message: Sparse<Q>): void
  /** The answer to the oldest request that has none yet. */
  answer<S extends Fields>(api: Api<Fields, S>, version: number): Promise<Value<S>>
}

export async function wire({ after }: Cleanup, address: string): Promise<Wire> {
  const [host, port] = address.split(':')
  const socket = connect(Number(port), host!)
  after(() => socket.destroy())
  let received: Buffer = Buffer.alloc(0)
  let isClosed = false
  socket.on('data', (chunk) => (received = Buffer.concat([received, chunk])))
  socket.on('error', () => {}) // It is closed then, which is what the test looks at.
  socket.on('close', () => (isClosed = true))
  await new Promise((resolve) => socket.once('connect', resolve).once('close', resolve))
  const frameBytes = () => (received.length < 4 ? Number.POSITIVE_INFINITY : 4 + received.readInt32BE())
  return {
    socket,
    isClosed: () => isClosed,
    send: (api, version, message) => void socket.write(frameOf(api, version, message)),
    async answer(api, version) {
      await until(`${api.name} is answered`, () => received.length >= frameBytes() || isClosed)
      if (received.length < frameBytes()) throw new Error(`${api.name} was not answered: the connection is closed`)
      const frame = received.subarray(0, frameBytes())
      received = received.subarray(frame.length)
      return decodeAnswer(api, version, [frame])
    },
  }
}

/** A whole request, its length before it. */
export function frameOf<Q extends Fields>(api: Api<Q>, version: number, message: Sparse<Q>): Buffer {
  const request = encodeRequest(api, version, message, 'test')
  const length = Buffer.alloc(4)
  length.writeInt32BE(request.length)
  return Buffer.concat([length, request])
}

/** The last version that names topics instead of giving their ids. */
export const produceVersion = 12
export const fetchVersion = 12

/** To partition 0. */
export function producing(topic: string, records: Buffer, acks = -1): Sparse<typeof produce.request> {
  const partitionData = [{ index: 0, records }]
  return {
    transactionalId: null,
    acks,
    timeoutMs: 1000,
    topicData: [{ name: topic, topicId: ZERO_UUID, partitionData }],
  }
}

/** Of partition 0, from an offset on, in a request that belongs to no session. */
export function fetching(topic: string, fetchOffset: number, maxWaitMs = 0): Sparse<typeof fetch.request> {
  const partition = {
    partition: 0,
    currentLeaderEpoch: -1,
    fetchOffset,
    lastFetchedEpoch: -1,
    logStartOffset: -1,
    partitionMaxBytes: 1 << 20,
    replicaDirectoryId: ZERO_UUID,
    highWatermark: 0,
  }
  return { maxWaitMs, minBytes: 1, maxBytes: 1 << 20, topics: [{ topic, topicId: ZERO_UUID, partitions: [partition] }] }
}
