/** Runs a tool to its end: compilers, downloads, loaders. */
import { execFile } from 'node:child_process'
import { Unavailable } from './place.ts'

export interface CommandOptions {
  readonly cwd?: string
  readonly timeoutMs?: number
}

/** What it printed. A tool that fails, or is not there, is Unavailable with its last words. */
export function run(file: string, args: readonly string[], options: CommandOptions = {}): Promise<string> {
  const { cwd, timeoutMs = 600_000 } = options
  return new Promise((resolve, reject) => {
    execFile(file, args, { cwd, timeout: timeoutMs, maxBuffer: 64 * 1024 ** 2 }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout)
      else reject(new Unavailable(`${file}: ${lastLine(stderr) ?? lastLine(stdout) ?? error.message}`))
    })
  })
}

function lastLine(text: string): string | undefined {
  return text.trim().split('\n').at(-1) || undefined
}
