/**
 * Which hosts a plugin may reach over HTTP, by what its settings say: `name`, `*.name`, an address, or a range of
 * addresses (`10.0.0.0/8`), each with `:port`, `:*` for any port, or without, which means 80 and 443.
 *
 * A name that may be reached is not enough: the address that it stands for is looked at as well, since whoever owns
 * a name decides what it stands for.
 */
import { BlockList, isIP } from 'node:net'
import { canonicalHost, isLoopback, isPublic } from './addresses.ts'

interface Entry {
  readonly host: { readonly name: string } | { readonly below: string } | { readonly addresses: BlockList }
  /** Null: any. */
  readonly ports: readonly number[] | null
}

const defaultPorts: readonly number[] = [80, 443]
const portMax = 65_535

export class AllowedHosts {
  readonly #entries: readonly Entry[]

  /** Throws an Error that quotes what it does not understand. */
  constructor(hosts: readonly string[]) {
    this.#entries = hosts.map(entryOf)
  }

  /** `host` is as canonicalHost makes it: a name, or an address. */
  allows(host: string, port: number): boolean {
    return this.#entries.some((entry) => hasPort(entry, port) && isHost(entry, host))
  }

  /** Whether a connection may go to an address that a name stands for. */
  allowsAddress(address: string, port: number): boolean {
    if (isPublic(address)) return true
    return this.#entries.some((entry) => hasPort(entry, port) && isForAddress(entry, address))
  }
}

function hasPort({ ports }: Entry, port: number): boolean {
  return ports === null || ports.includes(port)
}

function isHost({ host }: Entry, asked: string): boolean {
  if ('addresses' in host) return contains(host.addresses, asked)
  if (isIP(asked) !== 0) return false
  return 'name' in host ? asked === host.name : asked.endsWith(`.${host.below}`)
}

function isForAddress({ host }: Entry, address: string): boolean {
  if ('addresses' in host) return contains(host.addresses, address)
  return 'name' in host && host.name === 'localhost' && isLoopback(address)
}

function contains(addresses: BlockList, asked: string): boolean {
  const version = isIP(asked)
  return version !== 0 && addresses.check(asked, version === 6 ? 'ipv6' : 'ipv4')
}

function entryOf(text: string): Entry {
  const [, bracketed, bare, port] = /^(?:\[([^\]]*)\]|([^:[\]]*))(?::(\*|\d{1,5}))?$/.exec(text) ?? []
  // An IPv6 address without brackets has no port: its colons are its own.
  const hostText = bracketed ?? bare ?? (isIP(text.split('/')[0]!) === 6 ? text : '')
  const host = hostOf(hostText, bracketed !== undefined)
  const ports = port === undefined ? defaultPorts : port === '*' ? null : [Number(port)]
  if (host === null || ports?.some((one) => one < 1 || one > portMax)) throw new Error(notUnderstood(text))
  return { host, ports }
}

function hostOf(text: string, isBracketed: boolean): Entry['host'] | null {
  const [base, prefix] = text.split('/') as [string, string?]
  const version = isIP(base)
  if (isBracketed && version !== 6) return null
  if (version !== 0) return rangeOf(base, version, prefix)
  if (prefix !== undefined || text.includes('/')) return null
  const isBelow = text.startsWith('*.')
  const name = canonicalHost(isBelow ? text.slice(2) : text)
  if (name === null || isIP(name) !== 0) return null
  return isBelow ? { below: name } : { name }
}

function rangeOf(base: string, version: number, prefix: string | undefined): Entry['host'] | null {
  const bits = version === 6 ? 128 : 32
  const length = prefix === undefined ? bits : /^\d{1,3}$/.test(prefix) ? Number(prefix) : -1
  if (length < 0 || length > bits) return null
  const addresses = new BlockList()
  const canonical = canonicalHost(base)!
  // An IPv4 address in IPv6's clothes stands for itself alone.
  if (isIP(canonical) !== version) {
    if (prefix !== undefined) return null
    addresses.addAddress(canonical, 'ipv4')
  } else addresses.addSubnet(canonical, length, version === 6 ? 'ipv6' : 'ipv4')
  return { addresses }
}

function notUnderstood(text: string): string {
  return (
    `host ${JSON.stringify(text)} is not understood: use a name, *.name, an address or a range as 10.0.0.0/8, ` +
    'and :port or :* for other ports than 80 and 443'
  )
}
