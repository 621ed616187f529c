/**
 * Definitions of configs as a table, since Kafka's brokers alone have more than three hundred. Two lines to each, of
 * which the first may end early:
 *
 *     name | type | default | takes | traits
 *       What it is for.
 *
 * A line that ends with `|` goes on in the next. A default of `null` is none. What it takes: `1..`, `..5` or `1..5` for
 * numbers, `a/b` for choices, nothing for anything. Traits are words: `internal`; `binds`; how brokers may alter it
 * while they run, `per-broker` or `cluster-wide`; and the name of a config that stands behind it.
 */
import { assert } from '../base/assert.ts'
import { type ConfigDefinition, type ConfigType, configTypes, updateModes } from './config-values.ts'

const range = /^(-?\d+)?\.\.(-?\d+)?$/

export function definitionsIn(table: string): ConfigDefinition[] {
  const lines = table
    .trim()
    .replaceAll(/\|\n\s+/g, '| ')
    .split('\n')
  assert(lines.length % 2 === 0, 'two lines to each config')
  return Array.from({ length: lines.length / 2 }, (_, index) => definition(lines[2 * index]!, lines[2 * index + 1]!))
}

function definition(line: string, doc: string): ConfigDefinition {
  assert(doc.startsWith('  '), `what a config is for is indented: ${doc}`)
  const [name, type, standard = '', takes = '', traits = ''] = line.split('|').map((cell) => cell.trim())
  assert(type !== undefined && type in configTypes, `a config has a type: ${line}`)
  const words = traits.split(' ')
  const synonym = words.find((word) => word.includes('.'))
  const update = updateModes.find((mode) => words.includes(mode))
  return {
    name: name!,
    type: type as ConfigType,
    default: standard === 'null' ? null : standard,
    ...taken(takes),
    ...(synonym === undefined ? {} : { synonym }),
    ...(words.includes('internal') ? { isInternal: true } : {}),
    ...(words.includes('binds') ? { binds: true } : {}),
    ...(update === undefined ? {} : { update }),
    doc: doc.trim(),
  }
}

function taken(takes: string): Pick<ConfigDefinition, 'min' | 'max' | 'oneOf'> {
  if (takes === '') return {}
  const bounds = range.exec(takes)
  if (bounds === null) return { oneOf: takes.split('/') }
  const [, min, max] = bounds
  return {
    ...(min === undefined ? {} : { min: Number(min) }),
    ...(max === undefined ? {} : { max: Number(max) }),
  }
}
