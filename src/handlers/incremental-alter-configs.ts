import { INVALID_CONFIG, INVALID_REQUEST, KafkaError } from '../protocol/errors.ts'
import { incrementalAlterConfigs } from '../protocol/messages/incremental-alter-configs.ts'
import type { Value } from '../protocol/schema.ts'
import { listOf } from '../configs/config-values.ts'
import { alterEach, type ConfigResource } from './config-resources.ts'
import { handler } from './handler.ts'

type Asked = Value<typeof incrementalAlterConfigs.request>['resources'][number]
type Change = Asked['configs'][number]

const operations = { set: 0, delete: 1, append: 2, subtract: 3 } as const

/**
 * Changes single configs of topics and brokers; of one resource either all or none (KIP-339).
 *
 * Not done: dynamic configs of a single broker; they hold for all.
 */
export default handler(incrementalAlterConfigs, ({ resources, validateOnly }, context) => ({
  throttleTimeMs: 0,
  responses: alterEach(resources, validateOnly, context, changed),
}))

function changed({ configs }: Asked, resource: ConfigResource): Map<string, string> | KafkaError {
  const values = new Map(resource.set)
  const names = new Set<string>()
  for (const change of configs) {
    if (names.has(change.name)) return INVALID_REQUEST.because(`The request names the config ${change.name} twice.`)
    names.add(change.name)
    const refusal = apply(change, values, resource)
    if (refusal !== null) return refusal
  }
  return values
}

function apply(change: Change, values: Map<string, string>, resource: ConfigResource): KafkaError | null {
  const { name } = change
  if (change.configOperation === operations.delete) {
    values.delete(name)
    return null
  }
  const value = valueAfter(change, resource)
  if (value instanceof KafkaError) return value
  const refusal = resource.refusal(name, value)
  if (refusal === null) values.set(name, value)
  return refusal
}

function valueAfter({ name, configOperation, value }: Change, resource: ConfigResource): string | KafkaError {
  if (value === null) return INVALID_REQUEST.because(`The config ${name} needs a value.`)
  if (configOperation === operations.set) return value
  if (configOperation !== operations.append && configOperation !== operations.subtract) {
    return INVALID_REQUEST.because(`There is no operation ${configOperation}.`)
  }
  const definition = resource.definitions.get(name)
  if (definition?.type !== 'list') {
    return INVALID_CONFIG.because(`Only lists can be appended to and subtracted from; ${name} is none.`)
  }
  const now = listOf(resource.set.get(name) ?? definition.default ?? '')
  const items = value.split(',').map((item) => item.trim())
  const list = configOperation === operations.append ? [...now, ...items] : now.filter((item) => !items.includes(item))
  return list.join(',')
}
