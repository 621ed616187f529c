/**
 * Differences that are meant, each with its reason. One that nothing matches any more is an error, too.
 */
import type { Finding } from './telling.ts'

export interface Explained {
  readonly api: string
  /** How the field's path begins; all fields of the answer without one. */
  readonly path?: string
  /** A part of the title of the story and its request. */
  readonly title?: string
  readonly why: string
}

export const explained: readonly Explained[] = [
  { api: 'ApiVersions', path: 'apiKeys', why: 'which APIs are served is the table above' },
  { api: 'Metadata', path: 'topics[__', why: 'what Kafka keeps in topics of its own, Blink keeps in memory' },
]

export function explains({ api, path, title }: Explained, finding: Finding): boolean {
  return (
    finding.api === api &&
    (path === undefined || finding.path.startsWith(path)) &&
    (title === undefined || finding.title.includes(title))
  )
}
