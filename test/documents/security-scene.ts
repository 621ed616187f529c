/** What docs/security.md sets up, in a folder and at ports of its own: its certificate, its settings, its users. */
import { copyFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { silent } from '../../src/base/logger.ts'
import { loadSettings } from '../../src/settings/file.ts'
import { startBroker } from '../../src/start.ts'
import { type Block, blocksOf } from '../support/documents.ts'
import { testCachePath } from '../support/plugins.ts'
import type { Cleanup } from '../support/suite.ts'
import { terminal } from '../support/workshop.ts'
import { temporaryFolder } from '../support/workshop-shell.ts'

const blocks = blocksOf('docs/security.md')

/** The ways in of which the page speaks: all of a client's block, or what is left of it. */
export const protocols = ['SASL_SSL', 'SSL', 'SASL_PLAINTEXT'] as const
export type Protocol = (typeof protocols)[number]

export function block(section: string, language: string, start = ''): string {
  const found = blocks.filter((one) => one.section === section && one.language === language)
  const chosen = found.find(({ content }) => content.startsWith(start))
  assert.ok(chosen, `there is no block in ${language} under “${section}” that begins “${start}”`)
  return (chosen as Block).content
}

export interface Scene {
  readonly folder: string
  /** With the ports of this broker. */
  at(text: string): string
  /** Types into a terminal, and answers what was printed. */
  type(commands: string): Promise<string>
}

export interface Wanted {
  /** By the key of a setting: what it is to be. */
  readonly instead?: Readonly<Record<string, string>>
  /** More of settings.yaml. */
  readonly more?: string
}

/** Settings of the first three sections, in force, at addresses of this machine. */
export async function scene(cleanup: Cleanup, { instead = {}, more = '' }: Wanted = {}): Promise<Scene> {
  const folder = temporaryFolder(cleanup)
  const type = async (commands: string) => {
    const { code, out } = await terminal(folder, commands, cleanup)
    assert.is(code, 0, `${commands}\n${out}`)
    return out
  }
  await type(block('TLS', 'sh'))
  copyFileSync(join(folder, 'server.pem'), join(folder, 'ca.pem'))
  const text = ['Listeners', 'TLS', 'Logging in'].map((section) => block(section, 'yaml')).join('')
  const changes = { tls_client_auth: 'none', ...instead }
  const changed = Object.entries(changes).reduce((rest, [key, value]) => {
    return rest.replace(new RegExp(`^${key}:.*(\\n +-.*)*`, 'm'), `${key}: ${value}`)
  }, text)
  const file = join(folder, 'settings.yaml')
  const local = changed
    .replaceAll(/port: \d+/g, 'port: 0')
    .replace('[9092]', '[0]')
    .replace('0.0.0.0', '127.0.0.1')
  writeFileSync(file, `${local}${more}`)
  const env = { ALICE_PASSWORD: 'alice-secret', BOB_PASSWORD: 'bob-secret' }
  const { settings } = loadSettings({ file, env, flags: {}, folder })
  const broker = await startBroker({ ...settings, restPort: null, pluginCachePath: testCachePath }, { logger: silent })
  cleanup.after(() => broker.close())
  const ports = new Map<string, number>([['localhost:9092', broker.kafkaPorts[0]!]])
  for (const [, protocol, port] of text.matchAll(/\{ protocol: (\w+), port: (\d+) \}/g)) {
    ports.set(`localhost:${port}`, broker.portsOf(protocol!)[0]!)
  }
  const at = (told: string) =>
    told.replaceAll(/localhost:\d+/g, (address) => {
      assert.ok(ports.has(address), `no listener of the page is at ${address}`)
      return `localhost:${ports.get(address)}`
    })
  return { folder, at, type: (commands) => type(at(commands)) }
}

/** Of a client's block what is about TLS, and what about logging in, with the separator that follows. */
interface Parts {
  readonly tls: RegExp
  readonly login: RegExp
}

/** “With TLS alone leave out what begins with sasl, with a login alone what is about TLS and write SASL_PLAINTEXT.” */
export function told(text: string, { tls, login }: Parts, protocol: Protocol): string {
  const port = new RegExp(`protocol: ${protocol}, port: (\\d+)`).exec(block('Listeners', 'yaml'))![1]!
  const elsewhere = text.replaceAll('localhost:9095', `localhost:${port}`).replaceAll('SASL_SSL', protocol)
  if (protocol === 'SASL_SSL') return elsewhere
  const left = elsewhere.replaceAll(protocol === 'SSL' ? login : tls, '')
  assert.is.not(left, elsewhere, `nothing of it is about ${protocol === 'SSL' ? 'logging in' : 'TLS'}`)
  return left
}
