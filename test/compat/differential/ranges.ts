/** Which APIs and versions each side says it serves. */
import { apiVersions } from '../../../src/protocol/messages/api-versions.ts'
import { complete } from '../../support/broker.ts'
import type { Side } from './side.ts'

export type Range = readonly [min: number, max: number]

/** By API key. */
export async function servedBy(side: Side): Promise<ReadonlyMap<number, Range>> {
  const asked = { clientSoftwareName: 'compat', clientSoftwareVersion: '1.0' }
  const outcome = await side.ask(apiVersions, 4, complete(apiVersions.request, asked))
  if (outcome.kind !== 'answer') throw new Error(`${side.name} does not say what it serves: ${outcome.kind}`)
  const keys: { apiKey: number; minVersion: number; maxVersion: number }[] = outcome.message.apiKeys
  return new Map(keys.map(({ apiKey, minVersion, maxVersion }) => [apiKey, [minVersion, maxVersion]]))
}
