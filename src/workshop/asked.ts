/** What a command is to try a plugin with: as settings would have it. */
import type { PluginSettings } from '../plugins/plugin-settings.ts'

export interface Asked {
  readonly plugin: PluginSettings
  /** What relative paths of the settings are relative to. */
  readonly folder: string
  /** Ed25519 public keys: 32 bytes in base64. */
  readonly trustedKeys: readonly string[]
  /** Null: the user's cache folder. */
  readonly cachePath: string | null
  /** The command line, or settings, say what it is granted; otherwise it is tried with all that it imports. */
  readonly isGranted: boolean
}
