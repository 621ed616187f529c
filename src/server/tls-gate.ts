/**
 * TLS on a listener: takes sockets that were accepted, and hands on what is encrypted once the handshake is done. Whose
 * certificate the client has shown is told with it.
 */
import type { Socket } from 'node:net'
import { createServer, type Server, type TLSSocket } from 'node:tls'
import type { Logger } from '../base/logger.ts'
import { anonymous, type Principal } from '../protocol/principal.ts'
import { distinguishedName } from './distinguished-name.ts'
import type { PrincipalMapping } from './principal-mapping.ts'

export interface TlsOptions {
  /** In PEM. */
  readonly key: string
  readonly keyPassword: string | null
  readonly certificate: string
  readonly ca: string | null
  readonly clientAuth: 'none' | 'requested' | 'required'
  readonly mapping: PrincipalMapping
  readonly handshakeMs: number
}

export type OnSecure = (stream: TLSSocket, principal: Principal) => void

export class TlsGate {
  readonly #server: Server
  readonly #mapping: PrincipalMapping

  /** Throws Node's error when key and certificate cannot be used. */
  constructor(options: TlsOptions, onSecure: OnSecure, logger: Logger) {
    const { key, keyPassword, certificate, ca, clientAuth, mapping, handshakeMs } = options
    this.#mapping = mapping
    this.#server = createServer({
      key,
      cert: certificate,
      ...(keyPassword === null ? {} : { passphrase: keyPassword }),
      ...(ca === null ? {} : { ca }),
      requestCert: clientAuth !== 'none',
      rejectUnauthorized: clientAuth === 'required',
      handshakeTimeout: handshakeMs,
    })
    this.#server.on('secureConnection', (stream) => {
      const problem = this.#admit(stream, onSecure)
      if (problem === null) return
      logger.warn(`closed a connection: ${problem}`, { peer: stream.remoteAddress ?? '' })
      stream.destroy()
    })
    this.#server.on('tlsClientError', (error: NodeJS.ErrnoException, stream) => {
      logger.warn(`closed a connection: ${handshakeProblem(error)}`, { peer: stream.remoteAddress ?? '' })
      stream.destroy()
    })
  }

  take(socket: Socket): void {
    this.#server.emit('connection', socket)
  }

  /** Why it is not let in, or null. */
  #admit(stream: TLSSocket, onSecure: OnSecure): string | null {
    const certificate = stream.getPeerX509Certificate()
    if (certificate === undefined) {
      onSecure(stream, anonymous)
      return null
    }
    if (!stream.authorized) return `the client's certificate is not to be trusted: ${stream.authorizationError}`
    const name = distinguishedName(certificate.raw)
    const mapped = this.#mapping(name)
    if (mapped === null) return `no rule of tls_principal_mapping_rules is for ${name}`
    onSecure(stream, { type: 'User', name: mapped })
    return null
  }
}

/** What OpenSSL says of those who do not speak TLS is not what they need to know. */
function handshakeProblem({ code, message }: NodeJS.ErrnoException): string {
  switch (code) {
    case 'ERR_SSL_HTTP_REQUEST':
      return 'an HTTP request came to a Kafka port that speaks TLS'
    case 'ERR_SSL_WRONG_VERSION_NUMBER':
    case 'ERR_SSL_PACKET_LENGTH_TOO_LONG':
      return 'what came is no TLS: set security.protocol=SSL or SASL_SSL'
    case 'ERR_TLS_HANDSHAKE_TIMEOUT':
      return 'its TLS handshake took longer than handshake_timeout'
    case 'ECONNRESET':
      return 'the client went away during the TLS handshake; perhaps it does not trust tls_certificate'
    default:
      return `the TLS handshake failed: ${message}`
  }
}
