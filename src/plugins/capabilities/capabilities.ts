/**
 * What a plugin may be granted beyond judging and logging: for each capability, what settings say of it and which
 * imports of a component it opens. Whatever is not listed here, nobody can be granted.
 */

/** What one plugin is granted; null where it is not. */
export interface Grants {
  /** `wasi:keyvalue`: values that survive restarts. */
  readonly keyvalue: { readonly bytesMax: number } | null
  /** `wasi:filesystem`: a folder of the plugin's own, seen as `/`. */
  readonly filesystem: { readonly bytesMax: number } | null
  /** `wasi:http`: requests to these hosts, `name`, `name:port` or `*.name`. */
  readonly http: {
    readonly hosts: readonly string[]
    readonly timeoutMs: number
    readonly responseBytesMax: number
  } | null
  /** `blink:plugin/metrics`. */
  readonly metrics: { readonly seriesMax: number } | null
  /** `blink:plugin/memory`. */
  readonly memory: Readonly<Record<string, never>> | null
  /** `blink:plugin/produce`: records to topics that match one of these patterns. */
  readonly produce: {
    readonly topics: readonly string[]
    readonly queuedRecordsMax: number
    readonly recordBytesMax: number
  } | null
  /** `blink:plugin/subscribe`: records of topics that match one of these patterns. */
  readonly subscribe: { readonly topics: readonly string[] } | null
  /** `blink:plugin/sql`. */
  readonly sql: { readonly bytesMax: number; readonly rowsMax: number; readonly timeoutMs: number } | null
}

export type CapabilityName = keyof Grants

export const nothingGranted: Grants = {
  keyvalue: null,
  filesystem: null,
  http: null,
  metrics: null,
  memory: null,
  produce: null,
  subscribe: null,
  sql: null,
}

/** Whether it keeps anything on disk, for which it needs a folder. */
export function needsFolder({ keyvalue, filesystem, sql }: Grants): boolean {
  return keyvalue !== null || filesystem !== null || sql !== null
}

/** Imports that every plugin may have. WASI's files are among them, and its sockets: without a grant there are none. */
export const alwaysGranted: readonly RegExp[] = [
  /^blink:plugin\/host@0\.1\.\d+$/,
  /^blink:plugin\/types@0\.2\.\d+$/,
  /^wasi:logging\/logging(@0\.1\.0-draft)?$/,
  /^wasi:config\/store(@0\.2\.0-(draft|rc\.\d+))?$/,
  /^wasi:cli\/(environment|exit|stdin|stdout|stderr|terminal-(input|output|stdin|stdout|stderr))@0\.2\.\d+$/,
  /^wasi:clocks\/(monotonic-clock|wall-clock)@0\.2\.\d+$/,
  /^wasi:filesystem\/(types|preopens)@0\.2\.\d+$/,
  /^wasi:io\/(error|poll|streams)@0\.2\.\d+$/,
  /^wasi:random\/(random|insecure|insecure-seed)@0\.2\.\d+$/,
  /^wasi:sockets\/((instance-)?network|(udp|tcp)(-create-socket)?|ip-name-lookup)@0\.2\.\d+$/,
]

/** Imports that come with a capability. */
export const grantedWith: Readonly<Record<CapabilityName, RegExp | null>> = {
  keyvalue: /^wasi:keyvalue\/(store|atomics|batch)(@0\.2\.0-(draft|draft2))?$/,
  filesystem: null,
  http: /^wasi:http\/(types|outgoing-handler)@0\.2\.\d+$/,
  metrics: /^blink:plugin\/metrics@0\.2\.\d+$/,
  memory: /^blink:plugin\/memory@0\.2\.\d+$/,
  produce: /^blink:plugin\/produce@0\.2\.\d+$/,
  subscribe: /^blink:plugin\/subscribe@0\.2\.\d+$/,
  sql: /^blink:plugin\/sql@0\.2\.\d+$/,
}

/** What an entry of `plugins` in settings.yaml says to grant it, where the limits are good as they are. */
export const granting: Readonly<Record<CapabilityName, string>> = {
  keyvalue: 'capabilities: { keyvalue: true }',
  filesystem: 'capabilities: { filesystem: true }',
  http: 'capabilities: { http: { hosts: [api.example.com] } }',
  metrics: 'capabilities: { metrics: true }',
  memory: 'capabilities: { memory: true }',
  produce: 'capabilities: { produce: { topics: [audit] } }',
  subscribe: 'capabilities: { subscribe: { topics: [orders] } }',
  sql: 'capabilities: { sql: true }',
}

/** An import that was not granted, and the capability that would have; null where none does. */
export interface NotGranted {
  readonly name: string
  readonly capability: CapabilityName | null
}

export function notGranted(imports: readonly string[], grants: Grants): readonly NotGranted[] {
  return imports
    .filter((name) => !alwaysGranted.some((pattern) => pattern.test(name)))
    .map((name) => ({ name, capability: capabilityOf(name) }))
    .filter(({ capability }) => capability === null || grants[capability] === null)
}

/** Each import is named with what grants it: `imports a and b, which need …; and c, which needs …`. */
export function whyNotGranted(refused: readonly NotGranted[]): string {
  const capabilities = [...new Set(refused.map(({ capability }) => capability))]
  const clauses = capabilities.map((capability) => {
    const names = refused.filter((one) => one.capability === capability).map(({ name }) => name)
    if (capability === null) return `${andList(names)}, which no plugin is ever granted: build it without`
    return `${andList(names)}, which ${names.length === 1 ? 'needs' : 'need'} \`${granting[capability]}\``
  })
  const remedy = capabilities.some((one) => one !== null) ? ' (in its entry under `plugins` in settings.yaml)' : ''
  return `imports ${clauses.join('; and ')}${remedy}`
}

function andList(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
}

function capabilityOf(name: string): CapabilityName | null {
  const found = Object.entries(grantedWith).find(([, pattern]) => pattern?.test(name))
  return (found?.[0] as CapabilityName | undefined) ?? null
}
