import { KafkaError, NONE } from '../protocol/errors.ts'
import { describeConfigs } from '../protocol/messages/describe-configs.ts'
import type { Value } from '../protocol/schema.ts'
import { type ConfigDefinition, configSources, configTypes, isSensitive } from '../configs/config-values.ts'
import { describedLoggers, loggersRefusal } from './broker-loggers.ts'
import { configAccessRefusal, type ConfigResource, resourceOf, resourceTypes, standing } from './config-resources.ts'
import { type Context, handler } from './handler.ts'

type Request = Value<typeof describeConfigs.request>
type Asked = Request['resources'][number]
type Result = Value<typeof describeConfigs.response>['results'][number]
type Described = Result['configs'][number]

/**
 * Tells the configs of topics, brokers, groups and client metrics, where each value comes from, and levels of loggers.
 *
 * - Naming no config asks for all, be the list of names null or empty.
 */
export default handler(describeConfigs, (request, context) => ({
  throttleTimeMs: 0,
  results: request.resources.map((asked) => result(asked, request, context)),
}))

function result(asked: Asked, request: Request, context: Context): Result {
  const { resourceType, resourceName } = asked
  const refusal = configAccessRefusal('DESCRIBE_CONFIGS', asked, context)
  if (refusal === null && resourceType === resourceTypes.brokerLogger) return loggersResult(asked, context)
  const resource = refusal ?? resourceOf(asked, context)
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

function loggersResult({ resourceType, resourceName, configurationKeys }: Asked, context: Context): Result {
  const refusal = loggersRefusal(resourceName, context)
  const configs = refusal === null ? describedLoggers(configurationKeys ?? [], context) : []
  return {
    errorCode: refusal?.code ?? NONE.code,
    errorMessage: refusal?.message ?? '',
    resourceType,
    resourceName,
    configs,
  }
}

function described(definition: ConfigDefinition, resource: ConfigResource, request: Request): Described {
  const { name, type, doc } = definition
  const synonyms = resource.synonyms(name)
  const { value, source } = standing(resource, definition, synonyms)
  const told = (value: string | null) => (isSensitive(definition) ? null : value)
  return {
    name,
    value: told(value),
    readOnly: resource.isReadOnly(name),
    configSource: configSources[source],
    isSensitive: isSensitive(definition),
    synonyms: request.includeSynonyms
      ? synonyms.map((one) => ({ name: one.name, value: told(one.value), source: configSources[one.source] }))
      : [],
    configType: configTypes[type],
    documentation: request.includeDocumentation && doc !== '' ? doc : null,
  }
}
