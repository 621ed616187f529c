/**
 * What the broker's thread does for a plugin that cannot do it in its own: one set of services for each plugin, for all
 * its instances, with nothing in it but what was granted.
 */
import type { Clock } from '../../base/clock.ts'
import type { Level } from '../../base/logger.ts'
import type { Services } from '../crossing/host-calls.ts'
import { OutgoingHttp, type Resolve, systemResolve } from './outgoing-http.ts'
import type { MetricsTold, PluginMetrics } from './plugin-metrics.ts'
import type { PluginSettings } from '../plugin-settings.ts'
import { type Produce, type ProduceCall, Producing } from './producing.ts'

/** What the broker lends the plugin host. */
export interface HostServices {
  readonly clock: Clock
  readonly produce: Produce
  /** One Int32: thousandths of `max_memory` that are taken. */
  readonly pressure: SharedArrayBuffer
  /** From a host's name to its addresses; by default as the machine does it. */
  readonly resolve?: Resolve
}

/** What the host keeps for one plugin. */
export interface OwnServices {
  /** Throws when it cannot be; the plugin hears why. */
  subscribe(topics: string): void
  unsubscribe(topics: string): void
  readonly metrics: PluginMetrics
  /** In shadow mode: what it produced is not stored. */
  notProduced(topic: string): void
  /** A line of the plugin's log. */
  log(level: Level, message: string): void
}

export function servicesFor(
  { name, mode, capabilities }: PluginSettings,
  { clock, produce, resolve = systemResolve }: HostServices,
  own: OwnServices,
): Services {
  const services: Record<string, Services[string]> = {}
  if (capabilities.http !== null) {
    const http = new OutgoingHttp(capabilities.http, { clock, resolve, warn: (message) => own.log('warn', message) })
    services['http'] = http.send
  }
  if (capabilities.metrics !== null) services['metrics'] = (told: MetricsTold) => own.metrics.take(told)
  if (capabilities.produce !== null) {
    const store: Produce = mode === 'shadow' ? async ({ topic }) => notStored(topic, own) : produce
    const producing = new Producing(name, store, (message) => own.log('warn', message))
    services['produce'] = (call: ProduceCall) => producing.take(call)
    services['produce-waiting'] = () => producing.waiting
  }
  if (capabilities.subscribe !== null) {
    services['subscribe'] = (topics: string) => own.subscribe(topics)
    services['unsubscribe'] = (topics: string) => own.unsubscribe(topics)
  }
  return services
}

/** Nothing for the plugin to hear of: it is to do what it would do otherwise. */
function notStored(topic: string, own: OwnServices): null {
  own.notProduced(topic)
  return null
}
