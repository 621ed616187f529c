/** What settings.yaml says of one plugin, checked and complete: whoever reads it here finds no default missing. */
import type { Level } from '../base/logger.ts'
import { type Grants, nothingGranted } from './capabilities/capabilities.ts'

/**
 * What a refusal does to the batch: the whole of it fails, or the record alone is left out, or goes to another topic.
 */
export type OnReject = 'fail' | 'drop' | 'dead-letter'
/** What a record gets whose plugin failed: refused, or accepted as if the plugin had said yes. */
export type OnError = 'reject' | 'accept'
/** What becomes of keys and values that are not UTF-8, which the strings of blink:plugin@0.1 cannot carry. */
export type NonUtf8 = 'lossy' | 'reject' | 'skip'
/** Whether a null value is passed, as the empty string, or the plugin is not asked. */
export type Tombstones = 'pass' | 'skip'
/** Whether verdicts are applied, or only counted and logged. */
export type Mode = 'enforce' | 'shadow'

export interface PluginSettings {
  /** Unique among the plugins; by default the name of the file. */
  readonly name: string
  /**
   * As written in the settings, or where it was found in `plugin_dir`; the host resolves it against the folder of the
   * settings file. A component, or a script (`.js`, `.mjs`, `.ts`), which runs without a sandbox.
   */
  readonly path: string
  readonly enabled: boolean
  /** Lower runs first; equal ones run in the order of the settings. */
  readonly priority: number
  /** Names, in which `*` stands for anything, or `/regular expressions/`. It does not see records of other topics. */
  readonly topics: readonly string[]
  /** Likewise for client ids and principals (`User:alice`): it does not see records of other clients. */
  readonly clients: readonly string[]
  /** For all records of a batch together. */
  readonly timeoutMs: number
  readonly initTimeoutMs: number
  readonly maxMemoryBytes: number
  /** Instances, each in a thread of its own, that share the partitions among them. */
  readonly instances: number
  readonly onReject: OnReject
  readonly onError: OnError
  /** Failures in a row before the plugin is quarantined. */
  readonly maxFailures: number
  /** A plugin that does not load or start is left out instead of failing the start of the broker. */
  readonly optional: boolean
  readonly nonUtf8: NonUtf8
  readonly tombstones: Tombstones
  /** Where `dead-letter` sends records; by default `<topic>.rejected`. */
  readonly deadLetterTopic?: string
  readonly mode: Mode
  /** Lines below are not taken from the plugin; null: what the broker's log shows. */
  readonly logLevel: Level | null
  /** Whatever the settings say, as JSON knows it; null when they say nothing. */
  readonly config: unknown
  readonly capabilities: Grants
  /** `sha256:<hex>` of the file; a file with another one is refused. */
  readonly checksum: string | null
  /** An Ed25519 signature of the file in base64, or the path of a file that holds it. */
  readonly signature: string | null
  /** A file without a signature is refused: `plugin_require_signature`. */
  readonly requiresSignature: boolean
  /** Where the plugin's own HTTP port is; null: where `init` says, if it does. */
  readonly port: number | null
}

export const pluginDefaults = {
  enabled: true,
  priority: 0,
  topics: ['*'],
  timeoutMs: 1000,
  initTimeoutMs: 5000,
  maxMemoryBytes: 128 * 1024 * 1024,
  onReject: 'fail',
  onError: 'reject',
  maxFailures: 3,
  optional: false,
  nonUtf8: 'lossy',
  tombstones: 'pass',
  clients: ['*'],
  instances: 1,
  mode: 'enforce',
  logLevel: null,
  config: null,
  capabilities: nothingGranted,
  checksum: null,
  signature: null,
  requiresSignature: false,
  port: null,
} as const satisfies Omit<PluginSettings, 'name' | 'path'>

/** Whether the file is JavaScript or TypeScript, by its name. */
export function isScript(path: string): boolean {
  return /\.(m?js|ts)$/.test(path)
}
