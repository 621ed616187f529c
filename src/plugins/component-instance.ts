/** Instantiates a component in the plugin's thread: jco's glue, the core modules, and what the plugin was granted. */
import type { CoreWiring } from './core-wiring.ts'
import { importsFor } from './imports.ts'
import type { ComponentCode, Surroundings } from './instance.ts'

type Instantiate = (
  getCoreModule: CoreWiring['getCoreModule'],
  imports: object,
  instantiateCore: CoreWiring['instantiateCore'],
) => Promise<Readonly<Record<string, unknown>>>

export interface ComponentInstance {
  /** By their full names. */
  readonly exports: Readonly<Record<string, unknown>>
  flush(): void
  memoryBytes(): number
}

export async function instantiateComponent(
  code: ComponentCode,
  wiring: CoreWiring,
  { log, environment }: Surroundings,
): Promise<ComponentInstance> {
  const memoryBytes = () => {
    let sum = 0
    for (const { buffer } of wiring.memories) sum += buffer.byteLength
    return sum
  }
  const granted = importsFor(
    {
      ...environment,
      log: (level, message) => log.write(level, message),
      memoryBytes,
      memoryBytesMax: code.maxMemoryBytes,
    },
    { stdout: (line) => log.write('info', line), stderr: (line) => log.write('warn', line) },
  )
  const imports = { 'blink:plugin/host': wiring.host, ...granted.imports }
  const exports = await instantiateOf(code.glue)(wiring.getCoreModule, imports, wiring.instantiateCore)
  return { exports, memoryBytes, flush: granted.flush }
}

/**
 * What the glue exports, without a module of it: importing its text as a `data:` URL takes 8–13 ms, this 4 ms. It asks
 * for the URL of its module only to fetch core modules, which the broker hands over instead.
 */
function instantiateOf(glue: string): Instantiate {
  const body = glue.replace(/^export (?=function|const)/gm, '').replaceAll('import.meta.url', 'undefined')
  return new Function(`'use strict'\n${body}\nreturn instantiate`)()
}
