/** What `createBroker` takes, and what settings it comes to: the kinds of settings.yaml, in JavaScript. */
import { defaultSettings, type Settings, settingsTable } from './settings/settings.ts'
import { SettingsError } from './settings/file.ts'
import { plugin } from './settings/plugins.ts'
import { Place } from './settings/values.ts'
import type { FaultSpec } from './testing-faults.ts'
import type { WrittenRecord } from './handlers/written-records.ts'

/** A name; `name:partitions:replicas:cleanup.policy`, from which any end may be left out; or an entry. */
export type TopicOption =
  | string
  | {
      readonly name: string
      readonly partitions?: number
      readonly replicas?: number
      readonly configs?: Readonly<Record<string, string | number | boolean>>
    }

/** Records for a topic, written here or in a file that ends in .json, .ndjson, .jsonl or .csv. */
export interface SeedOption {
  readonly topic?: string
  /** Records, which have a `value`, or just values. */
  readonly records?: readonly (WrittenRecord | string | number | object | null)[]
  readonly file?: string
}

/** The path of a component or script; or an entry of `plugins` in settings.yaml, in its words or in camelCase. */
export type PluginOption = string | { readonly path: string; readonly [setting: string]: unknown }

export interface BrokerOptions
  extends Partial<Omit<Settings, 'topics' | 'seed' | 'plugins' | 'faults' | 'brokerConfigs'>> {
  readonly topics?: readonly TopicOption[]
  readonly seed?: readonly SeedOption[]
  readonly plugins?: readonly PluginOption[]
  readonly faults?: readonly FaultSpec[]
  /** Kafka's own, as `{ 'delete.topic.enable': false }`. */
  readonly brokerConfigs?: Readonly<Record<string, string | number | boolean>>
}

/** Enough for a test to look at what its clients did. */
const requestsKeptDefault = 1000

/** Throws a SettingsError with a line for each mistake. */
export function settingsOf({ topics, seed, plugins, faults, brokerConfigs, ...others }: BrokerOptions): Settings {
  const folder = others.folder ?? process.cwd()
  const mistakes: string[] = []
  const place = new Place('createBroker', '', { home: folder, from: folder }, mistakes)
  const read = {
    topics: settingsTable.topics.kind.read(topics ?? [], place.at('topics')),
    seed: settingsTable.seed.kind.read(seed ?? [], place.at('seed')),
    plugins: (plugins ?? []).map((one, at) => plugin.read(inSettingsWords(one), place.at('plugins').at(at))),
    faults: settingsTable.faults.kind.read(faults ?? [], place.at('faults')),
    brokerConfigs:
      brokerConfigs === undefined
        ? null
        : settingsTable.brokerConfigs.kind.read(brokerConfigs, place.at('brokerConfigs')),
  }
  if (mistakes.length > 0) throw new SettingsError(mistakes)
  const free = { brokerPorts: [0], restPort: 0, requestsKept: requestsKeptDefault }
  return { ...defaultSettings(folder), ...free, ...others, ...read } as Settings
}

function inSettingsWords(option: PluginOption): unknown {
  if (typeof option === 'string') return option
  const words = Object.entries(option).map(([name, value]) => [
    name.replace(/[A-Z]/g, (one) => `_${one.toLowerCase()}`),
    value,
  ])
  return Object.fromEntries(words)
}
