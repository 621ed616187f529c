/**
 * A broker as a process of its own, watched from outside: what it costs is read from /proc, so the same way for every
 * broker. Its CPU time counts all its threads, in ticks of 10 ms: measure work that takes long against that.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'

export interface Command {
  readonly file: string
  readonly args: readonly string[]
}

const ticksPerSecond = 100
const stopMs = 10_000
const keptOutput = 4_000

/** Whatever ends the benchmark, an error or Ctrl-C, leaves none of them behind. */
const running = new Set<BrokerProcess>()
process.on('exit', () => {
  for (const broker of running) broker.kill()
})
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    process.stderr.write(`ended by ${signal}\n`)
    process.exit(1)
  })
}

export class BrokerProcess {
  readonly name: string
  readonly port: number
  readonly #child: ChildProcess
  readonly #folder: string
  readonly #exited: Promise<void>
  #output = ''

  constructor(name: string, port: number, folder: string, { file, args }: Command) {
    this.name = name
    this.port = port
    this.#folder = folder
    this.#child = spawn(file, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })
    for (const stream of [this.#child.stdout!, this.#child.stderr!]) {
      stream.on('data', (chunk: Buffer) => {
        this.#output = (this.#output + chunk).slice(-keptOutput)
      })
    }
    running.add(this)
    this.#exited = new Promise((resolve) => {
      this.#child.once('exit', () => resolve())
      this.#child.once('error', () => resolve())
    })
  }

  /** Throws what it said last when it is gone. */
  assertAlive(): void {
    if (this.#child.exitCode === null && this.#child.signalCode === null && this.#child.pid !== undefined) return
    throw new Error(`${this.name} ended by itself:\n${this.#output}`)
  }

  /** User and system time of all threads since the process began. */
  cpuSeconds(): number {
    const stat = readFileSync(`/proc/${this.#child.pid}/stat`, 'utf8')
    // The second field, the command in parentheses, may contain spaces.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond
  }

  residentBytes(): number {
    return this.#memory('VmRSS')
  }

  /** The most it had since `forgetPeak`. */
  peakBytes(): number {
    return this.#memory('VmHWM')
  }

  forgetPeak(): void {
    writeFileSync(`/proc/${this.#child.pid}/clear_refs`, '5')
  }

  async stop(): Promise<void> {
    this.#child.kill('SIGTERM')
    const late = setTimeout(stopMs, 'late', { ref: false })
    if ((await Promise.race([this.#exited, late])) === 'late') this.#child.kill('SIGKILL')
    await this.#exited
    this.#forget()
  }

  kill(): void {
    this.#child.kill('SIGKILL')
    this.#forget()
  }

  #forget(): void {
    running.delete(this)
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 3 })
  }

  #memory(field: string): number {
    const status = readFileSync(`/proc/${this.#child.pid}/status`, 'utf8')
    return Number(new RegExp(`${field}:\\s+(\\d+) kB`).exec(status)?.[1] ?? Number.NaN) * 1024
  }
}
