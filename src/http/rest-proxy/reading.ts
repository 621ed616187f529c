/**
 * `GET …/records` of v2: what a consumer hands out, as many records as fit, as soon as there are any or, where the
 * consumer wants more at once, when the time is up.
 */
import type { Cluster } from '../../handlers/handler.ts'
import type { Partition } from '../../log/partition.ts'
import type { Client } from '../../plugins/judgement.ts'
import { KafkaError, OFFSET_OUT_OF_RANGE } from '../../protocol/errors.ts'
import { batchesIn, type Record as KafkaRecord, recordsIn, recordsSection } from '../../protocol/records.ts'
import { clientId } from './asking.ts'
import type { Assigned, Consumer } from './consumer.ts'
import { fromKafka, instanceNotFound } from './errors.ts'

export interface Reading<T> {
  readonly waitMs: number
  /** Bytes of keys and values; what would reach it is left for the next time. */
  readonly bytesMax: number
  /** Waits for more than these; negative: for anything. */
  readonly bytesMin: number
  readonly signal: AbortSignal
  /** May throw: then the record is not passed. */
  readonly show: (topic: string, partition: number, record: KafkaRecord) => T
  readonly isGone: () => boolean
}

interface Page<T> {
  readonly records: T[]
  bytes: number
  isFull: boolean
}

const client: Client = { id: clientId, principal: null }
/** So much of a partition is looked at before the next one is. */
const bytesPerPartition = 1024 * 1024

export async function readRecords<T>(cluster: Cluster, consumer: Consumer, reading: Reading<T>): Promise<readonly T[]> {
  const { clock } = cluster
  const untilMs = clock.now() + reading.waitMs
  const page: Page<T> = { records: [], bytes: 0, isFull: false }
  for (;;) {
    if (reading.isGone()) throw instanceNotFound()
    const { changes } = consumer
    consumer.poll()
    await gather(cluster, consumer, page, reading)
    if (reading.isGone()) throw instanceNotFound()
    const waitMs = untilMs - clock.now()
    if (isEnough(page, reading) || waitMs <= 0 || reading.signal.aborted) return page.records
    if (consumer.changes !== changes || consumer.hasMore) continue
    if (!(await news(cluster, consumer, waitMs, reading.signal))) return page.records
  }
}

/** False when the time is up: of the machine, if need be, since clients go by that whatever Blink's clock does. */
async function news({ parking }: Cluster, consumer: Consumer, waitMs: number, signal: AbortSignal): Promise<boolean> {
  let isWoken = false
  await parking.wait({
    waitMs,
    subscribe(wake) {
      const noMore = consumer.onChange(wake)
      signal.addEventListener('abort', wake)
      return () => {
        noMore()
        signal.removeEventListener('abort', wake)
      }
    },
    isOver() {
      isWoken = true
      return true
    },
  })
  return isWoken
}

function isEnough({ bytes, isFull, records }: Page<unknown>, { bytesMin }: Reading<unknown>): boolean {
  return isFull || (bytesMin < 0 ? records.length > 0 : bytes > bytesMin)
}

/** All that is there, by turns from each partition, until the page is full. */
async function gather<T>(cluster: Cluster, consumer: Consumer, page: Page<T>, reading: Reading<T>): Promise<void> {
  let hasMore = true
  while (hasMore && !page.isFull && !reading.isGone()) {
    hasMore = false
    for (const assigned of consumer.assignment) {
      const hasMoved = await readPartition(cluster, consumer, assigned, page, reading)
      if (page.isFull) return
      hasMore ||= hasMoved
    }
  }
}

/** Whether there was something to read. */
async function readPartition<T>(
  cluster: Cluster,
  consumer: Consumer,
  assigned: Assigned,
  page: Page<T>,
  reading: Reading<T>,
): Promise<boolean> {
  const position = consumer.positionIn(assigned)
  const partition = consumer.partitionOf(assigned)
  if (position === null || partition === undefined || position === partition.highWatermark) return false
  const found = partition.read(position, bytesPerPartition, { minOneBatch: true })
  if (found instanceof KafkaError) {
    if (!found.is(OFFSET_OUT_OF_RANGE)) throw fromKafka(found)
    assigned.position = consumer.resetIn(partition)
    return true
  }
  if (cluster.isPurgedOnFetch) partition.deleteRecordsBefore(position)
  const batches = await shown(cluster, partition, found.batches)
  // While plugins looked, the partition may have gone to another member, or the client to another offset.
  if (!consumer.isAssigned(assigned) || assigned.position !== position) return true
  addBatches(batches, cluster.uncompressedBytesMax, assigned, page, reading)
  return true
}

function addBatches<T>(
  views: readonly Buffer[],
  uncompressedBytesMax: number,
  assigned: Assigned,
  page: Page<T>,
  reading: Reading<T>,
): void {
  for (const batch of batchesIn(views)) {
    if (page.isFull) return
    if (!batch.isControl) {
      addRecords(recordsIn(recordsSection(batch, uncompressedBytesMax), batch), assigned, page, reading)
    }
    if (!page.isFull) assigned.position = batch.baseOffset + batch.lastOffsetDelta + 1
  }
}

async function shown({ outlet }: Cluster, partition: Partition, batches: readonly Buffer[]) {
  if (!outlet.wants(partition.topic)) return batches
  const views = await outlet.show(partition, batches, client)
  if (views instanceof KafkaError) throw fromKafka(views)
  return views
}

function addRecords<T>(
  records: Iterable<KafkaRecord>,
  assigned: Assigned,
  page: Page<T>,
  { bytesMax, show }: Reading<T>,
): void {
  for (const record of records) {
    if (record.offset < assigned.position!) continue
    const bytes = (record.key?.length ?? 0) + (record.value?.length ?? 0)
    if (page.bytes + bytes >= bytesMax) {
      page.isFull = true
      return
    }
    try {
      page.records.push(show(assigned.topic, assigned.partition, record))
    } catch (error) {
      if (page.records.length === 0) throw error
      // What was good is handed out first; the next request finds this one at its head.
      page.isFull = true
      return
    }
    page.bytes += bytes
    assigned.position = record.offset + 1
  }
}
