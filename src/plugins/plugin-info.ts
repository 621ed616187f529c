/** What a component offers: its hooks, by what it exports, and what it says of itself. */

/** The hooks of blink:plugin@0.1 and 0.2, by the names of the WIT. `subscribed` and others are uses of `on-records`. */
export const hooks = [
  'on-record',
  'on-records',
  'on-fetch',
  'on-timer',
  'on-config-changed',
  'handle-http',
  'finalize',
  'cleanup',
] as const
export type Hook = (typeof hooks)[number]

/** `plugin-info` of blink:plugin@0.2. */
export interface PluginInfo {
  readonly name: string
  readonly version: string
  readonly author: string
  readonly description: string
  readonly hooks: readonly Hook[]
  /** 0 says nothing. */
  readonly memoryBytesMin: number
  /** A JSON Schema, as text; null when any config will do. */
  readonly configSchema: string | null
}
