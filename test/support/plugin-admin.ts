/** A plugin host without threads: it does what it is told to the statuses it was given, and says what it was asked. */
import type { AppParts } from '../../src/http/app.ts'
import type { PluginAdmin } from '../../src/http/plugin-admin.ts'
import type { HttpRequest, HttpResponse } from '../../src/plugins/crossing/hook-calls.ts'
import { PluginStartError } from '../../src/plugins/host.ts'
import type { LogListener, RecentLine } from '../../src/plugins/plugin-log.ts'
import { type PluginSettings, pluginDefaults } from '../../src/plugins/plugin-settings.ts'
import type { PluginStatus } from '../../src/plugins/plugin-status.ts'
import { pluginStatus } from './plugin-status.ts'

export class FakeAdmin implements PluginAdmin {
  /** What it was asked to do, in order, as `reload guard`. */
  readonly asked: string[] = []
  readonly loaded: PluginSettings[] = []
  readonly requests: HttpRequest[] = []
  readonly listeners = new Set<LogListener>()
  metrics: PluginAdmin['metrics'] = []
  response: HttpResponse = { status: 200, headers: [], body: new Uint8Array() }
  /** The next command fails with this. */
  failure: Error | null = null
  #plugins: PluginStatus[]

  constructor(plugins: readonly PluginStatus[]) {
    this.#plugins = [...plugins]
  }

  status = (): readonly PluginStatus[] => this.#plugins
  get = (name: string): PluginStatus | null => this.#plugins.find((one) => one.name === name) ?? null

  async load(settings: PluginSettings): Promise<PluginStatus> {
    this.#note(`load ${settings.name}`)
    if (settings.path.includes('broken')) throw new PluginStartError(settings, 'does not start: it is broken')
    if (this.get(settings.name) !== null) throw refusal('name_taken', `there is a plugin ${settings.name} already`)
    const { name, path, config } = settings
    this.loaded.push(settings)
    const status = pluginStatus({ name, path, config })
    this.#plugins.push(status)
    return status
  }

  async unload(name: string): Promise<PluginStatus> {
    const status = this.#known(`unload ${name}`, name)
    this.#plugins = this.#plugins.filter((one) => one !== status)
    for (const listener of [...this.listeners]) listener.end()
    return status
  }

  enable = async (name: string) => this.#change('enable', name, { state: 'running', enabled: true })
  disable = async (name: string) => this.#change('disable', name, { state: 'disabled', enabled: false })
  reload = async (name: string) => this.#change('reload', name, { hash: 'new' })
  reset = async (name: string) => this.#change('reset', name, { failures: {} })

  async reconfigure(name: string, config: unknown): Promise<PluginStatus> {
    return this.#change(`reconfigure ${JSON.stringify(config)}`, name, {
      config: config === undefined ? { of: 'settings.yaml' } : config,
    })
  }

  async handleHttp(name: string, request: HttpRequest): Promise<HttpResponse> {
    this.#known(`handle-http ${name}`, name)
    this.requests.push(request)
    return this.response
  }

  log(name: string) {
    const { recentLines } = this.#known(`log ${name}`, name)
    const follow = (listener: LogListener) => {
      this.listeners.add(listener)
      return () => this.listeners.delete(listener)
    }
    return { recent: recentLines, follow }
  }

  /** As if the plugin had said so. */
  say(text: string, timeMs = 0): void {
    const line: RecentLine = { timeMs, level: 'info', text }
    for (const listener of this.listeners) listener.line(line)
  }

  #change(command: string, name: string, to: Partial<PluginStatus>): PluginStatus {
    const before = this.#known(`${command} ${name}`, name)
    const after = { ...before, ...to }
    this.#plugins = this.#plugins.map((one) => (one === before ? after : one))
    return after
  }

  #known(what: string, name: string): PluginStatus {
    this.#note(what)
    const found = this.get(name)
    if (found === null) throw refusal('unknown_plugin', `there is no plugin ${name}`)
    return found
  }

  #note(what: string): void {
    this.asked.push(what)
    const failure = this.failure
    this.failure = null
    if (failure !== null) throw failure
  }
}

/** As the host's commands are refused. */
export function refusal(code: string, message: string): Error {
  return Object.assign(new Error(message), { code })
}

/** Stands in for the reader of settings: a path there must be, and a priority is a number. */
export const readPlugin: AppParts['readPlugin'] = (raw) => {
  const { path, priority = 0, ...given } = raw as Partial<PluginSettings>
  const mistakes = [
    ...(path === undefined ? ['plugin has no path; add the path of its .wasm file'] : []),
    ...(Number.isInteger(Number(priority)) ? [] : [`plugin.priority is ${priority}; use -1000–1000`]),
  ]
  if (path === undefined || mistakes.length > 0) return { mistakes }
  return { settings: { ...pluginDefaults, name: path, ...given, path, priority: Number(priority) } }
}
