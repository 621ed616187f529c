import { alterConfigs } from '../protocol/messages/alter-configs.ts'
import { alterEach } from './altered-configs.ts'
import { handler } from './handler.ts'

/**
 * Replaces all configs that clients have set on a resource by those given: what is not named falls back to its default.
 *
 * - Levels of loggers cannot be altered this way, in Kafka neither.
 */
export default handler(alterConfigs, ({ resources, validateOnly }, context) => ({
  throttleTimeMs: 0,
  responses: alterEach(
    resources,
    {
      isTrial: validateOnly,
      needsValue: () => true,
      valuesFor: ({ configs }) => new Map(configs.map(({ name, value }) => [name, value!])),
    },
    context,
  ),
}))
