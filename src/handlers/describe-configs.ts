import { KafkaError, NONE } from '../protocol/errors.ts'
import { describeConfigs } from '../protocol/messages/describe-configs.ts'
import type { Value } from '../protocol/schema.ts'
import { type ConfigDefinition, configSources, configTypes } from '../configs/config-values.ts'
import { configAccessRefusal, type ConfigResource, resourceOf } from './config-resources.ts'
import { type Context, handler } from './handler.ts'

type Request = Value<typeof describeConfigs.request>
type Asked = Request['resources'][number]
type Result = Value<typeof describeConfigs.response>['results'][number]
type Described = Result['configs'][number]

/**
 * Tells the configs of topics and brokers, and where each value comes from.
 *
 * - Naming no config asks for all, be the list of names null or empty.
 *
 * Not done: broker loggers, groups, client metrics; dynamic configs of a single broker.
 */
export default handler(describeConfigs, (request, context) => ({
  throttleTimeMs: 0,
  results: request.resources.map((asked) => result(asked, request, context)),
}))

function result(asked: Asked, request: Request, context: Context): Result {
  const { resourceType, resourceName } = asked
  const resource = configAccessRefusal('DESCRIBE_CONFIGS', asked, context) ?? resourceOf(asked, context)
  if (resource instanceof KafkaError) {
    return { errorCode: resource.code, errorMessage: resource.message ?? '', resourceType, resourceName, configs: [] }
  }
  const names = asked.configurationKeys?.length ? new Set(asked.configurationKeys) : resource.shown.keys()
  const configs = [...names].flatMap((name) => {
    const definition = resource.shown.get(name)
    return definition === undefined ? [] : [described(definition, resource, request)]
  })
  return { errorCode: NONE.code, errorMessage: '', resourceType, resourceName, configs }
}

function described(definition: ConfigDefinition, resource: ConfigResource, request: Request): Described {
  const synonyms = resource.synonyms(definition.name)
  const { value, source } = synonyms[0] ?? { value: definition.default, source: 'default' }
  return {
    name: definition.name,
    value,
    readOnly: definition.isReadOnly ?? false,
    configSource: configSources[source],
    isSensitive: false,
    synonyms: request.includeSynonyms
      ? synonyms.map((one) => ({ name: one.name, value: one.value, source: configSources[one.source] }))
      : [],
    configType: configTypes[definition.type],
    documentation: request.includeDocumentation ? definition.doc : null,
  }
}
