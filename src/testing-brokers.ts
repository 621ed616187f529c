/** The brokers of the simulated cluster as a suite sees them. */
import type { BrokerNode, BrokerNodes, NewBroker } from './broker-nodes.ts'
import type { Cluster } from './handlers/handler.ts'
import { lead } from './handlers/leadership.ts'
import { moveLeader } from './handlers/moves.ts'
import { noLeader } from './topics/replicas.ts'

export type { BrokerNode, NewBroker } from './broker-nodes.ts'

export interface ClusterBrokers {
  /** Those that are down, too. */
  list(): readonly BrokerNode[]
  /** As a broker that dies: its port is closed, its connections are cut, others lead what it led. */
  stop(id: number): void
  /** Resolves when its port is open again and it has caught up. */
  start(id: number): Promise<void>
  /**
   * One more, on a free port. It holds nothing until topics are made, or partitions moved there.
   *
   * @example
   * const { id } = await broker.brokers.add({ rack: 'b' })
   */
  add(asked?: NewBroker): Promise<BrokerNode>
  /**
   * Another leads from now on: the broker `to`, which must hold the partition and be up, or the next that does.
   *
   * @example
   * broker.brokers.moveLeader('orders', 0)
   */
  moveLeader(topic: string, partition: number, to?: number): void
  /** Who leads a partition; null: nobody, for now. */
  leaderOf(topic: string, partition: number): number | null
}

export function brokersFor(nodes: BrokerNodes, cluster: Cluster): ClusterBrokers {
  const unknown = (id: number) => {
    const ids = nodes.list().map((node) => node.id)
    return new RangeError(`there is no broker ${id}; use one of ${ids.join(', ')}`)
  }
  const found = (name: string, index: number) => {
    const topic = cluster.topics.get(name)
    if (topic?.partitions[index] === undefined) throw new RangeError(`there is no partition ${name}-${index}`)
    return topic
  }
  return {
    list: () => nodes.list(),
    stop(id) {
      if (!nodes.stop(id)) throw unknown(id)
    },
    async start(id) {
      if (!(await nodes.start(id))) throw unknown(id)
    },
    add: (asked = {}) => nodes.add(asked),
    moveLeader(name, index, to) {
      const topic = found(name, index)
      if (to === undefined) return moveLeader(topic, index, cluster)
      const { isr } = topic.replicas[index]!
      if (!isr.includes(to)) {
        throw new RangeError(`broker ${to} cannot lead ${name}-${index}: in sync are ${isr.join(', ') || 'none'}`)
      }
      lead(topic, index, to, cluster)
    },
    leaderOf(name, index) {
      const { leader } = found(name, index).replicas[index]!
      return leader === noLeader ? null : leader
    },
  }
}
