/** kafi, a Python client of the REST Proxy with tests of its own, where `.ci/run` has put it. */
import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Running } from './running.ts'
import type { Cleanup } from './suite.ts'

const home = resolve('.cache/clients/kafi')
const python = join(home, 'bin/python')
/** Its tests come with its sources only. */
const sources = join(home, 'source')

/** Why its tests are skipped; null when it is there. */
export const withoutKafi =
  existsSync(python) && existsSync(sources) ? null : 'kafi is not in .cache/clients; .ci/run puts it there'

export interface Ended {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** Python in a folder where kafi finds both the REST Proxy and Kafka of this broker by the name `local`. */
export function kafi({ after }: Cleanup, { broker, brokers }: Running, args: readonly string[]): Promise<Ended> {
  const folder = mkdtempSync(join(tmpdir(), 'blink-kafi-'))
  after(() => rmSync(folder, { recursive: true }))
  const restProxy = {
    rest_proxy: { 'rest.proxy.url': `http://localhost:${broker.httpPort}/rest-proxy` },
    kafi: { 'consumer.request.timeout.ms': 500, 'consume.num.attempts': 2, 'requests.num.retries': 0 },
  }
  const configs = { restproxies: restProxy, clusters: { kafka: { 'bootstrap.servers': brokers.join(',') } } }
  for (const [kind, config] of Object.entries(configs)) {
    mkdirSync(join(folder, 'configs', kind), { recursive: true })
    // JSON is YAML.
    writeFileSync(join(folder, 'configs', kind, 'local.yaml'), JSON.stringify(config))
  }
  symlinkSync(join(sources, 'test'), join(folder, 'test'))
  const env = { ...process.env, PYTHONDONTWRITEBYTECODE: '1' }
  return new Promise((resolve) => {
    const child = execFile(python, args, { cwd: folder, env, maxBuffer: 1 << 26 }, (error, out, err) => {
      resolve({ code: error === null ? 0 : (error.code as number | undefined) || 1, out, err })
    })
    after(() => child.kill('SIGKILL'))
  })
}
