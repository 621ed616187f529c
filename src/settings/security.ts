/**
 * Listeners beside the plain ports of `broker_ports`, and what clients have to prove on them: certificates, passwords,
 * tokens.
 */
import { readFileSync } from 'node:fs'
import { mechanisms } from '../authentication/mechanism.ts'
import { password, secret } from './file-kinds.ts'
import { record, repeated, setting } from './table.ts'
import { duration, integer, type Kind, list, listed, oneOf, orWords, path, port, text } from './values.ts'

/** One of these words, as Kafka writes them: in capitals. */
function capitals<const W extends string>(words: readonly W[]): Kind<W> {
  return {
    name: words.join(', '),
    read(raw, place) {
      const wanted = String(raw).trim().toUpperCase()
      return words.find((word) => word === wanted) ?? place.refuse(raw, `use ${listed(words)}`)
    },
  }
}

/** The path of a file in PEM, read once: its text. */
const pem: Kind<string> = {
  name: 'path',
  read(raw, place) {
    const file = path.read(raw, place)
    if (file === undefined) return undefined
    try {
      const text = readFileSync(file, 'utf8')
      return text.includes('-----BEGIN ') ? text : place.refuse(raw, `${file} is no PEM file; name one`)
    } catch (error) {
      return place.refuse(raw, `${file} cannot be read (${(error as NodeJS.ErrnoException).code}); name a PEM file`)
    }
  },
}

/** The path of a file with a JSON Web Key Set, read once: its text. */
const jwks: Kind<string> = {
  name: 'path',
  read(raw, place) {
    const file = path.read(raw, place)
    if (file === undefined) return undefined
    try {
      const text = readFileSync(file, 'utf8')
      return Array.isArray(JSON.parse(text).keys) ? text : place.refuse(raw, `${file} has no list of keys; name a JWKS`)
    } catch (error) {
      return place.refuse(raw, `${file} cannot be read (${(error as Error).message}); name a JWKS file`)
    }
  },
}

export const protocols = ['PLAINTEXT', 'SSL', 'SASL_PLAINTEXT', 'SASL_SSL'] as const
export type Protocol = (typeof protocols)[number]

const host = text('host name or address', /^[\w.:-]+$/, 'a host name or an IP address')
const advertised = text('host or host:port', /^([\w.-]+|\[[\da-f:]+\])(:\d{1,5})?$/i, 'a host, or host:port')
const listenerName = text('name', /^\w{1,64}$/, 'at most 64 letters, digits and underscores')

const listenerTable = {
  name: setting('name', listenerName, null, 'What it is called. Not set: as its protocol.'),
  protocol: setting('protocol', capitals(protocols), 'PLAINTEXT', `One of ${protocols.join(', ')}.`),
  ports: setting('port', list(port, 1), 0, 'Of each broker, in the order of broker_ports. 0 alone: any free ones.'),
  host: setting('host', host, null, 'The address on which it listens. Not set: listen_address.'),
  advertised: setting('advertised', list(advertised), [], 'What clients are told: for all brokers, or for each.'),
}

/** A listener of every broker. */
export interface ListenerEntry {
  readonly name: string | null
  readonly protocol: Protocol
  readonly ports: readonly number[]
  readonly host: string | null
  readonly advertised: readonly string[]
}

const userTable = {
  name: setting('name', text('name', /^[^\s:]{1,255}$/, 'a name without spaces and colons'), null, 'Its name.'),
  password: setting('password', password, null, 'Better taken from the environment.'),
}

export interface UserEntry {
  readonly name: string
  readonly password: string
}

/** A mapping, or `name:password`. What is wrong with it is said without it. */
const user: Kind<UserEntry> = {
  name: 'name:password',
  isSecret: true,
  parts: Object.values(userTable),
  read(raw, place) {
    const [, name, password] = typeof raw === 'string' ? (/^([^:]*):(.*)$/s.exec(raw) ?? []) : []
    if (typeof raw === 'string' && name === undefined) return place.complain('cannot be used; use name:password')
    const entry = record('user', userTable, 'name').read(name === undefined ? raw : { name, password }, place)
    if (entry === undefined) return undefined
    if (entry.name === null) return place.complain('has no name; add name')
    if (entry.password === null) return place.complain('has no password; add password')
    return { name: entry.name, password: entry.password }
  },
}

export const security = {
  listeners: setting(
    'listeners',
    list(record('listener', listenerTable, 'protocol') as Kind<ListenerEntry>),
    [],
    'Listeners that every broker has beside broker_ports, which are open to all: broker_ports: off closes them.',
  ),
  tlsKey: setting('tls_key', pem, null, 'The private key of SSL and SASL_SSL listeners, a PEM file.'),
  tlsCertificate: setting('tls_certificate', pem, null, 'Their certificate, and those between it and the root; PEM.'),
  tlsKeyPassword: setting('tls_key_password', password, null, 'What the key is encrypted with.'),
  tlsCa: setting('tls_ca', pem, null, 'Whose certificates of clients are trusted; a PEM file.'),
  tlsClientAuth: setting(
    'tls_client_auth',
    oneOf('none', 'requested', 'required'),
    'none',
    'Whether clients show a certificate on SSL listeners. Its subject is then who they are.',
  ),
  tlsPrincipalRules: setting(
    'tls_principal_mapping_rules',
    text('rules', /\S/, 'rules as of ssl.principal.mapping.rules'),
    'DEFAULT',
    "Who the holder of a certificate is, by rules as of Kafka's ssl.principal.mapping.rules.",
  ),
  saslMechanisms: setting(
    'sasl_mechanisms',
    list(capitals(mechanisms), 1),
    ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'],
    `By what clients of SASL listeners may prove who they are: ${mechanisms.join(', ')}.`,
  ),
  saslUsers: setting('sasl_users', list(user), [], 'Users that may log in by PLAIN and by SCRAM.'),
  oauthJwks: setting(
    'oauth_jwks',
    jwks,
    null,
    'Keys (JWKS, a file) that sign the tokens of OAUTHBEARER. Not set: tokens need no signature, so anyone is anybody.',
  ),
  oauthAudience: setting(
    'oauth_audience',
    list(text('text', /\S/, 'text')),
    [],
    'Audiences, one of which a token is for.',
  ),
  oauthIssuer: setting('oauth_issuer', text('text', /\S/, 'text'), null, 'Who must have issued a token.'),
  oauthScopes: setting(
    'oauth_required_scope',
    list(text('text', /^\S+$/, 'words')),
    [],
    'Scopes that a token must have.',
  ),
  oauthScopeClaim: setting(
    'oauth_scope_claim',
    text('name', /\S/, 'the name of a claim'),
    'scope',
    'Which claim says them.',
  ),
  oauthSubClaim: setting(
    'oauth_sub_claim',
    text('name', /\S/, 'the name of a claim'),
    'sub',
    'Which claim names the user.',
  ),
  oauthClockSkewMs: setting(
    'oauth_clock_skew',
    duration('0s', '1h'),
    '30s',
    'How far the clock of an issuer may be off.',
  ),
  reauthenticationMs: setting(
    'connections_max_reauth',
    orWords(duration('0s', '24d'), ['off', 'none', false], 0),
    'off',
    'For how long a login counts: a client must log in again by then, or its connection is closed.',
  ),
  failedAuthenticationDelayMs: setting(
    'failed_authentication_delay',
    duration('0s', '10s'),
    '100ms',
    'How long a client waits to hear that it failed to log in.',
  ),
  handshakeTimeoutMs: setting(
    'handshake_timeout',
    duration('100ms', '10m'),
    '30s',
    'How long a client may take to open a connection with TLS, and to log in.',
  ),
  loginBytesMax: setting(
    'sasl_max_receive_size',
    integer(512, 2 ** 31 - 1),
    524_288,
    'The largest request of a client that has not yet logged in, in bytes.',
  ),
  delegationTokenSecret: setting(
    'delegation_token_secret_key',
    secret,
    null,
    'By which delegation tokens are made. Not set: there are none.',
  ),
  delegationTokenLifetimeMs: setting(
    'delegation_token_max_lifetime',
    duration('1ms', '36500d'),
    '7d',
    'How long a delegation token may be renewed.',
  ),
  delegationTokenExpiryMs: setting(
    'delegation_token_expiry_time',
    duration('1ms', '36500d'),
    '1d',
    'How long a delegation token holds that is not renewed.',
  ),
}

interface SecuritySettings {
  readonly brokerPorts: readonly number[]
  readonly listeners: readonly ListenerEntry[]
  readonly tlsKey: string | null
  readonly tlsCertificate: string | null
  readonly tlsCa: string | null
  readonly tlsClientAuth: string
}

export function nameOf({ name, protocol }: ListenerEntry): string {
  return name ?? protocol
}

/** The listener of `broker_ports`. */
export const plainListener = 'PLAINTEXT'

/** Names and protocols of those that each broker has, that of `broker_ports` first. */
export function listenersOf({
  brokerPorts,
  listeners,
}: Pick<SecuritySettings, 'brokerPorts' | 'listeners'>): (readonly [name: string, protocol: Protocol])[] {
  const named = listeners.map((one) => [nameOf(one), one.protocol] as const)
  return brokerPorts.length > 0 ? [[plainListener, 'PLAINTEXT'], ...named] : named
}

/** What is right one by one and not together. */
export function securityContradictions(settings: SecuritySettings): string[] {
  const { listeners, tlsKey, tlsCertificate, tlsCa, tlsClientAuth } = settings
  const found: string[] = []
  const brokers = brokerCount(settings)
  if (brokers === 0) found.push('broker_ports are off and there are no listeners; name one of both')
  const names = listenersOf(settings).map(([name]) => name)
  for (const name of repeated(names)) found.push(`two listeners are called ${name}; give one another name`)
  for (const one of listeners) {
    const { ports, advertised } = one
    const isFree = ports.length === 1 && ports[0] === 0
    if (ports.length !== brokers && !isFree) {
      found.push(`listener ${nameOf(one)} has ${ports.length} ports for ${brokers} brokers; name as many, or 0 alone`)
    }
    if (advertised.length > 1 && advertised.length !== brokers) {
      found.push(
        `listener ${nameOf(one)} advertises ${advertised.length} addresses for ${brokers} brokers; name as many`,
      )
    }
  }
  const isTls = listeners.some(({ protocol }) => protocol === 'SSL' || protocol === 'SASL_SSL')
  if (isTls && (tlsKey === null || tlsCertificate === null)) {
    found.push('a listener with TLS needs tls_key and tls_certificate; set both')
  }
  if (tlsClientAuth !== 'none' && tlsCa === null) {
    found.push(`tls_client_auth is ${tlsClientAuth}, which needs tls_ca: whose certificates are trusted; set it`)
  }
  return found
}

/** As many as there are ports, of the first listener where broker_ports are off. */
export function brokerCount({ brokerPorts, listeners }: Pick<SecuritySettings, 'brokerPorts' | 'listeners'>): number {
  return brokerPorts.length > 0 ? brokerPorts.length : (listeners[0]?.ports.length ?? 0)
}
