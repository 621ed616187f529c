/** What a cluster does by itself as time passes: old records and producers go, and leaders go back home. */
import type { Cluster } from './handlers/handler.ts'
import { balanceLeaders } from './handlers/leadership.ts'

/** As leader.imbalance.check.interval.seconds has it by default. */
const leaderBalanceMs = 300_000

/** Until `close`. */
export function startUpkeep(cluster: Cluster): { close(): void } {
  const { clock, config } = cluster
  const timers = [
    clock.every(config.number('log.retention.check.interval.ms'), () => sweepLogs(cluster)),
    clock.every(leaderBalanceMs, () => balanceLeaders(cluster)),
  ]
  return {
    close() {
      for (const timer of timers) timer.cancel()
    },
  }
}

function sweepLogs({ topics, clock, config }: Cluster): void {
  const now = clock.now()
  const producerExpirationMs = config.number('producer.id.expiration.ms')
  for (const { partitions } of topics.all()) {
    for (const partition of partitions) {
      partition.applyRetention(now)
      partition.expireProducers(now, producerExpirationMs)
    }
  }
}
