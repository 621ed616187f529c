/**
 * `/metrics` and `/prometheus`: numbers that the parts of the broker keep anyway, read when someone asks.
 *
 * Nothing here runs while records flow. Names are those of the original Blink where the number still means something;
 * sizes are bytes, times say their unit.
 */
import type { Logger } from '../base/logger.ts'
import { type BrokerNumbers, brokerMetrics } from './broker-metrics.ts'
import { accepts } from './accepts.ts'
import { expose, type ExpositionForm, type Metric } from './exposition.ts'
import type { PluginAdmin } from './plugin-admin.ts'
import { pluginMetrics } from './plugin-metrics.ts'
import { namesOf, OwnNumbers } from './plugins-own-metrics.ts'
import { media, type Route, route } from './route.ts'
import { text } from './schema.ts'

export interface MetricSources extends BrokerNumbers {
  readonly pluginAdmin: Pick<PluginAdmin, 'status' | 'metrics'>
  readonly logger: Logger
}

export function metricRoutes(sources: MetricSources): readonly Route[] {
  const metrics = new Metrics(sources)
  return ['/metrics', '/prometheus'].map((path) =>
    route({
      method: 'GET',
      path,
      tag: 'Broker',
      summary: 'Numbers for Prometheus, in its text form or that of OpenMetrics.',
      query: 'any',
      answer: media({ 'text/plain': text(), 'application/openmetrics-text': text() }, 'As Accept has it.'),
      handle: async ({ c }) => {
        const scraped = await metrics.scrape(accepts(c, 'application/openmetrics-text') ? 'openmetrics' : 'prometheus')
        return c.text(scraped.text, 200, { 'Content-Type': scraped.contentType })
      },
    }),
  )
}

export class Metrics {
  readonly #pluginAdmin: MetricSources['pluginAdmin']
  /** The same at every scrape; only plugins bring names of their own, and take them along when they go. */
  readonly #ours: readonly Metric[]
  readonly #own: OwnNumbers

  constructor(sources: MetricSources) {
    const { pluginAdmin, logger } = sources
    this.#pluginAdmin = pluginAdmin
    this.#ours = [...brokerMetrics(sources), ...pluginMetrics(() => pluginAdmin.status())]
    this.#own = new OwnNumbers(this.#ours.flatMap(namesOf), logger)
  }

  scrape(form: ExpositionForm = 'prometheus'): Promise<{ readonly contentType: string; readonly text: string }> {
    return expose([...this.#ours, ...this.#own.describe(this.#pluginAdmin.metrics)], form)
  }
}
