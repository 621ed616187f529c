/**
 * Everything that a component may be given, by the unversioned names of its interfaces, which is how jco's bindings ask
 * for them: so this serves every 0.2.x of WASI. What is not granted is not there; a component that imports it was
 * refused before (`world.ts`).
 */
import type { CapabilityEnvironment, Imports } from './capability-environment.ts'
import { sql } from './sql.ts'
import { cli, type Output } from './wasi/cli.ts'
import { clocks } from './wasi/clocks.ts'
import { config } from './wasi/config.ts'
import { filesystem } from './wasi/filesystem.ts'
import { io } from './wasi/io.ts'
import { keyvalue } from './wasi/keyvalue.ts'
import { logging } from './wasi/logging.ts'
import { random } from './wasi/random.ts'

export type { Output } from './wasi/cli.ts'

export interface PluginImports {
  readonly imports: Imports
  /** To be called before the answer to a call of the plugin is given: sends on what the imports have gathered. */
  flush(): void
}

export function importsFor(environment: CapabilityEnvironment, output: Output): PluginImports {
  const imports = { ...withinThread(environment, output), ...throughBroker(environment) }
  return { imports, flush: () => {} }
}

/** Answered in the plugin's thread. */
function withinThread(environment: CapabilityEnvironment, output: Output): Imports {
  return {
    ...cli(environment, output),
    ...clocks(environment),
    ...random(),
    ...io(),
    ...filesystem(environment),
    ...config(environment),
    ...logging(environment),
    ...keyvalue(environment),
    ...sql(environment),
  }
}

/** Answered by the broker's thread. */
function throughBroker(_environment: CapabilityEnvironment): Imports {
  return {}
}
