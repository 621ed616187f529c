/** What the implementation of a capability is given, in the plugin's thread. Each is made once for an instance. */
import type { Clock } from '../../base/clock.ts'
import type { Level } from '../../base/logger.ts'
import type { Grants } from './capabilities.ts'
import type { HostCalls } from '../crossing/host-calls.ts'

export interface CapabilityEnvironment {
  /** The plugin's name in settings. */
  readonly plugin: string
  readonly grants: Grants
  /** The plugin's `config`; null when there is none. */
  readonly config: unknown
  /** A folder of the plugin's own, for whatever it keeps; null when nothing is granted that needs one. */
  readonly folder: string | null
  /** Where the instances that share the folder agree on turns; made once for a plugin (`disk-usage.ts`). */
  readonly shared: SharedArrayBuffer
  readonly clock: Clock
  readonly log: (level: Level, message: string) => void
  readonly calls: HostCalls
  /** The plugins whose records led to those in hand, which must not see what comes of these. None between batches. */
  readonly by: () => readonly string[]
  /** What the instance's memories take now, and may take. */
  readonly memoryBytes: () => number
  readonly memoryBytesMax: number
  /** Of the broker's `max_memory`, how much is taken, in thousandths. Written by the broker's thread. */
  readonly pressure: Int32Array
}

/** Interfaces by their name without a version, which is how jco's bindings ask for them. */
export type Imports = Readonly<Record<string, Readonly<Record<string, unknown>>>>
