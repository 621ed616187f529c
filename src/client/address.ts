/** Where brokers are, as people write it: `localhost:9092`, `a:9092,b:9092`, `[::1]:9092`. */
import { ClientError } from './client-error.ts'

const portMax = 65_535

export interface Address {
  readonly host: string
  readonly port: number
}

export function parseAddress(text: string): Address {
  const [, host = '', port = ''] = /^\[?([^[\]\s,/]+?)\]?:(\d{1,5})$/.exec(text) ?? []
  if (host === '' || Number(port) > portMax || Number(port) === 0) {
    throw new ClientError(`${text} is no address: write host:port, as in localhost:9092`, 'wrong')
  }
  return { host, port: Number(port) }
}

/** Each checked, and written as it was. */
export function parseAddresses(text: string): string[] {
  const all = text.split(',').map((one) => one.trim())
  for (const one of all) parseAddress(one)
  return all
}

/** As `parseAddress` reads it. */
export function addressText(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}
