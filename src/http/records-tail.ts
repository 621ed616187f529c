/**
 * `GET /topics/{topic}/records/tail`: records as they are stored, as server-sent events or as JSON a line, for as long
 * as the client stays.
 *
 * The log itself is what waits for a slow reader. One that falls too far behind is moved on, and told how many records
 * it did not get. The id of an event says where to go on, and a client that comes back with it as `Last-Event-ID`, as
 * EventSource does, misses nothing.
 */
import type { Cluster } from '../handlers/handler.ts'
import type { Partition } from '../log/partition.ts'
import { wrongField } from './errors.ts'
import type { LiveSource, LiveStreams, Taken } from './live-stream.ts'
import { endOf, type Isolation, type Place, readPage } from './reading.ts'
import { type Filter, readFilter } from './record-filter.ts'
import type { Format } from './record-format.ts'
import { showFound } from './records.ts'
import { placeQuery, placesOf } from './records-query.ts'
import { media, type Route, route } from './route.ts'

/** How far one who follows may fall behind, in records of a partition, and where he is moved to then. */
export const lag = { most: 10_000, left: 1000 } as const
const atOnce = { recordsMax: 1000, bytesMax: 1024 * 1024 } as const

export function tailRoute(cluster: Cluster, streams: LiveStreams): Route {
  return route({
    method: 'GET',
    path: '/topics/:topic/records/tail',
    tag: 'Records',
    summary: 'Follows the records of a topic as they are stored.',
    description: `As server-sent events, where these are accepted, each record is a message; the events dropped and end
say how many were missed, and why no more come. Otherwise a line each: { "record" }, { "dropped" }, { "end" }, and { }
as a sign of life.`,
    query: placeQuery,
    answer: media({ 'text/event-stream': null, 'application/x-ndjson': null }, 'Records, for as long as one reads.'),
    errors: {
      404: 'There is no such topic or partition.',
      416: 'There is no such offset.',
      503: 'Too many follow already.',
    },
    handle: async ({ c, params, query }) => {
      const filter = await readFilter(query)
      const places = resumed(placesOf(params.topic, query, 'latest', cluster), c.req.header('last-event-id'))
      const source = () => new Tail(places, filter, query, cluster, params.topic)
      return streams.answer(c, 'record', source)
    },
  })
}

/** `0:15,1:7`, as ids are. */
function resumed(places: readonly Place[], id: string | undefined): readonly Place[] {
  if (id === undefined || id === '') return places
  if (!/^\d{1,9}:\d{1,15}(,\d{1,9}:\d{1,15})*$/.test(id)) {
    throw wrongField('Last-Event-ID', `is ${JSON.stringify(id)}; use the id of an event of this stream`)
  }
  const offsets = new Map(id.split(',').map((one) => one.split(':').map(Number) as [number, number]))
  return places.map((place) => ({ ...place, offset: offsets.get(place.partition.index) ?? place.offset }))
}

interface Shape {
  readonly format: Format
  readonly isolation: Isolation
}

class Tail implements LiveSource {
  readonly #topic: string
  readonly #cluster: Cluster
  readonly #filter: Filter | null
  readonly #shape: Shape
  readonly #places: Map<Partition, number>
  /** Those that have been at the end, and may not fall far behind again. */
  readonly #live = new Set<Partition>()

  constructor(places: readonly Place[], filter: Filter | null, shape: Shape, cluster: Cluster, topic: string) {
    this.#topic = topic
    this.#cluster = cluster
    this.#filter = filter
    this.#shape = shape
    this.#places = new Map(places.map(({ partition, offset }) => [partition, offset]))
  }

  async take(): Promise<Taken> {
    if (!this.#isThere()) return { items: [], dropped: 0, end: 'the topic was deleted' }
    const dropped = this.#catchUp()
    const { isolation } = this.#shape
    const places = [...this.#places].map(([partition, offset]) => ({ partition, offset, isolation }))
    const { found, next } = await readPage(places, this.#filter, atOnce, this.#cluster)
    for (const [partition, offset] of next) {
      this.#places.set(partition, offset)
      if (offset >= endOf(partition, isolation)) this.#live.add(partition)
    }
    const id = [...this.#places].map(([{ index }, offset]) => `${index}:${offset}`).join()
    return { items: found.map((one) => showFound(one, this.#shape.format)), dropped, id }
  }

  onChange(wake: () => void): () => void {
    const ends = [...this.#places.keys()].map((partition) => partition.onAppend(wake))
    return () => {
      for (const end of ends) end()
    }
  }

  /** A topic of the same name is another one, and so is one that a reset brought back. */
  #isThere(): boolean {
    const topic = this.#cluster.topics.get(this.#topic)
    return topic !== undefined && [...this.#places.keys()].every((one) => topic.partitions[one.index] === one)
  }

  /** Moves on where too much was missed, or deleted; answers how many records that were. */
  #catchUp(): number {
    let dropped = 0
    for (const [partition, offset] of this.#places) {
      const { logStartOffset, highWatermark } = partition
      const isTooFar = this.#live.has(partition) && highWatermark - offset > lag.most
      const to = Math.max(offset, logStartOffset, isTooFar ? highWatermark - lag.left : 0)
      dropped += to - offset
      this.#places.set(partition, to)
    }
    return dropped
  }
}
