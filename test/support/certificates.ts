/** Certificates for tests, made as they are needed: an authority, and what it signs. Keys on P-256, made in no time. */
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'

export interface Certified {
  /** In PEM. */
  readonly key: string
  readonly certificate: string
}

export interface Authority extends Certified {
  /** The subject by its attributes, outermost first. */
  issue(subject: Subject, hosts?: readonly string[]): Certified
}

export type Subject = readonly (readonly [identifier: string, text: string])[]

export const commonName = '2.5.4.3'
const basicConstraints = '2.5.29.19'
const alternativeNames = '2.5.29.17'

export function authority(): Authority {
  const keys = newKeys()
  const name: Subject = [[commonName, 'A test authority']]
  const certificate = certificateOf({ subject: name, issuer: name, keys, signer: keys, isAuthority: true, hosts: [] })
  const key = privateKeyOf(keys)
  return {
    key,
    certificate,
    issue(subject, hosts = []) {
      const own = newKeys()
      const made = certificateOf({ subject, issuer: name, keys: own, signer: keys, isAuthority: false, hosts })
      return { key: privateKeyOf(own), certificate: made }
    },
  }
}

interface Keys {
  readonly publicKey: KeyObject
  readonly privateKey: KeyObject
}

interface Making {
  readonly subject: Subject
  readonly issuer: Subject
  readonly keys: Keys
  readonly signer: Keys
  readonly isAuthority: boolean
  /** Names, or addresses of IPv4. */
  readonly hosts: readonly string[]
}

let serial = 0x1000

function certificateOf({ subject, issuer, keys, signer, isAuthority, hosts }: Making): string {
  const algorithm = sequence(identifier('1.2.840.10045.4.3.2'))
  const limits = sequence(...['200101000000Z', '491231235959Z'].map((time) => node(0x17, Buffer.from(time))))
  const extensions = [
    extension(basicConstraints, sequence(...(isAuthority ? [node(0x01, Buffer.of(0xff))] : []))),
    ...(hosts.length === 0 ? [] : [extension(alternativeNames, sequence(...hosts.map(hostName)))]),
  ]
  const body = sequence(
    node(0xa0, node(0x02, Buffer.of(2))),
    node(0x02, Buffer.of(++serial >> 8, serial & 0xff)),
    algorithm,
    nameOf(issuer),
    limits,
    nameOf(subject),
    keys.publicKey.export({ type: 'spki', format: 'der' }),
    node(0xa3, sequence(...extensions)),
  )
  const signature = sign('sha256', body, signer.privateKey)
  const whole = sequence(body, algorithm, node(0x03, Buffer.concat([Buffer.of(0), signature])))
  const lines = whole.toString('base64').match(/.{1,64}/g)!
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n')
}

function newKeys(): Keys {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' })
}

function privateKeyOf({ privateKey }: Keys): string {
  return privateKey.export({ type: 'pkcs8', format: 'pem' }) as string
}

function nameOf(subject: Subject): Buffer {
  return sequence(
    ...subject.map(([type, text]) => node(0x31, sequence(identifier(type), node(0x0c, Buffer.from(text))))),
  )
}

function extension(type: string, value: Buffer): Buffer {
  return sequence(identifier(type), node(0x04, value))
}

function hostName(host: string): Buffer {
  const isAddress = /^[\d.]+$/.test(host)
  return isAddress ? node(0x87, Buffer.from(host.split('.').map(Number))) : node(0x82, Buffer.from(host))
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return node(0x30, Buffer.concat(parts))
}

function identifier(text: string): Buffer {
  const [first = 0, second = 0, ...rest] = text.split('.').map(Number)
  const bytes = [first * 40 + second, ...rest].flatMap((number) => {
    const digits = [number & 0x7f]
    for (let left = number >>> 7; left > 0; left >>>= 7) digits.unshift((left & 0x7f) | 0x80)
    return digits
  })
  return node(0x06, Buffer.from(bytes))
}

function node(tag: number, content: Buffer): Buffer {
  const { length } = content
  const head =
    length < 0x80 ? [tag, length] : length < 0x100 ? [tag, 0x81, length] : [tag, 0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from(head), content])
}
