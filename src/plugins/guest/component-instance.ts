/** Instantiates a component in the plugin's thread: jco's glue, the core modules, and what the plugin was granted. */
import type { CoreWiring } from './core-wiring.ts'
import { importsFor } from '../capabilities/imports.ts'
import { BadResult, type ComponentCode, type Surroundings } from './instance.ts'
import { sealed } from './sealed-classes.ts'

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
  const granted = await importsFor(
    code.imports,
    {
      ...environment,
      log: (level, message) => log.write(level, message),
      memoryBytes,
      memoryBytesMax: code.maxMemoryBytes,
    },
    { stdout: (line) => log.write('info', line), stderr: (line) => log.write('warn', line) },
  )
  const imports = { 'blink:plugin/host': wiring.host, ...sealed(granted.imports) }
  const copies = new Copies()
  const exports = await instantiateOf(code.glue, copies.slice)(wiring.getCoreModule, imports, wiring.instantiateCore)
  const flush = () => {
    copies.forget()
    granted.flush()
  }
  return { exports, memoryBytes, flush }
}

/** What jco may copy out of a plugin's memory for one call, and what the plugin calls meanwhile. */
export const copiedBytesMax = 64 * 1024 * 1024

/**
 * A plugin can point to the same bytes any number of times, and each becomes a buffer outside of JavaScript's heap,
 * where no limit of a worker's binds. So they are counted.
 */
class Copies {
  #bytes = 0

  readonly slice = (buffer: ArrayBuffer, start: number, end: number): ArrayBuffer => {
    this.#bytes += end - start
    if (this.#bytes <= copiedBytesMax) return buffer.slice(start, end)
    throw new BadResult(`it handed over more than ${copiedBytesMax} bytes in one call`)
  }

  forget(): void {
    this.#bytes = 0
  }
}

/**
 * What the glue exports, without a module of it: importing its text as a `data:` URL takes 8–13 ms, this 4 ms. It asks
 * for the URL of its module only to fetch core modules, which the broker hands over instead.
 */
function instantiateOf(glue: string, slice: Copies['slice']): Instantiate {
  const body = glue
    .replace(/^export (?=function|const)/gm, '')
    .replaceAll('import.meta.url', 'undefined')
    .replace(/\b(memory\d+\.buffer)\.slice\(/g, 'blinkSlice($1, ')
  return new Function('blinkSlice', `'use strict'\n${body}\nreturn instantiate`)(slice)
}
