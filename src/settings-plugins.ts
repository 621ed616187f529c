/** The entries of `plugins` in settings.yaml, and what they amount to with `plugin_paths` and the global policies. */
import { basename } from 'node:path'
import { type PluginSettings, pluginDefaults } from './plugins/plugin-settings.ts'
import { defaultsOf, record, setting, type Values } from './settings-table.ts'
import {
  boolean,
  componentPath,
  duration,
  integer,
  type Kind,
  list,
  oneOf,
  size,
  text,
  topicName,
} from './settings-values.ts'

const topicPattern = text('topic pattern', /^[\w.*-]{1,249}$/, 'topic names, in which * stands for anything')
const pluginName = text('name', /^[^\s/\\]{1,100}$/, 'at most 100 characters without spaces and slashes')

export const onReject = oneOf('fail', 'drop', 'dead-letter')
export const onError = oneOf('reject', 'accept')
export const nonUtf8 = oneOf('lossy', 'reject', 'skip')
export const tombstones = oneOf('pass', 'skip')

/** One entry of `plugins`. The policies it leaves out are those that hold for all. */
export const pluginTable = {
  path: setting('path', componentPath, null, 'The component, a .wasm file.'),
  name: setting('name', pluginName, null, 'What the log calls it. Not set: the name of the file.'),
  enabled: setting('enabled', boolean, true, 'Whether it is loaded.'),
  priority: setting(
    'priority',
    integer(-1000, 1000),
    0,
    'Lower ones judge first; equal ones in the order of the file.',
  ),
  topics: setting('topics', list(topicPattern, 1), '*', 'Which topics it sees; * stands for anything.'),
  timeoutMs: setting('timeout', duration('10ms', '10m'), '1s', 'How long it may take over a batch.'),
  initTimeoutMs: setting('init_timeout', duration('10ms', '10m'), '5s', 'How long its init may take.'),
  maxMemoryBytes: setting('max_memory', size('64KB', '4GB'), '128MB', 'The most memory it may have.'),
  onReject: setting('on_reject', onReject, null, 'What a refusal of this plugin does.'),
  onError: setting('on_error', onError, null, 'What becomes of a record when this plugin fails over it.'),
  maxFailures: setting('max_failures', integer(1, 1000), 3, 'After so many failures in a row it is not restarted.'),
  optional: setting('optional', boolean, false, 'Whether Blink starts without it when it cannot be loaded.'),
  nonUtf8: setting('non_utf8', nonUtf8, null, 'What this plugin sees of bytes that are no UTF-8.'),
  tombstones: setting('tombstones', tombstones, null, 'Whether this plugin sees records without a value.'),
  deadLetterTopic: setting('dead_letter_topic', topicName, null, 'For dead-letter. Not set: <topic>.rejected.'),
}

export type PluginEntry = Values<typeof pluginTable> & { readonly path: string }

const entry = record('plugin', pluginTable, 'path')

export const plugin: Kind<PluginEntry> = {
  ...entry,
  read(raw, place) {
    const read = entry.read(raw, place)
    if (read === undefined) return undefined
    const { path } = read
    return path === null ? place.complain('has no path; add the path of its .wasm file') : { ...read, path }
  },
}

export interface PluginPolicies {
  readonly pluginPaths: readonly string[]
  readonly plugins: readonly PluginEntry[]
  readonly onReject: PluginSettings['onReject']
  readonly onError: PluginSettings['onError']
  readonly nonUtf8: PluginSettings['nonUtf8']
  readonly tombstones: PluginSettings['tombstones']
}

/** Every plugin with every setting, first those of `plugin_paths`. */
export function effectivePlugins(settings: PluginPolicies): readonly PluginSettings[] {
  const short = settings.pluginPaths.map((path) => ({ ...entryDefaults, path }))
  return [...short, ...settings.plugins].map(({ deadLetterTopic, ...one }) => ({
    ...pluginDefaults,
    ...one,
    name: one.name ?? basename(one.path),
    onReject: one.onReject ?? settings.onReject,
    onError: one.onError ?? settings.onError,
    nonUtf8: one.nonUtf8 ?? settings.nonUtf8,
    tombstones: one.tombstones ?? settings.tombstones,
    ...(deadLetterTopic === null ? {} : { deadLetterTopic }),
  }))
}

const entryDefaults: Values<typeof pluginTable> = defaultsOf(pluginTable)
