import { listOf } from '../configs/config-values.ts'
import { INVALID_CONFIG, KafkaError, UNKNOWN_SERVER_ERROR } from '../protocol/errors.ts'
import { incrementalAlterConfigs } from '../protocol/messages/incremental-alter-configs.ts'
import type { Value } from '../protocol/schema.ts'
import { alterEach } from './altered-configs.ts'
import { alterLoggers } from './broker-loggers.ts'
import { type ConfigResource, resourceTypes } from './config-resources.ts'
import { handler } from './handler.ts'

type Asked = Value<typeof incrementalAlterConfigs.request>['resources'][number]
type Change = Asked['configs'][number]

const operations = { set: 0, delete: 1, append: 2, subtract: 3 } as const

/**
 * Changes single configs of topics, brokers, groups and client metrics, and levels of loggers; of one resource either
 * all or none (KIP-339).
 *
 * - What is set for one broker holds for all in what they share.
 * - An operation that there is not is UNKNOWN_SERVER_ERROR, except of brokers and loggers.
 */
export default handler(incrementalAlterConfigs, ({ resources, validateOnly }, context) => ({
  throttleTimeMs: 0,
  responses: alterEach(
    resources,
    {
      isTrial: validateOnly,
      needsValue: ({ configOperation }) => configOperation !== operations.delete,
      valuesFor: changed,
      aside: ({ resourceType, resourceName, configs }) =>
        resourceType === resourceTypes.brokerLogger
          ? { refusal: alterLoggers(resourceName, configs, validateOnly, context) }
          : null,
    },
    context,
  ),
}))

function changed({ configs }: Asked, resource: ConfigResource): Map<string, string> | KafkaError {
  const values = new Map(resource.set)
  for (const change of configs) {
    const value = valueAfter(change, resource)
    if (value instanceof KafkaError) return value
    if (value === null) values.delete(change.name)
    else values.set(change.name, value)
  }
  return values
}

function valueAfter({ name, configOperation, value }: Change, resource: ConfigResource): string | null | KafkaError {
  switch (configOperation) {
    case operations.set:
      return value
    case operations.delete:
      return null
    case operations.append:
    case operations.subtract:
      return listAfter(name, value!, configOperation === operations.append, resource)
    default:
      return UNKNOWN_SERVER_ERROR
  }
}

function listAfter(name: string, value: string, isAppended: boolean, resource: ConfigResource): string | KafkaError {
  const definition = resource.definitions.get(name)
  if (definition?.type !== 'list') {
    return INVALID_CONFIG.because(`Only lists can be appended to and subtracted from; ${name} is none.`)
  }
  const now = listOf(resource.set.get(name) ?? definition.default ?? '')
  const items = value.split(',').map((item) => item.trim())
  return (isAppended ? [...new Set([...now, ...items])] : now.filter((item) => !items.includes(item))).join(',')
}
