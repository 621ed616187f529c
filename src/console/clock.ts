/** Time in the browser: the one place of the console that asks for it. */

export function nowMs(): number {
  return Date.now()
}

/** Answers what stops it. */
export function after(ms: number, run: () => void): () => void {
  const timer = setTimeout(run, ms)
  return () => clearTimeout(timer)
}

export function every(ms: number, run: () => void): () => void {
  const timer = setInterval(run, ms)
  return () => clearInterval(timer)
}

/** Once before the browser draws next, however often it is asked until then; late while the page is hidden. */
export function beforeNextFrame(run: () => void): () => void {
  let isAsked = false
  return () => {
    if (isAsked) return
    isAsked = true
    requestAnimationFrame(() => {
      isAsked = false
      run()
    })
  }
}
