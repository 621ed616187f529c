/**
 * Everything that a component may be given, by the unversioned names of its interfaces, which is how jco's bindings ask
 * for them: so this serves every 0.2.x of WASI. What is not granted is not there; a component that imports it was
 * refused before (`world.ts`). What it does not import is not even loaded, which a start of its thread would wait for.
 */
import type { CapabilityEnvironment, Imports } from './capability-environment.ts'
import type { Output } from './wasi/cli.ts'

export type { Output } from './wasi/cli.ts'

export interface PluginImports {
  readonly imports: Imports
  /** To be called before the answer to a call of the plugin is given: sends on what the imports have gathered. */
  flush(): void
}

type Part = (environment: CapabilityEnvironment, output: Output) => Promise<Partial<PluginImports>>

/** By WASI's packages, and the interfaces of blink:plugin. */
const parts: Readonly<Record<string, Part>> = {
  'wasi:cli': async (environment, output) => ({ imports: (await import('./wasi/cli.ts')).cli(environment, output) }),
  'wasi:clocks': async (environment) => ({ imports: (await import('./wasi/clocks.ts')).clocks(environment) }),
  'wasi:random': async () => ({ imports: (await import('./wasi/random.ts')).random() }),
  'wasi:sockets': async () => ({ imports: (await import('./wasi/sockets.ts')).sockets() }),
  'wasi:io': async () => ({ imports: (await import('./wasi/io.ts')).io() }),
  'wasi:filesystem': async (environment) => ({
    imports: (await import('./wasi/filesystem.ts')).filesystem(environment),
  }),
  'wasi:config': async (environment) => ({ imports: (await import('./wasi/config.ts')).config(environment) }),
  'wasi:logging': async (environment) => ({ imports: (await import('./wasi/logging.ts')).logging(environment) }),
  'wasi:keyvalue': async (environment) => ({ imports: (await import('./wasi/keyvalue.ts')).keyvalue(environment) }),
  'wasi:http': async (environment) =>
    environment.grants.http === null ? {} : { imports: (await import('./wasi/http.ts')).http(environment) },
  'blink:plugin/sql': async (environment) => ({ imports: (await import('./sql.ts')).sql(environment) }),
  'blink:plugin/memory': async (environment) =>
    environment.grants.memory === null
      ? {}
      : { imports: (await import('./memory-import.ts')).memoryImports(environment) },
  'blink:plugin/metrics': async (environment) =>
    environment.grants.metrics === null ? {} : (await import('./metrics-import.ts')).metricsImports(environment),
  'blink:plugin/produce': async (environment) =>
    environment.grants.produce === null
      ? {}
      : { imports: (await import('./produce-import.ts')).produceImports(environment) },
  'blink:plugin/subscribe': async (environment) =>
    environment.grants.subscribe === null
      ? {}
      : { imports: (await import('./subscribe-import.ts')).subscribeImports(environment) },
}

/** All that there is to import. */
export const importable: readonly string[] = Object.keys(parts)

/** What a component that imports these interfaces is given. */
export async function importsFor(
  imported: readonly string[],
  environment: CapabilityEnvironment,
  output: Output,
): Promise<PluginImports> {
  const names = new Set(imported.map(partOf))
  const given: Partial<PluginImports>[] = []
  for (const name of names) given.push((await parts[name]?.(environment, output)) ?? {})
  return {
    imports: Object.assign({}, ...given.map(({ imports }) => imports)),
    flush: () => {
      for (const { flush } of given) flush?.()
    },
  }
}

/** `wasi:io/streams@0.2.3` is of `wasi:io`. */
function partOf(name: string): string {
  return name.replace(/^(blink:[^@]*|[^/]*).*$/, '$1')
}
