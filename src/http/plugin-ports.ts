/**
 * The ports of plugins, open for as long as their plugins are there. Which there should be is what the plugin host
 * says, asked anew whenever something was done to a plugin.
 */
import type { Logger } from '../base/logger.ts'
import type { PluginStatus } from '../plugins/plugin-status.ts'
import type { PluginAdmin } from './plugin-admin.ts'
import type { HttpServer } from './server.ts'

export interface PluginPortsOptions {
  readonly pluginAdmin: Pick<PluginAdmin, 'status'>
  /** Rejects with the remedy when the port cannot be had. */
  readonly open: (plugin: string, port: number) => Promise<Pick<HttpServer, 'port' | 'close'>>
  readonly logger: Logger
}

interface OpenPort {
  /** 0: any free one. */
  readonly asked: number
  readonly server: Pick<HttpServer, 'port' | 'close'>
}

/** For whoever is being answered on a port whose plugin goes. */
const graceMs = 500

export class PluginPorts {
  readonly #options: PluginPortsOptions
  readonly #open = new Map<string, OpenPort>()
  /** One update after another. */
  #updated: Promise<unknown> = Promise.resolve()
  #isClosed = false

  constructor(options: PluginPortsOptions) {
    this.#options = options
  }

  /** Opens what is missing and closes what nobody asks for any more. Rejects when a port cannot be opened. */
  update(): Promise<void> {
    const updated = this.#updated.then(() => this.#update())
    this.#updated = updated.catch(() => {}) // Told to whoever asked.
    return updated
  }

  /** The same while the broker serves: the plugin runs, with or without its port. */
  async updateOrLog(): Promise<void> {
    try {
      await this.update()
    } catch (error) {
      this.#options.logger.error((error as Error).message)
    }
  }

  /** No port is opened afterwards. */
  async close(graceMs: number): Promise<void> {
    this.#isClosed = true
    await this.#updated
    await Promise.all([...this.#open.values()].map(({ server }) => server.close(graceMs)))
    this.#open.clear()
  }

  async #update(): Promise<void> {
    if (this.#isClosed) return
    const wanted = new Map(
      this.#options.pluginAdmin
        .status()
        .filter(hasPort)
        .map(({ name, port }) => [name, port]),
    )
    for (const [name, { asked, server }] of this.#open) {
      if (wanted.get(name) === asked) continue
      this.#open.delete(name)
      await server.close(graceMs)
    }
    const problems: unknown[] = []
    for (const [name, asked] of wanted) {
      if (this.#open.has(name)) continue
      try {
        this.#open.set(name, { asked, server: await this.#options.open(name, asked) })
      } catch (error) {
        problems.push(error)
      }
    }
    // The first is enough to say; the next update tries the others again.
    if (problems.length > 0) throw problems[0]
  }
}

/** While it fails, too: then its page says why. */
function hasPort(status: PluginStatus): status is PluginStatus & { readonly port: number } {
  return status.port !== null && status.enabled && !['disabled', 'stopped'].includes(status.state)
}
