/** `GET /overview`: what went through the broker in the last minutes, for plots of it, and what does now. */
import { json, type Route, route } from './route.ts'
import { integer, list, named, nullable, number, object, type Out } from './schema.ts'

const point = named(
  'ThroughputPoint',
  object({
    at_ms: integer(),
    records_in_per_s: number(),
    bytes_in_per_s: number(),
    bytes_out_per_s: number(),
    requests_per_s: number(),
    refused_per_s: number(),
    request_ms: nullable(object({ p50: number(), p99: number() })),
    connections: integer(),
    stored_bytes: integer(),
  }),
)
type Point = Out<typeof point>

const overview = object({
  step_ms: integer(),
  points: list(point),
  now: point,
  totals: object({
    records_in: integer(),
    bytes_in: integer(),
    bytes_out: integer(),
    requests: integer(),
    refused: integer(),
  }),
})

/** As `server/throughput.ts` keeps it. */
export interface ThroughputSource {
  readonly stepMs: number
  /** Oldest first. */
  readonly points: readonly Point[]
  /** Over the step that is running. */
  readonly now: Point
  count(): {
    readonly recordsIn: number
    readonly bytesIn: number
    readonly bytesOut: number
    readonly requests: number
    readonly refused: number
  }
}

export function throughputRoute(throughput: ThroughputSource): Route {
  return route({
    method: 'GET',
    path: '/overview',
    tag: 'Broker',
    summary: 'What went through the broker in the last minutes, and now.',
    answer: json(overview, 'A point for every five seconds, oldest first.'),
    handle: () => {
      const { recordsIn, bytesIn, bytesOut, requests, refused } = throughput.count()
      const totals = { records_in: recordsIn, bytes_in: bytesIn, bytes_out: bytesOut, requests, refused }
      return { step_ms: throughput.stepMs, points: throughput.points, now: throughput.now, totals }
    },
  })
}
