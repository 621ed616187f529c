/** A client as subscriptions to client metrics are matched against it. */
import type { ClientTraits } from '../configs/client-metrics-config.ts'
import type { Context } from './handler.ts'

export function traitsOf(instanceId: string, { clientId, connection }: Context): ClientTraits {
  return {
    client_instance_id: instanceId,
    client_id: clientId ?? '',
    client_software_name: connection.visit?.software?.name ?? '',
    client_software_version: connection.visit?.software?.version ?? '',
    client_source_address: connection.remoteAddress,
    client_source_port: '', // Not known here, so a pattern for it matches none but the empty text.
  }
}
