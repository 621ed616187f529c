/**
 * The loggers of a broker, as resources that have a level each: what DescribeConfigs tells of them, and what
 * IncrementalAlterConfigs may do with them (KIP-412). All brokers write one log.
 */
import type { Threshold } from '../base/logger.ts'
import { configSources, configTypes } from '../configs/config-values.ts'
import { INVALID_CONFIG, INVALID_REQUEST, type KafkaError } from '../protocol/errors.ts'
import type { Context } from './handler.ts'

export interface LoggerChange {
  readonly name: string
  readonly configOperation: number
  readonly value: string | null
}

const operations = { set: 0, delete: 1 } as const
const thresholds = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'] as const
const root = 'root'

/** Why there are no such loggers, or null. */
export function loggersRefusal(broker: string, { connection: { nodeId } }: Context): KafkaError | null {
  if (broker === '') return INVALID_REQUEST.because('The request names no broker; name it by its number')
  if (!/^[+-]?\d+$/.test(broker)) return INVALID_REQUEST.because(`The name of a broker is its number, not '${broker}'`)
  return Number(broker) === nodeId
    ? null
    : INVALID_REQUEST.because(`This is broker ${nodeId}, not ${broker}; ask that one`)
}

/** An empty list of names asks for all. */
export function describedLoggers(names: readonly string[], { cluster: { logger } }: Context) {
  return logger.levels.all
    .filter(([target]) => names.length === 0 || names.includes(target))
    .map(([name, threshold]) => ({
      name,
      value: threshold.toUpperCase(),
      readOnly: false,
      configSource: configSources.brokerLogger,
      isSensitive: false,
      synonyms: [],
      configType: configTypes.unknown,
      documentation: null,
    }))
}

/** All of the changes, or, where one is refused, none. */
export function alterLoggers(
  broker: string,
  changes: readonly LoggerChange[],
  isTrial: boolean,
  context: Context,
): KafkaError | null {
  const { levels } = context.cluster.logger
  const refusal = loggersRefusal(broker, context) ?? changes.map((one) => changeRefusal(one, context)).find(Boolean)
  if (refusal) return refusal
  if (!isTrial)
    for (const { name, value, configOperation } of changes) {
      levels.set(name, configOperation === operations.set ? (value!.toLowerCase() as Threshold) : null)
    }
  return null
}

function changeRefusal({ name, configOperation, value }: LoggerChange, { cluster }: Context): KafkaError | null {
  if (configOperation !== operations.set && configOperation !== operations.delete) {
    return INVALID_REQUEST.because(`Operation ${configOperation} is not for levels of loggers: set or delete`)
  }
  if (!cluster.logger.levels.has(name)) return INVALID_CONFIG.because(`Logger ${name} does not exist!`)
  if (configOperation === operations.delete) {
    return name === root ? INVALID_REQUEST.because('The level of the root logger cannot be removed') : null
  }
  if (thresholds.some((threshold) => threshold === value)) return null
  return INVALID_CONFIG.because(`Logger ${name} cannot have the level ${value}: use one of ${thresholds.join(', ')}`)
}
