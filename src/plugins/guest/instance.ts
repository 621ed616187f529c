/**
 * What a plugin's thread is given to run, and what it makes of it: a component of blink:plugin@0.1 or 0.2, or a script.
 * To the thread all three are guests: they are asked for the same things, and those that offer less are asked for less.
 */
import type { BatchDetails } from '../crossing/batch-details.ts'
import type { BatchShape } from '../crossing/batch-shape.ts'
import type { CapabilityEnvironment } from '../capabilities/capability-environment.ts'
import type { CoreModule } from './core-wiring.ts'
import type { Crossing } from '../crossing/crossing.ts'
import type { CallHook } from '../crossing/hook-calls.ts'
import type { HostLog } from './host-log.ts'
import type { Policies } from './judging.ts'
import type { PluginInfo } from '../loading/plugin-info.ts'
import type { ScriptFile } from '../loading/script-files.ts'
import type { ReplySender } from '../crossing/replies.ts'

/** What the broker sends a plugin's thread to instantiate. */
export type Code = ComponentCode | ScriptCode

export interface ComponentCode {
  readonly kind: 'component'
  readonly edition: '0.1' | '0.2'
  /** The glue that jco wrote, as a JavaScript module. */
  readonly glue: string
  readonly modules: ReadonlyMap<string, CoreModule>
  /** The names of the component, with their versions. */
  readonly imports: readonly string[]
  readonly exports: readonly string[]
  /** Of all its memories together; the modules were rewritten so that it holds. */
  readonly maxMemoryBytes: number
  /** Never to call directly: for tests and measurements. */
  readonly isBindingOnly: boolean
}

/** JavaScript as it is, without the walls of a component around it. */
export interface ScriptCode {
  readonly kind: 'script'
  /** Of an ES module: `file:` or `data:`. */
  readonly url: string
  /** What it was loaded from, when it is run from there: each must be what it was. */
  readonly files: readonly ScriptFile[]
}

/** What is around a guest in its thread. */
export interface Surroundings {
  readonly log: HostLog
  readonly crossing: Crossing
  readonly policies: Policies
  /** By the batch's number; null for those who are told no more than 0.1 tells. */
  readonly details: readonly BatchDetails[] | null
  readonly replies: ReplySender | null
  /** For whatever the guest may import. */
  readonly environment: Omit<CapabilityEnvironment, 'log' | 'memoryBytes' | 'memoryBytesMax'>
}

/** What runs in a plugin's thread. Whatever it throws ends it. */
export interface Guest {
  /** Whether records reach it by the direct call. */
  readonly isDirect: boolean
  /** The port that it asks for. */
  init(): number | undefined
  describe(): PluginInfo
  /** Writes the verdicts of records that are still pending. */
  judge(buffer: SharedArrayBuffer, shape: BatchShape): void
  call(hook: CallHook, argument: unknown): unknown
  /** Hands over what its capabilities gathered, before an answer is given. */
  flush(): void
  memoryBytes(): number
}

/** Thrown through the plugin when it calls `exit`. */
export class PluginExit extends Error {
  override readonly name = 'PluginExit'
  constructor(code: number) {
    super(`it called exit(${code})`)
  }
}

/** Refused by us, not by the plugin: what it answered is not what its interface says. */
export class BadResult extends TypeError {
  override readonly name = 'BadResult'
}

/** The plugin's own word that it does not want to: an error that its interface provides for. */
export class Refused extends Error {
  override readonly name = 'Refused'
}
