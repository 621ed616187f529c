/** Blink itself, as its command line starts it: as built, or as built by another checkout to compare with. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { cache, required, root } from '../place.ts'
import type { Broker } from './broker.ts'

export interface BlinkOptions {
  readonly name?: string
  readonly cli: string
  /** Components that judge every record. */
  readonly plugins?: readonly string[]
  /** Flags of Node.js, such as those of its profiler. */
  readonly nodeFlags?: readonly string[]
}

export const guardPlugin = join(root, 'demo-plugin', 'guard', 'guard.wasm')
export const demoPlugin = join(root, 'demo-plugin', 'demo-plugin.wasm')

export function blink(options: BlinkOptions): Broker {
  const { name = 'blink', cli, plugins = [], nodeFlags = [] } = options
  return {
    name,
    async prepare() {
      required(cli, 'run npm run build')
      for (const plugin of plugins) required(plugin, 'run npm run build')
    },
    command(port, folder) {
      const settings = {
        broker_ports: [port],
        rest_port: 'off',
        log_level: 'warn',
        plugin_paths: plugins,
        plugin_cache_path: join(cache, 'plugins'),
      }
      const file = join(folder, 'settings.yaml')
      writeFileSync(file, JSON.stringify(settings)) // JSON is YAML.
      return { file: process.execPath, args: [...nodeFlags, cli, '--settings', file] }
    },
  }
}
