/**
 * A plugin's log lines on their way out of its thread. What nobody would see is dropped here, before it costs
 * anything.
 */
import { type Level, levels } from '../../base/logger.ts'
import { type Crossing, lineBytesMax } from '../crossing/crossing.ts'

const utf8 = new TextEncoder()
const warnRank = levels.indexOf('warn')

export class HostLog {
  readonly #crossing: Crossing
  readonly #rankMin: number

  /** Lines at warn and above are taken whatever the level: a refusal's reason is among them. */
  constructor(crossing: Crossing, level: Level) {
    this.#crossing = crossing
    this.#rankMin = Math.min(levels.indexOf(level), warnRank)
  }

  write(level: Level, message: string): void {
    const rank = levels.indexOf(level)
    if (rank >= this.#rankMin) this.#crossing.addLine(rank, utf8.encode(message.slice(0, lineBytesMax)))
  }

  /** The same for a line that still lies in the plugin's memory. */
  writeBytes(rank: number, memory: WebAssembly.Memory, at: number, length: number): void {
    if (rank >= this.#rankMin) this.#crossing.addLine(rank, new Uint8Array(memory.buffer, at, length))
  }
}
