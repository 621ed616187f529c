/**
 * What does the codec cost a request? Metadata of 100 topics with 3 partitions each, a Produce request with 16 KiB of
 * records, a Fetch response for 8 partitions, and the compiling itself.
 *
 * Prints a table of microseconds, the best of several rounds; compare two commits by running it on both.
 */
import { Reader, Writer } from '../../src/base/bytes.ts'
import { compile } from '../../src/protocol/compile.ts'
import { fetch } from '../../src/protocol/messages/fetch.ts'
import { metadata } from '../../src/protocol/messages/metadata.ts'
import { produce } from '../../src/protocol/messages/produce.ts'
import type { Fields, Value } from '../../src/protocol/schema.ts'
import { describedApis, messagesOf } from '../support/apis.ts'

const rounds = 7
const roundMs = 100
const topicId = 'AAECAwQFBgcICQoLDA0ODw'
const records = Buffer.alloc(16 * 1024, 7)

const metadataResponse: Value<typeof metadata.response> = {
  throttleTimeMs: 0,
  brokers: [1, 2, 3].map((nodeId) => ({ nodeId, host: '127.0.0.1', port: 9092, rack: null })),
  clusterId: topicId,
  controllerId: 1,
  topics: Array.from({ length: 100 }, (_, index) => ({
    errorCode: 0,
    name: `topic-${index}`,
    topicId,
    isInternal: false,
    partitions: [0, 1, 2].map((partitionIndex) => ({
      errorCode: 0,
      partitionIndex,
      leaderId: 1,
      leaderEpoch: 0,
      replicaNodes: [1, 2, 3],
      isrNodes: [1, 2, 3],
      offlineReplicas: [],
    })),
    topicAuthorizedOperations: -(2 ** 31),
  })),
  clusterAuthorizedOperations: -(2 ** 31),
  errorCode: 0,
}

const produceRequest: Value<typeof produce.request> = {
  transactionalId: null,
  acks: -1,
  timeoutMs: 30_000,
  topicData: [{ name: 'topic', topicId, partitionData: [{ index: 0, records }] }],
}

const unknownEpoch = { epoch: -1, endOffset: -1 }
const fetchResponse: Value<typeof fetch.response> = {
  throttleTimeMs: 0,
  errorCode: 0,
  sessionId: 7,
  responses: [
    {
      topic: 'topic',
      topicId,
      partitions: Array.from({ length: 8 }, (_, partitionIndex) => ({
        partitionIndex,
        errorCode: 0,
        highWatermark: 1_000_000,
        lastStableOffset: 1_000_000,
        logStartOffset: 0,
        divergingEpoch: unknownEpoch,
        currentLeader: { leaderId: -1, leaderEpoch: -1 },
        snapshotId: unknownEpoch,
        abortedTransactions: null,
        preferredReadReplica: -1,
        records: [records],
      })),
    },
  ],
  nodeEndpoints: [],
}

function microseconds(run: () => unknown): string {
  let best = Number.POSITIVE_INFINITY
  for (let round = 0; round < rounds; round++) {
    const start = performance.now()
    let count = 0
    for (; performance.now() - start < roundMs; count++) run()
    best = Math.min(best, (1000 * (performance.now() - start)) / count)
  }
  return best.toFixed(2)
}

function cost<F extends Fields>(fields: F, version: number, message: Value<F>) {
  const codec = compile(fields, version, true)
  const encode = () => {
    const writer = new Writer()
    codec.encode(writer, message)
    return writer.finish()
  }
  const bytes = Buffer.concat(encode())
  return {
    bytes: bytes.length,
    decode: microseconds(() => codec.decode(new Reader(bytes))),
    encode: microseconds(encode),
  }
}

const everyMessage = (await describedApis()).flatMap(messagesOf)
const compileStart = performance.now()
for (const { fields, version, isFlexible } of everyMessage) compile(fields, version, isFlexible)
const compileMs = performance.now() - compileStart

console.table({
  'Metadata v12 response, 100 × 3': cost(metadata.response, 12, metadataResponse),
  'Produce v12 request, 16 KiB': cost(produce.request, 12, produceRequest),
  'Fetch v12 response, 8 × 16 KiB': cost(fetch.response, 12, fetchResponse),
})
console.log(`${everyMessage.length} codecs compiled in ${compileMs.toFixed(1)} ms`)
