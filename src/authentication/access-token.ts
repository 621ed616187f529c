/**
 * Whose an access token is, and whether it holds: a JWT that is signed with a key of a JWKS, or without a JWKS one that
 * nobody signed, as Kafka takes them by default: for tests, since anyone can write one.
 */
import type { createLocalJWKSet, JWTPayload } from 'jose'
import type { TokenFault, TokenHolder, TokenJudge } from './oauth-bearer.ts'

export interface AccessTokenRules {
  /** The keys, as JSON; null: tokens are not signed. */
  readonly jwks: string | null
  /** One of them must be its own; none: any. */
  readonly audiences: readonly string[]
  readonly issuer: string | null
  readonly requiredScopes: readonly string[]
  readonly scopeClaim: string
  readonly subClaim: string
  readonly clockSkewMs: number
}

const secondMs = 1000

export function tokenJudge(rules: AccessTokenRules): TokenJudge {
  const claimsOf = rules.jwks === null ? unsigned(rules) : signed(rules.jwks, rules)
  return async (token, nowMs) => {
    const claims = await claimsOf(token, nowMs)
    return typeof claims === 'string' ? invalid(claims) : holderOf(claims, rules)
  }
}

/** What it says, or why it is not believed. */
type ClaimsOf = (token: string, nowMs: number) => Promise<JWTPayload | string>

/** The library is loaded, and the keys are read, with the first token. */
function signed(jwks: string, { audiences, issuer, clockSkewMs }: AccessTokenRules): ClaimsOf {
  let keys: ReturnType<typeof createLocalJWKSet> | undefined
  return async (token, nowMs) => {
    const jose = await import('jose')
    keys ??= jose.createLocalJWKSet(JSON.parse(jwks))
    const options = {
      currentDate: new Date(nowMs),
      clockTolerance: clockSkewMs / secondMs,
      requiredClaims: ['exp', 'iat'],
      ...(audiences.length === 0 ? {} : { audience: [...audiences] }),
      ...(issuer === null ? {} : { issuer }),
    }
    try {
      return (await jose.jwtVerify(token, keys, options)).payload
    } catch (error) {
      if (error instanceof jose.errors.JOSEError) return error.message
      throw error
    }
  }
}

function unsigned({ clockSkewMs }: AccessTokenRules): ClaimsOf {
  return async (token, nowMs) => {
    const [header, payload, signature, ...more] = token.split('.')
    if (signature === undefined || more.length > 0) return 'it has not the three parts of a token'
    const claims = objectIn(payload!)
    if (claims === null || objectIn(header!)?.alg !== 'none') return 'it is no unsigned token'
    if (signature !== '') return 'it is signed, and there is no oauth_jwks to check that by'
    return timeFault(claims, nowMs, clockSkewMs) ?? claims
  }
}

function timeFault({ exp, iat }: JWTPayload, nowMs: number, skewMs: number): string | null {
  if (typeof exp !== 'number') return 'it does not say when it expires (exp)'
  if (nowMs - skewMs >= exp * secondMs) return 'it has expired'
  if (iat === undefined) return null
  if (typeof iat !== 'number') return 'when it was issued (iat) is no number'
  if (iat * secondMs > nowMs + skewMs) return 'it was issued in the future'
  return exp <= iat ? 'it expired before it was issued' : null
}

function objectIn(part: string): JWTPayload | null {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString())
    return typeof value === 'object' && value !== null ? (value as JWTPayload) : null
  } catch {
    return null // Whatever it is, it is no part of a token.
  }
}

function holderOf(
  claims: JWTPayload,
  { subClaim, scopeClaim, requiredScopes }: AccessTokenRules,
): TokenHolder | TokenFault {
  const name = claims[subClaim]
  if (typeof name !== 'string' || name.trim() === '') return invalid(`it names nobody (${subClaim})`)
  const scopes = scopesIn(claims[scopeClaim])
  const missing = requiredScopes.find((one) => !scopes.includes(one))
  if (missing !== undefined) {
    const scope = `[${requiredScopes.join(', ')}]`
    return { status: 'insufficient_scope', scope, reason: `it lacks the scope ${missing}` }
  }
  return { name, expiresMs: Math.round(claims.exp! * secondMs) }
}

/** A list, or one text of words. */
function scopesIn(claim: unknown): readonly string[] {
  if (typeof claim === 'string') return claim.split(' ')
  return Array.isArray(claim) ? claim.map(String) : []
}

function invalid(reason: string): TokenFault {
  return { status: 'invalid_token', reason }
}
