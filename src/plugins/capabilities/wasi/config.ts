/** `wasi:config/store`: the plugin's `config` of settings.yaml, one text per value. */
import type { CapabilityEnvironment, Imports } from '../capability-environment.ts'

export function config({ config: settings }: Pick<CapabilityEnvironment, 'config'>): Imports {
  const values = new Map(flattened(settings))
  return { 'wasi:config/store': { get: (key: string) => values.get(key), getAll: () => [...values] } }
}

/**
 * The value at `a: { b: 1 }` has the key `a.b`; elements of lists are counted from 0. What is no text is written as
 * JSON, also a list or mapping that is empty. A config that is not a mapping or list, but one value, has the empty key.
 */
export function flattened(settings: unknown): readonly (readonly [key: string, value: string])[] {
  return settings === null || settings === undefined ? [] : leaves(settings, '')
}

function leaves(value: unknown, key: string): readonly (readonly [string, string])[] {
  if (typeof value === 'string') return [[key, value]]
  const parts = typeof value === 'object' && value !== null ? Object.entries(value) : []
  if (parts.length === 0) return [[key, JSON.stringify(value)]]
  return parts.flatMap(([name, part]) => leaves(part, key === '' ? name : `${key}.${name}`))
}
