/**
 * Addresses and names of hosts in one spelling, and which addresses belong to the public internet. The others lead into
 * the machine, its network, or to what clouds tell their machines (169.254.169.254): a name that a stranger may point
 * anywhere must not lead there.
 */
import { BlockList, isIP, isIPv4 } from 'node:net'

/**
 * As the URL standard writes it: small letters, `0x7f.1` as 127.0.0.1, IPv6 abbreviated, without brackets, and
 * without the dot that may end a name. IPv4 in IPv6's clothes is IPv4, as it is for whoever connects. Null when it is
 * no host.
 */
export function canonicalHost(text: string): string | null {
  const bracketed = isIP(text) === 6 ? `[${text}]` : text
  if (!/^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)$/i.test(bracketed)) return null
  if (!URL.canParse(`http://${bracketed}/`)) return null
  const host = new URL(`http://${bracketed}/`).hostname.replace(/^\[|\]$/g, '')
  if (isIP(host) === 6) return inner(host, mappedPattern) ?? host
  const name = host.endsWith('.') ? host.slice(0, -1) : host
  return name === '' || name.endsWith('.') ? null : name
}

const mappedPattern = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/
/** What IPv6 networks call the hosts of IPv4 (NAT64, RFC 6052). */
const translatedPattern = /^64:ff9b::([0-9a-f]{1,4}):([0-9a-f]{1,4})$/

/** The IPv4 address in an IPv6 one. */
function inner(address: string, pattern: RegExp): string | null {
  const [, high, low] = pattern.exec(address) ?? []
  if (high === undefined || low === undefined) return null
  const [first, second] = [Number.parseInt(high, 16), Number.parseInt(low, 16)]
  return [first >> 8, first & 0xff, second >> 8, second & 0xff].join('.')
}

function listOf(version: 'ipv4' | 'ipv6', ranges: readonly string[]): BlockList {
  const list = new BlockList()
  for (const range of ranges) {
    const [base, prefix] = range.split('/') as [string, string]
    list.addSubnet(base, Number(prefix), version)
  }
  return list
}

/** IANA's special-purpose addresses, multicast, and the one public address by which Azure talks to its machines. */
const notPublic4 = listOf('ipv4', [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '168.63.129.16/32',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/3',
])
/** All that IANA has given out; loopback, link-local and private addresses are not among it. */
const given6 = listOf('ipv6', ['2000::/3'])
/** Of these: protocol assignments and Teredo, documentation, 6to4. */
const notPublic6 = listOf('ipv6', ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'])

/** `address` in any spelling; what is none is not public. */
export function isPublic(address: string): boolean {
  const host = canonicalHost(address)
  if (host === null || isIP(host) === 0) return false
  if (isIPv4(host)) return !notPublic4.check(host, 'ipv4')
  const translated = inner(host, translatedPattern)
  if (translated !== null) return isPublic(translated)
  return given6.check(host, 'ipv6') && !notPublic6.check(host, 'ipv6')
}

const loopback4 = listOf('ipv4', ['127.0.0.0/8'])

export function isLoopback(address: string): boolean {
  const host = canonicalHost(address)
  return host !== null && (host === '::1' || (isIPv4(host) && loopback4.check(host, 'ipv4')))
}
