/** `GET /client-metrics`: which clients push their own metrics (KIP-714), what is asked of them, and what came last. */
import type { Cluster } from '../handlers/handler.ts'
import { compressionTypes } from '../protocol/compression.ts'
import { json, type Route, route } from './route.ts'
import { described, integer, list, nullable, object, text } from './schema.ts'

const shownClient = object({
  id: described(text(), 'As clients name themselves to this end.'),
  client_id: text(),
  software_name: text(),
  software_version: text(),
  address: text(),
  metrics: described(list(text()), 'How the names of the metrics begin that are asked for; * for all.'),
  interval_ms: integer(),
  pushes: integer(),
  bytes: described(integer(), 'As they were sent.'),
  last_push_ms: nullable(integer()),
  last_push_compression: nullable(text()),
  last_push: described(nullable(text()), 'The last MetricsData of OpenTelemetry, in base64.'),
})

export function clientMetricsRoute({ telemetry }: Pick<Cluster, 'telemetry'>): Route {
  return route({
    method: 'GET',
    path: '/client-metrics',
    tag: 'Brokers',
    summary: 'The metrics that Kafka clients push of themselves.',
    answer: json(
      object({ clients: list(shownClient) }),
      'The clients that asked, those that were quiet longest first.',
    ),
    handle: () => ({
      clients: [...telemetry.instances].map(({ id, client, metrics, intervalMs, pushes, bytes, last }) => ({
        id,
        client_id: client.client_id,
        software_name: client.client_software_name,
        software_version: client.client_software_version,
        address: client.client_source_address,
        metrics: [...metrics],
        interval_ms: intervalMs,
        pushes,
        bytes,
        last_push_ms: last?.atMs ?? null,
        last_push_compression: last === null ? null : compressionTypes[last.compressionType]!,
        last_push: last?.metrics.toString('base64') ?? null,
      })),
    }),
  })
}
