import { INVALID_REQUEST, type KafkaError } from '../protocol/errors.ts'
import { alterConfigs } from '../protocol/messages/alter-configs.ts'
import type { Value } from '../protocol/schema.ts'
import { alterEach, type ConfigResource } from './config-resources.ts'
import { handler } from './handler.ts'

type Asked = Value<typeof alterConfigs.request>['resources'][number]

/**
 * Replaces all configs that clients have set on a resource by those given: what is not named falls back to its default.
 *
 * Not done: dynamic configs of a single broker; they hold for all.
 */
export default handler(alterConfigs, ({ resources, validateOnly }, context) => ({
  throttleTimeMs: 0,
  responses: alterEach(resources, validateOnly, context, replaced),
}))

function replaced({ configs }: Asked, resource: ConfigResource): Map<string, string> | KafkaError {
  const values = new Map<string, string>()
  for (const { name, value } of configs) {
    if (values.has(name)) return INVALID_REQUEST.because(`The request names the config ${name} twice.`)
    if (value === null) return INVALID_REQUEST.because(`The config ${name} needs a value.`)
    const refusal = resource.refusal(name, value)
    if (refusal !== null) return refusal
    values.set(name, value)
  }
  return values
}
