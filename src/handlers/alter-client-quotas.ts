import { groupBy } from '../base/group-by.ts'
import { INVALID_REQUEST, type KafkaError, NONE } from '../protocol/errors.ts'
import { alterClientQuotas } from '../protocol/messages/alter-client-quotas.ts'
import type { Value } from '../protocol/schema.ts'
import { entityKey, entityRefusal, type QuotaEntity, valueRefusal } from '../quotas/quota-entity.ts'
import { clusterRefusal, inWords } from './authorization.ts'
import { handler } from './handler.ts'

type Asked = Value<typeof alterClientQuotas.request>['entries'][number]

/**
 * Sets and removes quotas, of one entity either all or none.
 *
 * - An entity that is named twice is refused, and answered once. As in Kafka, what is said first of it holds.
 */
export default handler(alterClientQuotas, ({ entries, validateOnly }, context) => {
  const { quotas } = context.cluster
  const denied = inWords(clusterRefusal('ALTER_CONFIGS', context))
  const asked = entries.map((entry) => ({ entry, entity: entityOf(entry) }))
  const answers = [...groupBy(asked, ({ entity }) => entityKey(entity)).values()].map(([first, ...more]) => {
    const { entry, entity } = first!
    const twice = more.length > 0 ? INVALID_REQUEST.because('The request names the entity twice.') : null
    const refusal = denied ?? entityRefusal(entity) ?? opsRefusal(entity, entry)
    if (refusal === null && !validateOnly) {
      quotas.set(entity, new Map(entry.ops.map(({ key, value, remove }) => [key, remove ? undefined : value])))
    }
    const { code, message } = denied ?? twice ?? refusal ?? NONE
    const parts = [...entity].map(([entityType, entityName]) => ({ entityType, entityName }))
    return { errorCode: code, errorMessage: message, entity: parts }
  })
  return { throttleTimeMs: 0, entries: answers }
})

function entityOf({ entity }: Asked): QuotaEntity {
  return new Map(entity.map(({ entityType, entityName }) => [entityType, entityName]))
}

function opsRefusal(entity: QuotaEntity, { ops }: Asked): KafkaError | null {
  const keys = new Set(ops.map(({ key }) => key))
  if (keys.size < ops.length) return INVALID_REQUEST.because('The request names a quota of the entity twice.')
  for (const { key, value, remove } of ops) {
    const refusal = remove ? null : valueRefusal(entity, key, value)
    if (refusal !== null) return refusal
  }
  return null
}
