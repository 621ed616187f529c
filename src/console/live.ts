/** What pages show, kept up to date: asked for again and again while someone looks. */
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { answerTo, ApiError, ask } from './api.ts'
import { after, nowMs } from './clock.ts'
import { Lines } from './logic/lines.ts'

export interface Live<T> {
  /** The last answer; stays while the next is awaited. */
  readonly data: T | undefined
  readonly error: ApiError | null
  readonly refresh: () => void
}

/** Null: nothing is asked. A slow answer is never overtaken by the next question, and a hidden page asks nothing. */
export function useLive<T>(path: string | null, everyMs = 2000): Live<T> {
  const answer = useSignal<{ path: string | null; data?: T; error?: ApiError | null }>({ path })
  const asked = useSignal(0)
  useEffect(() => {
    if (path === null) return
    const gone = new AbortController()
    let cancel = () => {}
    const poll = async () => {
      const startMs = nowMs()
      if (!document.hidden) await once()
      // Answers that take long to make are asked for less often.
      if (!gone.signal.aborted) cancel = after(Math.max(everyMs, 4 * (nowMs() - startMs)), poll)
    }
    const once = async () => {
      try {
        const data = await ask<T>(path, { signal: gone.signal })
        if (!gone.signal.aborted) answer.value = { path, data, error: null }
      } catch (error) {
        if (gone.signal.aborted) return
        const last = answer.value.path === path ? answer.value : { path }
        answer.value = { ...last, error: asApiError(error) }
      }
    }
    const seen = () => {
      if (document.hidden) return
      cancel()
      void poll()
    }
    document.addEventListener('visibilitychange', seen)
    void poll()
    return () => {
      gone.abort()
      cancel()
      document.removeEventListener('visibilitychange', seen)
    }
  }, [path, everyMs, asked.value])
  const { data, error = null } = answer.value.path === path ? answer.value : {}
  return { data, error, refresh: () => asked.value++ }
}

export function asApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error
  return new ApiError(0, 'fault', error instanceof Error ? error.message : `${error}`, null)
}

/** Follows newline-delimited JSON until the signal aborts or it ends; calls back with all that came at once. */
export async function follow(
  path: string,
  signal: AbortSignal,
  on: (lines: readonly unknown[]) => void,
): Promise<void> {
  const response = await answerTo(path, { signal, headers: { accept: 'application/x-ndjson' } })
  const lines = new Lines()
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
  try {
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      const items = lines.push(read.value).map((line): unknown => JSON.parse(line))
      if (items.length > 0) on(items)
    }
  } catch (error) {
    if (!signal.aborted) throw error
  }
}
