/** A line about what takes its time, drawn when it takes over a second and somebody looks; it leaves nothing behind. */
import type { Timer } from '../base/clock.ts'
import type { Shell } from './shell.ts'

/** What takes less needs no sign of life. */
const patienceMs = 1000
const redrawMs = 250
const barColumns = 24

export class Progress {
  readonly #shell: Shell
  readonly #text: () => string
  readonly #share: () => number | null
  readonly #startMs: number
  readonly #timer: Timer | null
  #isDrawn = false

  /** `share` is how much is done, from 0 to 1, where that can be known. */
  constructor(shell: Shell, text: () => string, share: () => number | null = () => null) {
    this.#shell = shell
    this.#text = text
    this.#share = share
    this.#startMs = shell.stopwatch()
    this.#timer = shell.isTerminal ? shell.clock.every(redrawMs, () => this.#draw()) : null
  }

  end(): void {
    this.#timer?.cancel()
    if (this.#isDrawn) this.#shell.draw('\r\x1b[K')
  }

  #draw(): void {
    const tookMs = this.#shell.stopwatch() - this.#startMs
    if (tookMs < patienceMs) return
    this.#isDrawn = true
    this.#shell.draw(`\r\x1b[K${progressLine(this.#text(), tookMs, this.#share())}`)
  }
}

export function progressLine(text: string, tookMs: number, share: number | null): string {
  const seconds = `${Math.floor(tookMs / 1000)} s`
  if (share === null) return `${text} … ${seconds}`
  const done = Math.round(Math.min(1, Math.max(0, share)) * barColumns)
  const bar = '█'.repeat(done) + '░'.repeat(barColumns - done)
  return `${bar} ${`${Math.floor(share * 100)}`.padStart(3)} %  ${text} … ${seconds}`
}
