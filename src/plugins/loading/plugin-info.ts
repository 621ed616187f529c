/** What a component offers: its hooks, by what it exports, and what it says of itself. */

import type { Way } from '../crossing/batch-details.ts'

/** The hooks of blink:plugin@0.1 and 0.2, by the names of the WIT. */
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

/** What a plugin can do, known once its code is loaded. */
export interface Offered {
  readonly edition: Edition
  readonly hooks: readonly Hook[]
  /** What it says of itself, if it does. */
  readonly info: PluginInfo | null
  readonly imports: readonly string[]
  readonly exports: readonly string[]
}

/** Of the interface a component implements; a script is JavaScript without a component around it. */
export type Edition = '0.1' | '0.2' | 'script'

const interfaceOf = /^blink:plugin\/([a-z-]+)@0\.2\.\d+$/

const hooksByInterface: Readonly<Record<string, readonly Hook[]>> = {
  records: ['on-records'],
  fetches: ['on-fetch'],
  timer: ['on-timer'],
  configuration: ['on-config-changed'],
  http: ['handle-http'],
  ending: ['finalize', 'cleanup'],
}

/** The hooks of a component of 0.2 that exports these. */
export function hooksOf(exports: readonly string[]): readonly Hook[] {
  return interfacesOf(exports).flatMap((name) => hooksByInterface[name] ?? [])
}

/** Whether a component of 0.2 that exports these can be asked what it is. */
export function describesItself(exports: readonly string[]): boolean {
  return interfacesOf(exports).includes('description')
}

/** Which hook is shown records that go this way. */
export function recordHook(edition: Edition | undefined, way: Way): Hook {
  if (edition !== '0.2') return 'on-record'
  return way === 'fetched' ? 'on-fetch' : 'on-records'
}

function interfacesOf(exports: readonly string[]): readonly string[] {
  return exports.flatMap((name) => interfaceOf.exec(name)?.[1] ?? [])
}
