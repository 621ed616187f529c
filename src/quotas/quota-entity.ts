/**
 * Whose a quota is: a user's, a client id's, a client id's of a user, or an address's. Null stands for all of whom
 * there is no other quota. And what a quota may be, by its name.
 */
import { INVALID_REQUEST, type KafkaError } from '../protocol/errors.ts'

export const entityTypes = ['user', 'client-id', 'ip'] as const
export type EntityType = (typeof entityTypes)[number]
export type QuotaEntity = ReadonlyMap<string, string | null>

const byClient = {
  producer_byte_rate: 'long',
  consumer_byte_rate: 'long',
  request_percentage: 'double',
  controller_mutation_rate: 'double',
} as const
const byAddress = { connection_creation_rate: 'int' } as const
export type QuotaKey = keyof typeof byClient | keyof typeof byAddress

const greatest = { int: 2_147_483_647, long: 2 ** 63, double: Number.POSITIVE_INFINITY } as const
/** A whole number that went through floating point. */
const fractionMax = 1e-6

/** The same for the same entity, however its parts are ordered. */
export function entityKey(entity: QuotaEntity): string {
  return JSON.stringify([...entity].sort(([a], [b]) => (a < b ? -1 : 1)))
}

export function entityRefusal(entity: QuotaEntity): KafkaError | null {
  const refused = (why: string) => INVALID_REQUEST.because(why)
  if (entity.size === 0) return refused('The entity is empty; name a user, a client-id or an ip')
  for (const [type, name] of entity) {
    if (!entityTypes.some((known) => known === type))
      return refused(`There is no entity type '${type}'; there are ${entityTypes.join(', ')}`)
    if (name === '') return refused(`Empty ${type} not supported`)
  }
  if (!entity.has('ip')) return null
  if (entity.size > 1) return refused('An ip cannot be combined with a user or a client-id')
  const address = entity.get('ip')!
  return address === null || isAddress(address) ? null : refused(`${address} is not a valid IP`)
}

/** Addresses are compared as text with those of connections; names are not looked up. */
function isAddress(text: string): boolean {
  return (
    /^\d{1,3}(\.\d{1,3}){3}$/.test(text) || (/^[\da-f:.]+$/i.test(text) && text.includes(':')) || text === 'localhost'
  )
}

export function valueRefusal(entity: QuotaEntity, key: string, value: number): KafkaError | null {
  const kinds: Readonly<Record<string, keyof typeof greatest>> = entity.has('ip') ? byAddress : byClient
  const kind = Object.hasOwn(kinds, key) ? kinds[key] : undefined
  if (kind === undefined) return INVALID_REQUEST.because(`Invalid configuration key ${key}`)
  if (!Number.isFinite(value))
    return INVALID_REQUEST.because(`Quota ${key} is ${value}, which is no quota; give a number`)
  if (value <= 0) return INVALID_REQUEST.because(`Quota ${key} must be greater than 0`)
  if (value > greatest[kind]) return INVALID_REQUEST.because(`Proposed value for ${key} is too large`)
  if (kind !== 'double' && Math.abs(value % 1) > fractionMax) {
    return INVALID_REQUEST.because(`Quota ${key} is ${value}; give a whole number`)
  }
  return null
}
