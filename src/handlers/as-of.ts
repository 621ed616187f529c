/** The handlers of a broker that passes for an older release: fewer APIs, and fewer versions of them. */
import { apiAt, type Release } from '../protocol/releases.ts'
import type { Handler } from './handler.ts'
import { handlers } from './index.ts'

export function handlersAsOf(release: Release): readonly Handler[] {
  return handlers.flatMap((handler) => {
    const api = apiAt(handler.api, release)
    return api === null ? [] : [{ ...handler, api }]
  })
}
