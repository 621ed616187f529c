/** What the rest of the broker is told of a plugin: its state, its settings as far as people ask, its counts. */
import type { CapabilityName } from './capabilities/capabilities.ts'
import type { Generation } from './generation.ts'
import type { Histogram, Quantiles } from './latencies.ts'
import type { State } from './life.ts'
import type { Edition, Hook, PluginInfo } from './loading/plugin-info.ts'
import type { RecentLine } from './plugin-log.ts'
import type { Mode, OnError, PluginSettings } from './plugin-settings.ts'
import type { RecordCounts } from './crossing/verdicts.ts'

export interface PluginStatus {
  readonly name: string
  /** As in the settings. */
  readonly path: string
  readonly state: State
  readonly sinceMs: number
  /** Null while it is not known: before it was loaded. */
  readonly edition: Edition | null
  /** False for scripts, which could do whatever Blink can. */
  readonly isSandboxed: boolean
  readonly enabled: boolean
  /** False when it was loaded over HTTP: then it is gone when the broker stops. */
  readonly isInSettings: boolean
  readonly mode: Mode
  readonly onError: OnError
  readonly priority: number
  readonly topics: readonly string[]
  readonly clients: readonly string[]
  readonly instances: { readonly count: number; readonly active: number }
  readonly hooks: readonly Hook[]
  readonly imports: readonly string[]
  readonly exports: readonly string[]
  /** What it says of itself. */
  readonly info: PluginInfo | null
  readonly capabilities: readonly CapabilityName[]
  readonly config: unknown
  /** sha256 of the file; null when it was not read. */
  readonly hash: string | null
  /** Its own port: of the settings, or what `init` asked for. */
  readonly port: number | null
  /** Records that were produced, or subscribed to, by what became of them. */
  readonly records: RecordCounts
  /** Records that it produced in shadow mode, and that were not stored. */
  readonly shadowProduced: number
  /** Failures by hook and kind, as `on-record timeout`. */
  readonly failures: Readonly<Record<string, number>>
  readonly lastFailure: string | null
  /** Of instances, after a failure. */
  readonly restarts: number
  readonly memoryBytes: number
  /** What its folder holds. */
  readonly diskBytes: number
  /** Of the hooks that were called. */
  readonly latency: Readonly<Partial<Record<Hook, Quantiles>>>
  readonly durations: ReadonlyMap<Hook, Histogram>
  /** Whether records reach it by the direct call; otherwise by jco's binding, ten times as slow. */
  readonly isDirect: boolean
  /** Batches that wait, those being judged included. */
  readonly queuedBatches: number
  readonly recentLines: readonly RecentLine[]
}

/** What instances of generations that have ended added up to. */
export interface Past {
  readonly restarts: number
  readonly failures: Readonly<Record<string, number>>
  readonly lastFailure: string | null
}

/** What is known without asking. */
export function settingsOf({ name, path, mode, onError, priority, topics, clients, capabilities }: PluginSettings) {
  const granted = Object.entries(capabilities).filter(([, grant]) => grant !== null)
  return {
    name,
    path,
    mode,
    onError,
    priority,
    topics,
    clients,
    capabilities: granted.map(([name]) => name as CapabilityName),
  }
}

/** What is known once its code was loaded. */
export function codeOf(generation: Generation | null) {
  const { offered = null, loaded = null } = generation ?? {}
  return {
    edition: offered?.edition ?? null,
    isSandboxed: offered?.edition !== 'script',
    hooks: offered?.hooks ?? [],
    imports: offered?.imports ?? [],
    exports: offered?.exports ?? [],
    info: offered?.info ?? null,
    hash: loaded?.hash ?? null,
  }
}

/** `living` are those whose threads may still run, the one in force among them. */
export function countsOf(
  settings: PluginSettings,
  generation: Generation | null,
  living: readonly Generation[],
  past: Past,
) {
  const supervisors = (generation?.lanes ?? []).map(({ supervisor }) => supervisor)
  const lanes = living.flatMap((one) => one.lanes)
  const all = living.reduce((sums, one) => withPast(one, sums), past)
  return {
    instances: {
      count: settings.instances,
      active: supervisors.filter(({ life }) => life.state === 'running').length,
    },
    port: settings.port ?? supervisors[0]?.port ?? null,
    ...all,
    memoryBytes: sum(lanes.map(({ supervisor }) => supervisor.memoryBytes)),
    isDirect: supervisors.length > 0 && supervisors.every(({ isDirect }) => isDirect),
    queuedBatches: sum(lanes.map(({ queuedBatches }) => queuedBatches)),
  }
}

/** With what this generation's instances add to it. */
export function withPast({ lanes }: Generation, past: Past): Past {
  const failures = { ...past.failures }
  let { restarts, lastFailure } = past
  for (const { supervisor } of lanes) {
    restarts += supervisor.life.restarts
    lastFailure = supervisor.lastFailure ?? lastFailure
    for (const [name, count] of Object.entries(supervisor.failures)) failures[name] = (failures[name] ?? 0) + count
  }
  return { restarts, failures, lastFailure }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0)
}
