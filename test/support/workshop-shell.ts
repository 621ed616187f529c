/** What a command reads and writes in a test, with a folder of its own, and plugins to call it with. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { systemClock } from '../../src/base/clock.ts'
import type { PluginSettings } from '../../src/plugins/plugin-settings.ts'
import { Mistake, type Shell } from '../../src/terminal/shell.ts'
import type { Asked } from '../../src/workshop/asked.ts'
import { settingsOf, testCachePath } from './plugins.ts'
import type { Cleanup } from './suite.ts'

export interface WrittenShell extends Shell {
  /** Bytes of the answer, as text. */
  readonly bytes: string[]
  /** Lines of the answer. */
  readonly answer: string[]
  /** Lines about it. */
  readonly told: string[]
  readonly drawn: string[]
}

export function testShell(cleanup: Cleanup, differences: Partial<Shell> = {}): WrittenShell {
  const bytes: string[] = []
  const answer: string[] = []
  const told: string[] = []
  const drawn: string[] = []
  return {
    out: (line) => void answer.push(line),
    write: (chunk) => {
      bytes.push(`${chunk}`)
      return null
    },
    input: () => typed(''),
    tell: (line) => void told.push(line),
    draw: (text) => void drawn.push(text),
    isTerminal: false,
    hasColour: false,
    clock: systemClock,
    stopwatch: () => performance.now(),
    folder: temporaryFolder(cleanup),
    env: process.env,
    answer,
    bytes,
    told,
    drawn,
    ...differences,
  }
}

/** What comes on standard input, and then its end. */
export async function* typed(...chunks: readonly (string | Buffer)[]): AsyncGenerator<Buffer> {
  for (const chunk of chunks) yield Buffer.from(chunk)
}

export function temporaryFolder({ after }: Cleanup): string {
  const folder = mkdtempSync(join(tmpdir(), 'blink-workshop-test-'))
  after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** With nothing said on the command line. */
export function askedWith(path: string, differences: Partial<PluginSettings> = {}): Asked {
  const plugin = settingsOf({ path, name: basename(path), ...differences })
  return { plugin, folder: '.', trustedKeys: [], cachePath: testCachePath, isGranted: 'capabilities' in differences }
}

export function written(folder: string, name: string, lines: readonly unknown[]): string {
  const file = join(folder, name)
  writeFileSync(file, lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n'))
  return file
}

/** What it was refused with; an error when it was not. */
export async function mistake(run: () => unknown): Promise<Mistake> {
  try {
    await run()
  } catch (error) {
    if (error instanceof Mistake) return error
    throw error
  }
  throw new Error('it was not refused')
}
