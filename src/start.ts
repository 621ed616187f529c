/**
 * Starts a broker in the order that takes the least time: threads of plugins first, then, while they start, the code
 * of the broker itself is loaded. So this file, and what imports it, imports little of the broker.
 */
import { type Clock, systemClock } from './base/clock.ts'
import type { Logger } from './base/logger.ts'
import { type Random, systemRandom } from './base/random.ts'
import type { Broker } from './broker.ts'
import type { ClusterImage } from './cluster-image.ts'
import type { Judge } from './handlers/intake.ts'
import { PluginLoan } from './plugin-loan.ts'
import { PluginHost } from './plugins/host.ts'
import type { PluginSettings } from './plugins/plugin-settings.ts'
import { pluginDataPath, type Settings } from './settings/settings.ts'
import { effectivePlugins } from './settings/plugins.ts'

export interface BrokerOptions {
  readonly logger: Logger
  readonly clock?: Clock
  readonly random?: Random
  /** In place of those that settings name. */
  readonly plugins?: readonly PluginSettings[]
  /** What it holds from the start, in place of the topics and records that settings name. */
  readonly image?: ClusterImage
  /** Who is asked about records in the plugins' place: for those who want to listen. */
  readonly judge?: (plugins: PluginHost) => Judge
}

/** Throws StartError or PluginStartError, with nothing left open. */
export async function startBroker(settings: Settings, options: BrokerOptions): Promise<Broker> {
  const { logger, clock = systemClock, random = systemRandom, judge } = options
  const loan = new PluginLoan(settings, clock)
  const asked = options.plugins ?? effectivePlugins(settings)
  const [plugins, { Broker }] = await Promise.all([
    startPlugins(asked, settings, loan, { clock, random, logger }),
    import('./broker.ts'),
  ])
  const { image } = options
  const parts = { settings, clock, random, logger, plugins, loan, ...(image === undefined ? {} : { image }) }
  return Broker.start(judge === undefined ? parts : { ...parts, judge: judge(plugins) })
}

async function startPlugins(
  plugins: readonly PluginSettings[],
  settings: Settings,
  loan: PluginLoan,
  deps: Required<Pick<BrokerOptions, 'logger' | 'clock' | 'random'>>,
): Promise<PluginHost> {
  const log = deps.logger.for('blink::server')
  const count = plugins.filter(({ enabled }) => enabled).length
  if (count > 0) log.info(`Initializing plugin system with ${count} plugins`)
  const { folder, pluginCachePath, pluginTrustedKeys: trustedKeys } = settings
  const host = await PluginHost.start(plugins, {
    ...deps,
    folder,
    trustedKeys,
    dataPath: pluginDataPath(settings),
    services: loan.services,
    ...(pluginCachePath === null ? {} : { cachePath: pluginCachePath }),
  })
  if (count > 0) log.info('Plugin system initialized successfully')
  return host
}
