/** `blink:plugin/memory`: read where it lies, without asking the broker's thread. */
import type { CapabilityEnvironment, Imports } from './capability-environment.ts'
import { pressureLevel } from './memory-pressure.ts'

export function memoryImports({ memoryBytes, memoryBytesMax, pressure }: CapabilityEnvironment): Imports {
  return {
    'blink:plugin/memory': {
      used: () => BigInt(memoryBytes()),
      limit: () => BigInt(memoryBytesMax),
      pressure: () => pressureLevel(Atomics.load(pressure, 0)),
    },
  }
}
