/** Short words on what was done, or why it was not. */
import { signal } from '@preact/signals'
import { after } from '../clock.ts'

interface Toast {
  readonly id: number
  readonly text: string
  readonly kind: 'good' | 'bad'
}

const toasts = signal<readonly Toast[]>([])
const shownMs = 6000
let lastId = 0

/** What went wrong stays until it is dismissed. */
export function say(text: string, kind: Toast['kind'] = 'good'): void {
  const id = ++lastId
  toasts.value = [...toasts.value.filter((toast) => toast.text !== text), { id, text, kind }]
  if (kind === 'good') after(shownMs, () => dismiss(id))
}

function dismiss(id: number): void {
  toasts.value = toasts.value.filter((toast) => toast.id !== id)
}

export function Toasts() {
  return (
    <div class="toasts" role="status" aria-live="polite">
      {toasts.value.map(({ id, text, kind }) => (
        <div key={id} class={`toast ${kind}`}>
          <span>{text}</span>
          <button type="button" class="button quiet" aria-label={`Dismiss: ${text}`} onClick={() => dismiss(id)}>
            ✕
          </button>
        </div>
      ))}
    </div>
  )
}
