import { INVALID_REQUEST, KafkaError, NONE, UNSUPPORTED_VERSION } from '../protocol/errors.ts'
import { describeClientQuotas } from '../protocol/messages/describe-client-quotas.ts'
import type { Value } from '../protocol/schema.ts'
import { entityTypes, type QuotaEntity } from '../quotas/quota-entity.ts'
import { clusterRefusal } from './authorization.ts'
import { handler } from './handler.ts'

type Component = Value<typeof describeClientQuotas.request>['components'][number]

const matchTypes = { exact: 0, default: 1, specified: 2 } as const

/** What a part of an entity must be called: null is the default, undefined anything. */
type Wanted = ReadonlyMap<string, string | null | undefined>

/**
 * Tells the quotas that a filter matches.
 *
 * - A part of the filter names a user, a client id or an address, or asks for its default, or for any. Strictly, an
 *   entity has no other parts.
 */
export default handler(describeClientQuotas, ({ components, strict }, context) => {
  const refusal = clusterRefusal('DESCRIBE_CONFIGS', context)
  const wanted = refusal ?? wantedBy(components)
  if (wanted instanceof KafkaError) {
    return { throttleTimeMs: 0, errorCode: wanted.code, errorMessage: wanted.message, entries: null }
  }
  const found = [...context.cluster.quotas.all()].filter(({ entity }) => matches(entity, wanted, strict))
  const entries = found.map(({ entity, values }) => ({
    entity: [...entity].map(([entityType, entityName]) => ({ entityType, entityName })),
    values: [...values].map(([key, value]) => ({ key, value })),
  }))
  return { throttleTimeMs: 0, errorCode: NONE.code, errorMessage: '', entries }
})

function wantedBy(components: readonly Component[]): Wanted | KafkaError {
  const wanted = new Map<string, string | null | undefined>()
  for (const component of components) {
    const { entityType, matchType, match } = component
    const refusal = wanted.has(entityType)
      ? INVALID_REQUEST.because(`The filter names ${entityType} twice; name it once.`)
      : componentRefusal(component)
    if (refusal !== null) return refusal
    wanted.set(entityType, matchType === matchTypes.specified ? undefined : match)
  }
  if (wanted.has('ip') && wanted.size > 1) {
    return INVALID_REQUEST.because('An ip cannot be combined with a user or a client-id.')
  }
  return wanted
}

function componentRefusal({ entityType, matchType, match }: Component): KafkaError | null {
  if (entityType === '') return INVALID_REQUEST.because('An entity type of the filter is empty.')
  if (!entityTypes.some((known) => known === entityType)) {
    return UNSUPPORTED_VERSION.because(`Unsupported entity type ${entityType}`)
  }
  if (!Object.values<number>(matchTypes).includes(matchType)) {
    return INVALID_REQUEST.because(`Unknown match type ${matchType}`)
  }
  if ((match !== null) === (matchType === matchTypes.exact)) return null
  return INVALID_REQUEST.because('Only an exact match has a match string, and has one.')
}

function matches(entity: QuotaEntity, wanted: Wanted, isStrict: boolean): boolean {
  if (isStrict && entity.size !== wanted.size) return false
  return [...wanted].every(([type, name]) => entity.has(type) && (name === undefined || entity.get(type) === name))
}
