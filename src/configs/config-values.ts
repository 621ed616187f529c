/**
 * What a config of Kafka's is: its type, its default and which values it takes. Values travel and are kept as text, in
 * the one spelling that Kafka shows of each: ` +3` is kept as `3`. They are read as numbers, booleans and lists where
 * they are used.
 */
import { INVALID_CONFIG, type KafkaError } from '../protocol/errors.ts'

/** The codes of DescribeConfigs v3. `unknown` is what Kafka does not know, and an extension may. */
export const configTypes = {
  unknown: 0,
  boolean: 1,
  string: 2,
  int: 3,
  short: 4,
  long: 5,
  double: 6,
  list: 7,
  class: 8,
  password: 9,
} as const
export type ConfigType = keyof typeof configTypes

/** How a config of the brokers may be altered while they run: of one broker too, or only of all. */
export const updateModes = ['per-broker', 'cluster-wide'] as const
export type UpdateMode = (typeof updateModes)[number]

/** Where a value comes from, with the codes of DescribeConfigs v1. */
export const configSources = {
  topic: 1,
  dynamicBroker: 2,
  dynamicDefaultBroker: 3,
  staticBroker: 4,
  default: 5,
  brokerLogger: 6,
  clientMetrics: 7,
  group: 8,
} as const
export type ConfigSource = keyof typeof configSources

export interface ConfigDefinition {
  readonly name: string
  readonly type: ConfigType
  readonly default: string | null
  readonly min?: number
  readonly max?: number
  /** For texts; for lists, of each item. */
  readonly oneOf?: readonly string[]
  /** As `oneOf`, where the choices are too many to be listed. */
  readonly pattern?: RegExp
  /** For a config of a topic or group: the brokers' that stands in where it sets none. */
  readonly synonym?: string
  /** Not shown unless it is set. */
  readonly isInternal?: boolean
  /** Blink does as it says; the rest is kept and shown. */
  readonly binds?: boolean
  /** Of brokers' configs: without it, only settings and a restart alter it. */
  readonly update?: UpdateMode
  readonly doc: string
}

export interface ConfigValue {
  readonly name: string
  readonly value: string | null
  readonly source: ConfigSource
}

export const longMax = '9223372036854775807'
const bounds = {
  short: [-(2n ** 15n), 2n ** 15n - 1n],
  int: [-(2n ** 31n), 2n ** 31n - 1n],
  long: [-(2n ** 63n), 2n ** 63n - 1n],
} as const
const wholeNumber = /^[+-]?\d+$/
const number = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i

/** Never told, not even to who set it. Of what is unknown nobody knows whether it is a secret. */
export function isSensitive({ type }: ConfigDefinition): boolean {
  return type === 'password' || type === 'unknown'
}

/** The refusal of a value, or null when the config takes it. */
export function refusalOf(definition: ConfigDefinition, value: string): KafkaError | null {
  const problem = problemOf(definition, value.trim())
  if (problem === null) return null
  return INVALID_CONFIG.because(`Invalid value ${value} for configuration ${definition.name}: ${problem}`)
}

/** A value that is not refused, in the spelling in which it is kept. */
export function canonical({ type }: ConfigDefinition, value: string): string {
  const text = value.trim()
  switch (type) {
    case 'boolean':
      return text.toLowerCase()
    case 'string':
    case 'class':
      return text
    case 'password':
    case 'unknown':
      return value
    case 'list':
      return [...new Set(listOf(text))].join(',')
    case 'double':
      return Number.isInteger(Number(text)) ? Number(text).toFixed(1) : `${Number(text)}`
    default:
      return `${BigInt(text)}`
  }
}

/** `a, b` → ['a', 'b']; the empty text is the empty list. */
export function listOf(value: string): string[] {
  return value.trim() === '' ? [] : value.split(',').map((item) => item.trim())
}

function problemOf(definition: ConfigDefinition, value: string): string | null {
  switch (definition.type) {
    case 'boolean':
      return /^(true|false)$/i.test(value) ? choiceProblem(definition, value.toLowerCase()) : 'expected true or false'
    case 'string':
      return choiceProblem(definition, value)
    case 'class':
    case 'password':
    case 'unknown':
      return null
    case 'list':
      return listOf(value).reduce<string | null>((problem, item) => problem ?? choiceProblem(definition, item), null)
    case 'double':
      return number.test(value) ? rangeProblem(definition, Number(value)) : 'expected a number'
    default:
      return wholeNumberProblem(definition, definition.type, value)
  }
}

function choiceProblem({ oneOf, pattern }: ConfigDefinition, value: string): string | null {
  if (oneOf !== undefined && !oneOf.includes(value)) return `expected one of ${oneOf.join(', ')}`
  return pattern === undefined || pattern.test(value) ? null : `expected something that matches ${pattern.source}`
}

function wholeNumberProblem(definition: ConfigDefinition, type: keyof typeof bounds, value: string): string | null {
  if (!wholeNumber.test(value)) return 'expected a whole number'
  const whole = BigInt(value)
  const [least, most] = bounds[type]
  if (whole < least || whole > most) return `expected ${least} to ${most}`
  return rangeProblem(definition, whole) ?? choiceProblem(definition, `${whole}`)
}

function rangeProblem({ min, max }: ConfigDefinition, value: number | bigint): string | null {
  if (min !== undefined && value < min) return `expected at least ${min}`
  if (max !== undefined && value > max) return `expected at most ${max}`
  return null
}
