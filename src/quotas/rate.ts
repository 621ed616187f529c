/**
 * How fast something goes, measured as Apache Kafka does for its quotas, and how long to wait until it is slow enough.
 * Both are told the time.
 */

/** Over how long is measured. */
export interface Windows {
  /** quota.window.num: whole windows, and the one under way. */
  readonly count: number
  /** quota.window.size.seconds */
  readonly sizeMs: number
}

interface Sample {
  startMs: number
  lastMs: number
  sum: number
}

/** A sum over the last windows, by the second. A burst weighs on it until its window has passed. */
export class Rate {
  /** In no order; one more than there are windows, since the oldest overlaps them. */
  readonly #samples: Sample[] = []
  readonly #windows: Windows
  #current = 0

  constructor(windows: Windows) {
    this.#windows = windows
  }

  record(value: number, nowMs: number): void {
    let sample = this.#samples[this.#current]
    if (sample === undefined || nowMs - sample.startMs >= this.#windows.sizeMs) sample = this.#advance(nowMs)
    sample.sum += value
    sample.lastMs = nowMs
  }

  /** How long to wait until the rate is no more than this, if nothing is added meanwhile; 0 while it is. */
  throttleMs(limitPerSecond: number, nowMs: number): number {
    const spanMs = this.#spanMs(nowMs)
    const perSecond = (this.#samples.reduce((sum, one) => sum + one.sum, 0) * 1_000) / spanMs
    if (perSecond <= limitPerSecond) return 0
    return Math.round(((perSecond - limitPerSecond) / limitPerSecond) * spanMs)
  }

  #advance(nowMs: number): Sample {
    if (this.#samples.length > 0) this.#current = (this.#current + 1) % (this.#windows.count + 1)
    const fresh = { startMs: nowMs, lastMs: nowMs, sum: 0 }
    this.#samples[this.#current] = fresh
    return fresh
  }

  /** At least all windows but the one under way, lest a first burst look like a high rate. */
  #spanMs(nowMs: number): number {
    const { count, sizeMs } = this.#windows
    for (const sample of this.#samples) {
      if (nowMs - sample.lastMs >= count * sizeMs) Object.assign(sample, { startMs: nowMs, lastMs: nowMs, sum: 0 })
    }
    const elapsedMs = nowMs - Math.min(nowMs, ...this.#samples.map(({ startMs }) => startMs))
    const missing = Math.max(0, count - 1 - Math.floor(elapsedMs / sizeMs))
    return Math.max(1, elapsedMs + missing * sizeMs)
  }
}

/** Tokens that come at a steady rate up to a burst, for what comes at once and then seldom (KIP-599). */
export class TokenBucket {
  readonly #windows: Windows
  #tokens = 0
  #lastMs = 0

  constructor(windows: Windows) {
    this.#windows = windows
  }

  record(count: number, limitPerSecond: number, nowMs: number): void {
    this.#refill(limitPerSecond, nowMs)
    this.#tokens = Math.min(this.#burst(limitPerSecond), this.#tokens - count)
  }

  /** How long until nothing is owed. */
  throttleMs(limitPerSecond: number, nowMs: number): number {
    this.#refill(limitPerSecond, nowMs)
    return this.#tokens >= 0 ? 0 : Math.round((-this.#tokens / limitPerSecond) * 1_000)
  }

  #refill(limitPerSecond: number, nowMs: number): void {
    const come = (limitPerSecond * (nowMs - this.#lastMs)) / 1_000
    this.#tokens = Math.min(this.#burst(limitPerSecond), this.#tokens + come)
    this.#lastMs = nowMs
  }

  #burst(limitPerSecond: number): number {
    return (this.#windows.count * this.#windows.sizeMs * limitPerSecond) / 1_000
  }
}
