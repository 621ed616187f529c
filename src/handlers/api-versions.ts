import {
  INVALID_REQUEST,
  type KafkaError,
  NONE,
  REBOOTSTRAP_REQUIRED,
  UNSUPPORTED_VERSION,
} from '../protocol/errors.ts'
import { apiVersions } from '../protocol/messages/api-versions.ts'
import { getTelemetrySubscriptions } from '../protocol/messages/get-telemetry-subscriptions.ts'
import { produce } from '../protocol/messages/produce.ts'
import { pushTelemetry } from '../protocol/messages/push-telemetry.ts'
import { hasFeature } from '../protocol/releases.ts'
import type { Api, Value } from '../protocol/schema.ts'
import { type Context, handler } from './handler.ts'

type Request = Value<typeof apiVersions.request>
type Response = Value<typeof apiVersions.response>

const nothing: Response = {
  errorCode: NONE.code,
  apiKeys: [],
  throttleTimeMs: 0,
  supportedFeatures: [],
  finalizedFeaturesEpoch: -1,
  finalizedFeatures: [],
  zkMigrationReady: false,
}

/** Told only to clients of which something is wanted. */
const ofTelemetry = [getTelemetrySubscriptions.key, pushTelemetry.key]

/** What a client's name and version may look like, since they end up in metrics and logs (KIP-511). */
const softwareName = /^[a-zA-Z0-9](?:[a-zA-Z0-9\-.]*[a-zA-Z0-9])?$/
const nameSince = 3
/** Clients of older versions take a feature that begins at level 0 for a mistake. */
const levelZeroSince = 4
const noNode = -1

/**
 * Says which APIs and versions are served.
 *
 * - A version of this very API that is unknown is answered in version 0 with the range that is known.
 * - Produce is said to begin at version 0, as Kafka does, though it does not: librdkafka compresses nothing otherwise.
 * - A client that looks for another cluster or broker is told to begin anew (version 5).
 * - That clients can push metrics (KIP-714) it says once somebody wants them.
 */
export default handler(apiVersions, (request, context) => {
  const refusal = nameRefusal(request, context) ?? addressRefusal(request, context)
  if (refusal !== null) return { ...nothing, errorCode: refusal.code }
  if (context.version >= nameSince && context.connection.visit !== undefined) {
    context.connection.visit.software = { name: request.clientSoftwareName, version: request.clientSoftwareVersion }
  }
  const { apis, asVersion, features, telemetry } = context.cluster
  return {
    ...nothing,
    apiKeys: apis.filter(({ key }) => telemetry.isOn || !ofTelemetry.includes(key)).map(rangeOf),
    supportedFeatures: features.supported
      .filter(({ name, min }) => hasFeature(name, asVersion) && (min > 0 || context.version >= levelZeroSince))
      .map(({ name, min, max }) => ({ name, minVersion: min, maxVersion: max })),
    finalizedFeaturesEpoch: features.epoch,
    finalizedFeatures: features.finalized
      .filter(([name]) => hasFeature(name, asVersion))
      .map(([name, level]) => ({
        name,
        maxVersionLevel: level,
        minVersionLevel: level,
      })),
  }
})

/** The answer to a version of ApiVersions that is not served: in version 0, with the versions that are. */
export function unsupportedApiVersions(served: Api): Response {
  return { ...nothing, errorCode: UNSUPPORTED_VERSION.code, apiKeys: [rangeOf(served)] }
}

function nameRefusal({ clientSoftwareName, clientSoftwareVersion }: Request, { version }: Context): KafkaError | null {
  if (version < nameSince) return null
  return softwareName.test(clientSoftwareName) && softwareName.test(clientSoftwareVersion) ? null : INVALID_REQUEST
}

/** Whom the client believes to talk to: it tells both cluster and broker, or neither. */
function addressRefusal({ clusterId, nodeId }: Request, { cluster, connection }: Context): KafkaError | null {
  if (clusterId === null && nodeId === noNode) return null
  if (clusterId === null || nodeId === noNode) return INVALID_REQUEST
  return clusterId === cluster.id && nodeId === connection.nodeId ? null : REBOOTSTRAP_REQUIRED
}

function rangeOf({ key, versions: [min, maxVersion] }: { key: number; versions: readonly [number, number] }) {
  return { apiKey: key, minVersion: key === produce.key ? 0 : min, maxVersion }
}
