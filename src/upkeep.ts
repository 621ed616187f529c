/**
 * What a cluster does by itself as time passes: old records and producers go, logs are compacted, and leaders go back
 * home.
 */
import type { Timer } from './base/clock.ts'
import type { BrokerConfig } from './configs/broker-config.ts'
import type { Cluster } from './handlers/handler.ts'
import { balanceLeaders } from './handlers/leadership.ts'
import { Cleaner } from './log/cleaner.ts'

/** Until `close`. */
export function startUpkeep(cluster: Cluster): { close(): void } {
  const { clock, config, logger, topics } = cluster
  const partitions = () =>
    [...topics.all()].filter((topic) => topic.config.isCompacted).flatMap((one) => one.partitions)
  const cleaner = new Cleaner({ clock, logger: logger.for('blink::log'), partitions })
  const timers = [
    clock.every(config.number('log.retention.check.interval.ms'), () => sweepLogs(cluster)),
    ...(config.boolean('auto.leader.rebalance.enable')
      ? [clock.every(config.number('leader.imbalance.check.interval.seconds') * 1000, () => balanceLeaders(cluster))]
      : []),
  ]
  const cleanEvery = () => Math.max(1, config.number('log.cleaner.backoff.ms'))
  const startCleaning = () => clock.every(cleanEvery(), () => cleaner.run())
  if (config.boolean('log.cleaner.enable')) timers.push(retimed(startCleaning, cleanEvery, config))
  return {
    close() {
      for (const timer of timers) timer.cancel()
      cleaner.close()
    },
  }
}

/** A timer that begins anew whenever its interval is altered. */
function retimed(start: () => Timer, intervalMs: () => number, config: BrokerConfig): Timer {
  let timer = start()
  let currentMs = intervalMs()
  let isCancelled = false
  config.onChange(() => {
    if (isCancelled || intervalMs() === currentMs) return
    timer.cancel()
    timer = start()
    currentMs = intervalMs()
  })
  return {
    cancel() {
      isCancelled = true
      timer.cancel()
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
