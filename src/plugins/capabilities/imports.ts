/**
 * Everything that a component may be given, by the unversioned names of its interfaces, which is how jco's bindings ask
 * for them: so this serves every 0.2.x of WASI. What is not granted is not there; a component that imports it was
 * refused before (`world.ts`).
 */
import type { CapabilityEnvironment, Imports } from './capability-environment.ts'
import { memoryImports } from './memory-import.ts'
import { metricsImports } from './metrics-import.ts'
import { produceImports } from './produce-import.ts'
import { sql } from './sql.ts'
import { subscribeImports } from './subscribe-import.ts'
import { cli, type Output } from './wasi/cli.ts'
import { clocks } from './wasi/clocks.ts'
import { config } from './wasi/config.ts'
import { filesystem } from './wasi/filesystem.ts'
import { http } from './wasi/http.ts'
import { io } from './wasi/io.ts'
import { keyvalue } from './wasi/keyvalue.ts'
import { logging } from './wasi/logging.ts'
import { random } from './wasi/random.ts'
import { sockets } from './wasi/sockets.ts'

export type { Output } from './wasi/cli.ts'

export interface PluginImports {
  readonly imports: Imports
  /** To be called before the answer to a call of the plugin is given: sends on what the imports have gathered. */
  flush(): void
}

export function importsFor(environment: CapabilityEnvironment, output: Output): PluginImports {
  const { metrics } = environment.grants
  const counting = metrics === null ? null : metricsImports(environment)
  const imports = { ...withinThread(environment, output), ...throughBroker(environment), ...counting?.imports }
  return { imports, flush: () => counting?.flush() }
}

/** Answered in the plugin's thread. */
function withinThread(environment: CapabilityEnvironment, output: Output): Imports {
  return {
    ...cli(environment, output),
    ...clocks(environment),
    ...random(),
    ...sockets(),
    ...io(),
    ...filesystem(environment),
    ...config(environment),
    ...logging(environment),
    ...keyvalue(environment),
    ...sql(environment),
  }
}

/** Answered by the broker's thread. */
function throughBroker(environment: CapabilityEnvironment): Imports {
  const { grants } = environment
  return {
    ...(grants.http === null ? {} : http(environment)),
    ...(grants.memory === null ? {} : memoryImports(environment)),
    ...(grants.produce === null ? {} : produceImports(environment)),
    ...(grants.subscribe === null ? {} : subscribeImports(environment)),
  }
}
