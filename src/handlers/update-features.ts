import { type KafkaError, NONE } from '../protocol/errors.ts'
import { updateFeatures } from '../protocol/messages/update-features.ts'
import { clusterRefusal, inWords } from './authorization.ts'
import { handler } from './handler.ts'

const upgradeTypesSince = 1
const resultsUntil = 1
/** Of version 0, which only says whether there may be a downgrade. */
const upgradeTypes = { upgrade: 1, safeDowngrade: 2 } as const

/**
 * Raises or lowers the levels of features (KIP-584, KIP-778), all that are named or none.
 *
 * - At level 0 of group.version, share.version or streams.version nothing is served of consumer, share or streams
 *   groups: UNSUPPORTED_VERSION.
 * - At level 0 of transaction.version transactions of the second generation (KIP-890) are UNSUPPORTED_VERSION. Kafka
 *   then takes such a producer for busy until it is initialized anew; here it can go on.
 * - At the level before the newest of transaction.version clients are told to write as before KIP-890.
 *
 * Not done: levels of metadata.version, kraft.version and eligible.leader.replicas.version are kept and told, and
 * change nothing else.
 */
export default handler(updateFeatures, ({ featureUpdates, validateOnly }, context) => {
  const updates = featureUpdates.map((one) =>
    context.version >= upgradeTypesSince
      ? one
      : { ...one, upgradeType: one.allowDowngrade ? upgradeTypes.safeDowngrade : upgradeTypes.upgrade },
  )
  const refusal = inWords(clusterRefusal('ALTER', context)) ?? context.cluster.features.update(updates, validateOnly)
  if (refusal !== null) return { ...nothing, errorCode: refusal.code, errorMessage: sentence(refusal) }
  const told = context.version <= resultsUntil ? featureUpdates : []
  const results = told.map(({ feature }) => ({ feature, errorCode: NONE.code, errorMessage: 'NONE' }))
  return { ...nothing, results }
})

const nothing = { throttleTimeMs: 0, errorCode: NONE.code, errorMessage: null, results: [] }

function sentence({ message }: KafkaError): string | null {
  return message === null ? null : `The update failed for all features since one had an error: ${message}`
}
