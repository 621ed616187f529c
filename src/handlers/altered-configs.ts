/** What AlterConfigs and IncrementalAlterConfigs do alike: look at each resource by itself, and alter it or not. */
import { groupBy } from '../base/group-by.ts'
import { INVALID_REQUEST, KafkaError } from '../protocol/errors.ts'
import {
  alterableOf,
  configAccessRefusal,
  type ConfigResource,
  type ResourceName,
  resourceTypes,
} from './config-resources.ts'
import type { Context } from './handler.ts'

interface Asked extends ResourceName {
  readonly configs: readonly { readonly name: string; readonly value: string | null }[]
}

/** `valuesFor` tells what is to hold afterwards; `needsValue` which configs cannot do without one. */
export interface Alteration<A extends Asked> {
  readonly isTrial: boolean
  readonly needsValue: (config: A['configs'][number]) => boolean
  readonly valuesFor: (asked: A, resource: ConfigResource) => ReadonlyMap<string, string> | KafkaError
  /** What is not altered as configs are. */
  readonly aside?: (asked: A) => { readonly refusal: KafkaError | null } | null
}

/** Those named twice are refused. */
export function alterEach<A extends Asked>(resources: readonly A[], alteration: Alteration<A>, context: Context) {
  const namesakes = groupBy(resources, keyOf)
  return resources.map((asked) => {
    const refusal =
      namesakes.get(keyOf(asked))!.length > 1
        ? INVALID_REQUEST.because('The request names this resource twice; name it once.')
        : alter(asked, alteration, context)
    const { resourceType, resourceName } = asked
    return { errorCode: refusal?.code ?? 0, errorMessage: refusal?.message ?? null, resourceType, resourceName }
  })
}

function keyOf({ resourceType, resourceName }: ResourceName): string {
  return `${resourceType} ${resourceName}`
}

function alter<A extends Asked>(asked: A, alteration: Alteration<A>, context: Context): KafkaError | null {
  const malformed = malformedRefusal(asked, alteration)
  if (malformed !== null) return malformed
  const denied = configAccessRefusal('ALTER_CONFIGS', asked, context)
  // What has no configs is said to anybody.
  if (denied !== null && (Object.values(resourceTypes) as number[]).includes(asked.resourceType)) return denied
  const aside = alteration.aside?.(asked)
  if (aside) return aside.refusal
  const resource = alterableOf(asked, context)
  if (resource instanceof KafkaError) return resource
  const values = alteration.valuesFor(asked, resource)
  if (values instanceof KafkaError) return values
  const unfit = resource.refusal(values)
  if (unfit === null && !alteration.isTrial) resource.replace(values)
  return unfit
}

function malformedRefusal<A extends Asked>({ configs }: A, { needsValue }: Alteration<A>): KafkaError | null {
  const names = configs.map(({ name }) => name)
  const twice = names.find((name, at) => names.indexOf(name) !== at)
  if (twice !== undefined) return INVALID_REQUEST.because(`The request names the config ${twice} twice.`)
  const without = configs.filter((config) => config.value === null && needsValue(config)).map(({ name }) => name)
  return without.length === 0 ? null : INVALID_REQUEST.because(`These configs need a value: ${without.join(', ')}`)
}
