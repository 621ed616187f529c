/**
 * `blink plugin check`: what a file is, what it needs, and what would refuse it. What it says of itself is heard in a
 * thread of its own, under the limits of a plugin, and only if nothing has refused it before.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { silent } from '../base/logger.ts'
import { Cache, defaultCachePath } from '../plugins/loading/cache.ts'
import { needsFolder } from '../plugins/capabilities/capabilities.ts'
import { ownFolder } from '../plugins/capabilities/disk-usage.ts'
import { load, PluginStartError } from '../plugins/loading/loading.ts'
import type { PluginInfo } from '../plugins/loading/plugin-info.ts'
import type { PluginSettings } from '../plugins/plugin-settings.ts'
import { Thread } from '../plugins/crossing/thread.ts'
import type { Asked } from './asked.ts'
import { entryFor, type Inspection, inspect, withAll } from './inspection.ts'
import { coloured, type ExitCode, type Shell, withProgress } from '../terminal/shell.ts'
import { type Signature, signed } from './signing.ts'
import { bytesText, type Cell, oneLine, tableLines } from '../terminal/table.ts'

export interface CheckOptions {
  readonly file: string
  readonly asked: Asked
  /** A private key in PEM to sign the file with. */
  readonly key?: string
  readonly json?: boolean
}

/** What is known once it was instantiated. */
interface Running {
  readonly info: PluginInfo | null
  readonly memoryBytes: number
}

interface Findings extends Inspection {
  readonly running: Running | null
  /** Why it would not be loaded, or null. */
  readonly refused: string | null
  readonly signature: Signature | null
}

export async function checkPlugin({ file, asked, key, json }: CheckOptions, shell: Shell): Promise<ExitCode> {
  const inspection = inspect(file)
  const { fit, capabilities } = inspection
  const plugin = asked.isGranted ? asked.plugin : { ...asked.plugin, capabilities: withAll(capabilities) }
  const tried = await withProgress(shell, 'loading it', instantiated(plugin, asked, fit.edition === 'script', shell))
  const signature = key === undefined ? null : signed(inspection.bytes, key)
  const findings = { ...inspection, ...tried, signature }
  const path = relative(shell.folder, file)
  if (json === true) shell.out(JSON.stringify(asJson(findings, path)))
  else for (const line of report(findings, plugin, path, shell)) shell.out(line)
  return tried.refused === null ? 0 : 1
}

/** Loaded as the broker loads it. A script is not run: nothing would hold it. */
async function instantiated(plugin: PluginSettings, asked: Asked, isScript: boolean, { clock }: Shell) {
  const { folder, trustedKeys, cachePath } = asked
  const kept = mkdtempSync(join(tmpdir(), 'blink-check-'))
  let thread: Thread | null = null
  try {
    const cache = new Cache(cachePath ?? defaultCachePath(), silent)
    const { code } = await load(plugin, { folder, trustedKeys, cache, log: silent })
    if (isScript) return { running: null, refused: null }
    thread = new Thread(clock, {})
    const failure = await thread.load({
      code,
      policies: plugin,
      logLevel: 'error',
      plugin: plugin.name,
      grants: plugin.capabilities,
      config: plugin.config,
      ownFolder: ownFolder(needsFolder(plugin.capabilities) ? kept : null),
      pressure: new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT),
    })
    if (failure !== null) return { running: null, refused: `does not ${failure.hook}: ${failure.message}` }
    const { memoryBytes, offered } = thread
    return { running: { memoryBytes, info: offered?.info ?? null }, refused: null }
  } catch (error) {
    if (!(error instanceof PluginStartError)) throw error
    return { running: null, refused: error.message.replace(/^Plugin '[^']*' \(.*?\) /, '') }
  } finally {
    await thread?.end()
    rmSync(kept, { recursive: true, force: true })
  }
}

function report(findings: Findings, { maxMemoryBytes }: PluginSettings, path: string, shell: Shell): string[] {
  const { bytes, fit, running, refused, imports, capabilities, sha256, signature } = findings
  const isScript = fit.edition === 'script'
  const verdict =
    refused === null
      ? coloured(shell, 'green', `${path} is a plugin`)
      : coloured(shell, 'red', `${path} would be refused: it ${oneLine(refused)}`)
  const facts: (readonly [string, string])[] = [
    [
      'edition',
      isScript ? 'JavaScript: it runs without a sandbox, and was not run here' : `blink:plugin@${fit.edition}`,
    ],
    ['hooks', fit.hooks.join(', ')],
    ['size', bytesText(bytes.length)],
    ...(running === null ? [] : runningFacts(running, maxMemoryBytes)),
  ]
  const rows = imports.map(({ name, needs }): Cell[] => [name, needsText(needs)])
  const imported = tableLines(shell, [{ title: 'import' }, { title: 'needs' }], rows)
  return [
    verdict,
    ...facts.map(([name, value]) => `  ${name.padEnd(9)} ${oneLine(value)}`),
    ...(rows.length === 0 ? [] : ['', ...imported]),
    '',
    'In settings.yaml:',
    ...entryFor(path, capabilities, sha256),
    ...(signature === null ? [] : signatureLines(signature)),
  ]
}

function runningFacts({ info, memoryBytes }: Running, maxMemoryBytes: number): [string, string][] {
  const facts: [string, string][] = [
    // One of 0.1 tells of its memory with its first answer, which nobody asks for here.
    ['memory', memoryBytes === 0 ? `at most ${bytesText(maxMemoryBytes)}` : memoryText(memoryBytes, maxMemoryBytes)],
  ]
  if (info === null) return facts
  const by = info.author === '' ? '' : `, by ${info.author}`
  facts.push(['says', `${info.name} ${info.version}${by}: ${info.description}`])
  if (info.configSchema !== null) facts.push(['config', `as its JSON Schema says: ${info.configSchema}`])
  return facts
}

function memoryText(bytes: number, bytesMax: number): string {
  return `${bytesText(bytes)} when loaded, of ${bytesText(bytesMax)}`
}

function needsText(needs: Inspection['imports'][number]['needs']): Cell {
  if (needs === null) return { text: 'nothing', colour: 'dim' }
  if (needs === 'never') return { text: 'what no plugin is granted: build it without', colour: 'red' }
  return { text: needs, colour: 'yellow' }
}

function signatureLines({ signature, publicKey }: Signature): string[] {
  return [`    signature: ${signature}`, 'plugin_trusted_keys:', `  - ${publicKey}`]
}

function asJson({ bytes, fit, file: _, running, ...rest }: Findings, path: string) {
  const { sha256, signature, ...findings } = rest
  const checksum = `sha256:${sha256}`
  return { path, size: bytes.length, ...fit, ...findings, ...running, checksum, ...signature }
}
