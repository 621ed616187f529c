/** `GET /connections`: which Kafka clients are here, and what they are. */
import type { Cluster, Visit } from '../handlers/handler.ts'
import { json, type Route, route } from './route.ts'
import { described, integer, list, nullable, object, text } from './schema.ts'

const shownConnection = object({
  id: text(),
  client_id: described(nullable(text()), 'As of its last request.'),
  software_name: described(nullable(text()), 'Null where it did not say, as clients before Kafka 2.4.'),
  software_version: nullable(text()),
  address: text(),
  broker: described(integer(), 'The one that it reached.'),
  listener: described(text(), 'The name of the listener by which it came; PLAINTEXT: that of broker_ports.'),
  principal: described(text(), 'Who it has proved to be; User:ANONYMOUS where nobody has to.'),
  since_ms: integer(),
  requests: integer(),
  last_api: nullable(text()),
  last_request_ms: nullable(integer()),
})

export interface ConnectionParts {
  readonly cluster: Cluster
  readonly connections: () => readonly Visit[]
}

export function connectionRoute({ cluster, connections }: ConnectionParts): Route {
  const names = new Map(cluster.apis.map(({ key, name }) => [key, name]))
  return route({
    method: 'GET',
    path: '/connections',
    tag: 'Brokers',
    summary: 'The open connections of Kafka clients.',
    answer: json(object({ connections: list(shownConnection) }), 'The connections, oldest first.'),
    handle: () => ({
      connections: connections().map((visit) => ({
        id: visit.id,
        client_id: visit.clientId,
        software_name: visit.software?.name ?? null,
        software_version: visit.software?.version ?? null,
        address: visit.address,
        broker: visit.nodeId,
        listener: visit.listener,
        principal: visit.principal,
        since_ms: visit.sinceMs,
        requests: visit.requests,
        last_api: visit.lastApiKey === null ? null : (names.get(visit.lastApiKey) ?? null),
        last_request_ms: visit.lastRequestMs,
      })),
    }),
  })
}
