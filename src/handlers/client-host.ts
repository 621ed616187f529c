/** Where a member of a group is said to be: as Java prints an address without a name. */
import type { Connection } from './handler.ts'

export function clientHost({ remoteAddress }: Connection): string {
  return `/${remoteAddress.replace(/^::ffff:/, '')}`
}
