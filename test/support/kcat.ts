/** kcat, librdkafka's command, where it is installed. */
import { spawn, spawnSync } from 'node:child_process'
import type { Cleanup } from './suite.ts'

/** Why its tests are skipped; null when it is there. */
export const withoutKcat = spawnSync('kcat', ['-V']).status === 0 ? null : 'kcat is not installed'

export interface Ended {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

export interface Kcat {
  readonly ended: Promise<Ended>
  /** What it wrote so far, as records and beside them. */
  out(): string
  err(): string
}

/** Runs until it ends by itself, or with its test. */
export function kcat({ after }: Cleanup, args: readonly string[], input: string | Buffer = ''): Kcat {
  const child = spawn('kcat', args)
  const written = { out: '', err: '' }
  child.stdout.setEncoding('utf8').on('data', (text) => (written.out += text))
  child.stderr.setEncoding('utf8').on('data', (text) => (written.err += text))
  const ended = new Promise<Ended>((resolve) => child.on('close', (code) => resolve({ code, ...written })))
  child.stdin.on('error', () => {}) // It ended before it had read all of it; its exit code tells.
  child.stdin.end(input)
  after(() => {
    child.kill('SIGKILL')
    return ended
  })
  return { ended, out: () => written.out, err: () => written.err }
}

/** Runs it to its end, which must be a good one. */
export async function kcatOut(cleanup: Cleanup, args: readonly string[], input?: string | Buffer): Promise<string> {
  const { code, out, err } = await kcat(cleanup, args, input).ended
  if (code !== 0) throw new Error(`kcat ${args.join(' ')} ended with ${code}: ${err}`)
  return out
}
