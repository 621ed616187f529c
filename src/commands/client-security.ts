/** How a command reaches a broker with TLS or a login: `-X` and the names of librdkafka's properties, as in kcat. */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { Option } from 'commander'
import type { ClientSecurity } from '../client/connection.ts'
import { loginMechanisms } from '../client/login.ts'
import { Mistake } from '../terminal/shell.ts'

const protocols = ['PLAINTEXT', 'SSL', 'SASL_PLAINTEXT', 'SASL_SSL']
const properties = [
  'security.protocol',
  'ssl.ca.location',
  'ssl.certificate.location',
  'ssl.key.location',
  'sasl.mechanism',
  'sasl.username',
  'sasl.password',
] as const
type Property = (typeof properties)[number]

export function propertyOption(): Option {
  const said = 'TLS and login, as kcat has it: security.protocol, ssl.ca.location, sasl.mechanism, sasl.username …'
  return new Option('-X, --property <name=value>', said).argParser((one: string, others: readonly string[] = []) => [
    ...others,
    one,
  ])
}

/** What may follow `-X`: names, with their values where these are few. */
export function propertyWords(): string[] {
  const few: Readonly<Record<string, readonly string[]>> = {
    'security.protocol': protocols,
    'sasl.mechanism': loginMechanisms,
  }
  return properties.flatMap((name) => (few[name] ?? ['']).map((value) => `${name}=${value}`))
}

/** Nothing where nothing was said. Throws Mistake, which does not tell values. */
export function clientSecurity(given: readonly string[], folder: string): { readonly security?: ClientSecurity } {
  if (given.length === 0) return {}
  const values = new Map(given.map(parsed))
  const protocol = (values.get('security.protocol') ?? 'PLAINTEXT').toUpperCase()
  if (!protocols.includes(protocol)) wrong(`security.protocol is ${protocol}; use ${protocols.join(', ')}`)
  const file = (name: Property, key: string) => {
    const path = values.get(name)
    return path === undefined ? {} : { [key]: contentOf(resolve(folder, path), name) }
  }
  const tls = protocol.endsWith('SSL')
    ? {
        ...file('ssl.ca.location', 'ca'),
        ...file('ssl.certificate.location', 'cert'),
        ...file('ssl.key.location', 'key'),
      }
    : null
  return { security: { tls, credentials: protocol.startsWith('SASL') ? credentialsIn(values) : null } }
}

function credentialsIn(values: ReadonlyMap<Property, string>) {
  const asked = values.get('sasl.mechanism') ?? 'PLAIN'
  const mechanism = loginMechanisms.find((one) => one === asked.toUpperCase())
  if (mechanism === undefined) return wrong(`sasl.mechanism is ${asked}; use ${loginMechanisms.join(', ')}`)
  const [user = '', password] = [values.get('sasl.username'), values.get('sasl.password')]
  if (password === undefined)
    return wrong('a login needs sasl.password (for OAUTHBEARER: the token); add -X sasl.password=…')
  return { mechanism, user, password }
}

function parsed(text: string): readonly [Property, string] {
  const at = text.indexOf('=')
  const name = properties.find((one) => one === text.slice(0, at))
  return name === undefined
    ? wrong(`-X wants name=value; the names are ${properties.join(', ')}`)
    : [name, text.slice(at + 1)]
}

function contentOf(path: string, name: Property): Buffer {
  try {
    return readFileSync(path)
  } catch (error) {
    return wrong(`${name}: ${path} cannot be read (${(error as NodeJS.ErrnoException).code}); name a PEM file`)
  }
}

function wrong(what: string): never {
  throw new Mistake(what, 2)
}
