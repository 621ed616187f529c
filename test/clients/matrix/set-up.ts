/** What clients need that does not come with the project, installed once into `.cache/clients`, in pinned versions. */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { run } from '../../bench/commands.ts'
import { Unavailable } from '../../bench/place.ts'

const cache = resolve('.cache/clients')
const sources = resolve('test/clients')
const buildMs = 1_800_000

/** The newest that Maven Central has of all of them. */
export const toolsVersion = '4.3.1'
export const nodeRdkafkaVersion = '3.6.1'
/** For what does not run on an older one. */
const nodeMajor = 22

/** Of each folder once, however many clients ask for it; anew when `wanted` is no longer what it was made for. */
const prepared = new Map<string, Promise<string>>()

function once(name: string, wanted: string, make: (folder: string) => Promise<unknown>): Promise<string> {
  const known = prepared.get(name) ?? prepare(name, wanted, make)
  prepared.set(name, known)
  return known
}

async function prepare(name: string, wanted: string, make: (folder: string) => Promise<unknown>): Promise<string> {
  const folder = join(cache, name)
  const stamp = join(folder, '.made-for')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return folder
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  await make(folder)
  writeFileSync(stamp, wanted)
  return folder
}

/** Python with the packages of requirements.txt. */
export async function python(): Promise<string> {
  const requirements = join(sources, 'python', 'requirements.txt')
  const folder = await once('python', readFileSync(requirements, 'utf8'), async (made) => {
    await run('python3', ['-m', 'venv', made])
    await run(join(made, 'bin', 'pip'), ['install', '--quiet', '--requirement', requirements], { timeoutMs: buildMs })
  })
  return join(folder, 'bin', 'python')
}

/** A program of those in `go`. Go itself knows what has changed since it was built. */
export async function goProgram(name: string): Promise<string> {
  const program = join(cache, 'go', name)
  await run('go', ['build', '-o', program, `./${name}`], { cwd: join(sources, 'go'), timeoutMs: buildMs })
  return program
}

/** The jars of Kafka's tools, Streams and Connect, as a class path. */
export async function kafkaTools(): Promise<string> {
  await run('java', ['-version'])
  const pom = join(sources, 'java', 'pom.xml')
  const folder = await once('kafka-tools', `${toolsVersion} ${readFileSync(pom, 'utf8')}`, (made) => {
    const options = [`-DkafkaVersion=${toolsVersion}`, `-DoutputDirectory=${made}`]
    return run('mvn', ['-q', '-B', '-f', pom, 'dependency:copy-dependencies', ...options], { timeoutMs: buildMs })
  })
  return join(folder, '*')
}

/** A folder from which node-rdkafka can be required. It takes a C++ compiler, and libzstd's headers for zstd. */
export function nodeRdkafka(): Promise<string> {
  const wanted = `node-rdkafka@${nodeRdkafkaVersion}`
  return once('node-rdkafka', `${wanted} ${process.versions.modules}`, async (folder) => {
    if (!existsSync('/usr/include/zstd.h')) await installLibzstd()
    await run('npm', ['install', '--no-audit', '--no-fund', '--prefix', folder, wanted], { timeoutMs: buildMs })
  })
}

/** As Debian has it, and where that is allowed; elsewhere its absence shows in the step that asks for zstd. */
async function installLibzstd(): Promise<void> {
  if (process.getuid?.() !== 0) return
  await run('apt-get', ['update', '-qq']).catch(() => null)
  await run('apt-get', ['install', '-y', '-qq', 'libzstd-dev']).catch(() => null)
}

/** This Node.js if it is new enough, or one that npm carries. */
export async function newerNode(): Promise<string> {
  if (Number(process.versions.node.split('.')[0]) >= nodeMajor) return process.execPath
  const name = `node-${process.platform}-${process.arch}`
  const folder = await once(`node-${nodeMajor}`, name, (made) =>
    run('npm', ['install', '--no-audit', '--no-fund', '--prefix', made, `${name}@${nodeMajor}`]),
  )
  return join(folder, 'node_modules', name, 'bin', 'node')
}

export async function kcatVersion(): Promise<string> {
  const [, version] = /Version (\S+)/.exec(await run('kcat', ['-V'])) ?? []
  if (version === undefined) throw new Unavailable('kcat does not say its version')
  return version
}

/** Of a package among the project's own. */
export function packageVersion(name: string): string {
  return JSON.parse(readFileSync(join('node_modules', name, 'package.json'), 'utf8')).version
}

/** The version that a file in `test/clients` pins. */
export function pinned(file: string, name: string): string {
  const text = readFileSync(join(sources, file), 'utf8')
  const [, version] = new RegExp(`${name}(?:==| v)(\\S+)`).exec(text) ?? []
  if (version === undefined) throw new Error(`${file} does not pin ${name}`)
  return version
}
