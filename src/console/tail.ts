/**
 * A list that grows at its top as things happen. However many come, it is drawn at most ten times a second; while it is
 * paused, or held because someone reads further down, what comes waits, and the oldest beyond the limit goes.
 */
import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import type { ApiError } from './api.ts'
import { after, nowMs } from './clock.ts'
import { asApiError, follow } from './live.ts'
import { Kept, type KeptOptions } from './logic/kept.ts'

export interface TailOptions<T> extends KeptOptions<T> {
  /** Another list is begun when this changes. */
  readonly key: string
  /** What is there already, oldest first. */
  readonly first: (gone: AbortSignal) => Promise<readonly T[]>
  /** What comes, as newline-delimited JSON; null: nothing does. */
  readonly tail: string | null
  /** What is in a line of it; null: nothing that is shown. */
  readonly itemOf: (line: unknown) => T | null
}

export interface Tail<T> {
  /** Newest first. */
  readonly items: readonly T[]
  readonly error: ApiError | null
  readonly isPaused: boolean
  /** Of those that wait until the list goes on. */
  readonly waiting: number
  /** What the server left out, because this reader is too slow. */
  readonly missed: number
  readonly perSecond: number | null
  /** What was there already is here. */
  readonly isLoaded: boolean
  readonly toggle: () => void
  /** Told whether the top of the list is in sight. */
  readonly hold: (isAtTop: boolean) => void
  /** More that is newer. */
  readonly add: (items: readonly T[]) => void
}

const drawEveryMs = 100
const againMs = 1000

interface Shown<T> {
  readonly items: readonly T[]
  readonly error: ApiError | null
  readonly waiting: number
  readonly missed: number
  readonly perSecond: number | null
  readonly isLoaded: boolean
}

const nothing = { items: [], error: null, waiting: 0, missed: 0, perSecond: null, isLoaded: false }

export function useTail<T>(options: TailOptions<T>): Tail<T> {
  const shown = useSignal<Shown<T>>(nothing)
  const isPaused = useSignal(false)
  const isHeld = useSignal(false)
  const kept = useRef<Kept<T> | null>(null)
  const show = (change: Partial<Shown<T>>) => {
    shown.value = { ...shown.value, ...change }
  }
  const draw = () => {
    const { current } = kept
    if (current === null) return
    const stands = isPaused.value || isHeld.value
    show(stands ? { waiting: current.fresh } : { items: current.take(), waiting: 0 })
  }
  useEffect(() => {
    shown.value = nothing
    return begin(options, (of) => {
      kept.current = of.kept
      show({ error: of.error, missed: of.missed, perSecond: of.kept.perSecond(nowMs()), isLoaded: true })
      draw()
    })
  }, [options.key, options.tail])
  return {
    ...shown.value,
    isPaused: isPaused.value,
    toggle: () => {
      isPaused.value = !isPaused.value
      draw()
    },
    hold: (isAtTop) => {
      isHeld.value = !isAtTop
      if (isAtTop) draw()
    },
    add: (items) => {
      kept.current?.add(items)
      draw()
    },
  }
}

interface Gathered<T> {
  readonly kept: Kept<T>
  missed: number
  error: ApiError | null
}

/** Tells what there is now and then, and answers what ends it. */
function begin<T>(options: TailOptions<T>, tell: (gathered: Gathered<T>) => void): () => void {
  const gathered: Gathered<T> = { kept: new Kept(options, nowMs()), missed: 0, error: null }
  const gone = new AbortController()
  let cancel: (() => void) | null = null
  const soon = () => {
    cancel ??= after(drawEveryMs, () => {
      cancel = null
      tell(gathered)
    })
  }
  void run(options, gathered, gone.signal, soon)
  return () => {
    gone.abort()
    cancel?.()
  }
}

/** What is there, then what comes; after a break, again. */
async function run<T>(
  { first, tail, itemOf }: TailOptions<T>,
  gathered: Gathered<T>,
  gone: AbortSignal,
  changed: () => void,
): Promise<void> {
  while (!gone.aborted) {
    try {
      gathered.kept.add(await first(gone))
      gathered.error = null
      changed()
      if (tail === null) return
      await follow(tail, gone, (lines) => {
        gathered.kept.add(lines.map(itemOf).filter((item) => item !== null))
        gathered.missed += lines.reduce<number>((sum, line) => sum + droppedIn(line), 0)
        changed()
      })
    } catch (error) {
      if (gone.aborted) return
      const problem = asApiError(error)
      // That Blink is not there, the shell says.
      gathered.error = problem.code === 'unreachable' ? null : problem
      changed()
      if (problem.status >= 400 && problem.status < 500) return
    }
    await new Promise<void>((resolve) => after(againMs, resolve))
  }
}

/** Between the items, a line may say how many were left out: `{ "dropped": 12 }`. */
function droppedIn(line: unknown): number {
  const { dropped } = line as { readonly dropped?: unknown }
  return typeof dropped === 'number' ? dropped : 0
}
