/** The cluster of v3, and its brokers. */
import type { Context } from 'hono'
import type { Cluster, Node } from '../../handlers/handler.ts'
import { controllerId } from '../../handlers/nodes.ts'
import type { Route } from './route.ts'
import { notFound } from './errors.ts'
import { entity, linkTo, list, related } from './links.ts'
import { indexOf } from './v2-topics.ts'
import { belowCluster } from './v3-route.ts'

export function v3ClusterRoutes(cluster: Cluster): readonly Route[] {
  return [
    [
      'GET',
      '/v3/clusters',
      (c) => {
        const metadata = { self: linkTo(c, 'v3', 'clusters'), next: null }
        return c.json({ kind: 'KafkaClusterList', metadata, data: [showCluster(c, cluster)] })
      },
    ],
    ...belowCluster(cluster, [
      ['GET', '', (c) => showCluster(c, cluster)],
      [
        'GET',
        '/brokers',
        (c) => {
          const brokers = cluster.nodes.map((node) => showBroker(c, cluster, node))
          return list(c, 'KafkaBrokerList', [cluster.id, 'brokers'], brokers)
        },
      ],
      ['GET', '/brokers/:broker', (c) => showBroker(c, cluster, brokerNamed(cluster, c))],
    ]),
  ]
}

export function brokerNamed({ nodes }: Cluster, c: Context): Node {
  const id = indexOf(c.req.param('broker')!)
  const node = nodes.find((one) => one.id === id)
  if (node === undefined) throw notFound()
  return node
}

function showCluster(c: Context, cluster: Cluster) {
  const { id } = cluster
  return entity(c, 'KafkaCluster', id, [], [], {
    controller: related(c, id, 'brokers', controllerId(cluster)),
    acls: related(c, id, 'acls'),
    brokers: related(c, id, 'brokers'),
    broker_configs: related(c, id, 'broker-configs'),
    consumer_groups: related(c, id, 'consumer-groups'),
    topics: related(c, id, 'topics'),
    partition_reassignments: related(c, id, 'topics', '-', 'partitions', '-', 'reassignment'),
  })
}

/** Its host is, where settings name none, the one by which the client came. */
function showBroker(c: Context, { id: cluster }: Cluster, { id, port, advertisedHost, rack }: Node) {
  return entity(c, 'KafkaBroker', cluster, ['brokers', id], [['broker', id]], {
    broker_id: id,
    host: advertisedHost ?? new URL(c.req.url).hostname,
    port,
    rack,
    configs: related(c, cluster, 'brokers', id, 'configs'),
    partition_replicas: related(c, cluster, 'brokers', id, 'partition-replicas'),
  })
}
