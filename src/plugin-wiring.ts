/**
 * How the plugin host reaches HTTP. It is here that what the host cannot do yet is refused.
 */
import type { HttpSettings } from './http/app.ts'
import type { PluginAdmin, PluginStatus } from './http/plugin-admin.ts'
import type { PluginParts } from './http/plugins.ts'
import type { PluginHost } from './plugins/host.ts'
import type { Settings } from './settings.ts'

/** What the HTTP API and the ports of plugins are given. */
export function pluginHttp(
  host: PluginHost,
  settings: Settings,
): Pick<PluginParts, 'pluginAdmin' | 'readPlugin' | 'uploads'> & { readonly settings: HttpSettings } {
  return {
    pluginAdmin: pluginAdminOf(host),
    readPlugin: () => ({ mistakes: ['this version loads plugins at start alone; name it in settings.yaml'] }),
    uploads: null,
    settings: { ...settings, adminToken: null },
  }
}

export function pluginAdminOf(host: PluginHost): PluginAdmin {
  const status = () => host.status().map(completed)
  const get = (name: string) => status().find((one) => one.name === name) ?? null
  const refuse = () => Promise.reject(Object.assign(new Error('this version cannot do that'), { code: 'no_such_hook' }))
  return {
    status,
    get,
    load: refuse,
    unload: refuse,
    enable: refuse,
    disable: refuse,
    reload: refuse,
    reset: refuse,
    reconfigure: refuse,
    handleHttp: refuse,
    log: (name) => ({ recent: get(name)?.recentLines ?? [], follow: () => () => {} }),
    metrics: [],
  }
}

function completed(status: ReturnType<PluginHost['status']>[number]): PluginStatus {
  return {
    edition: '0.1',
    isSandboxed: true,
    enabled: true,
    mode: 'enforce',
    priority: 0,
    topics: ['*'],
    instances: { count: 1, active: status.state === 'running' ? 1 : 0 },
    hooks: ['on-record'],
    imports: [],
    exports: [],
    info: null,
    capabilities: [],
    config: null,
    diskBytes: 0,
    latency: {},
    durations: new Map(),
    ...status,
    records: { ...status.records, dropped: 0, replaced: 0, throttled: 0, shadowRefused: 0 },
  }
}
