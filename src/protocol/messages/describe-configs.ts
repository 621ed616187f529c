import { api, array, bool, int16, int32, int8, string } from '../schema.ts'

/** Configs of topics, brokers and groups, with where each value comes from (KIP-226). */
export const describeConfigs = api({
  key: 32,
  name: 'DescribeConfigs',
  versions: [1, 4],
  oldest: 0,
  flexible: 4,
  request: {
    resources: array({ resourceType: int8, resourceName: string, configurationKeys: array(string).nullable() }),
    includeSynonyms: bool.since(1),
    includeDocumentation: bool.since(3),
  },
  response: {
    throttleTimeMs: int32,
    results: array({
      errorCode: int16,
      errorMessage: string.nullable(),
      resourceType: int8,
      resourceName: string,
      configs: array({
        name: string,
        value: string.nullable(),
        readOnly: bool,
        isDefault: bool.gone(0),
        configSource: int8.since(1).absent(-1),
        isSensitive: bool,
        synonyms: array({ name: string, value: string.nullable(), source: int8 }).since(1),
        configType: int8.since(3),
        documentation: string.since(3).nullable().absent(''),
      }),
    }),
  },
})
