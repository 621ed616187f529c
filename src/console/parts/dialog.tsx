/** Questions that stand before everything else, in the browser's own dialog: it keeps the focus, Escape closes it. */
import { signal, useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { useEffect, useId, useRef } from 'preact/hooks'
import type { ApiError } from '../api.ts'
import { asApiError } from '../live.ts'
import { Button, Input } from './controls.tsx'
import { Problem } from './showing.tsx'

interface DialogProps {
  readonly title: string
  readonly children: ComponentChildren
  readonly confirm: string
  readonly isDanger?: boolean
  readonly isReady?: boolean
  /** The dialog closes when it is done, and stays, with the reason, when it throws. */
  readonly onConfirm: () => unknown
  readonly onClose: () => void
}

export function Dialog({
  title,
  children,
  confirm,
  isDanger = false,
  isReady = true,
  onConfirm,
  onClose,
}: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null)
  const id = useId()
  const error = useSignal<ApiError | null>(null)
  const isBusy = useSignal(false)
  useEffect(() => ref.current?.showModal(), [])
  const submit = async (event: Event) => {
    event.preventDefault()
    if (!isReady) return
    isBusy.value = true
    try {
      await onConfirm()
      ref.current?.close()
    } catch (thrown) {
      error.value = asApiError(thrown)
    } finally {
      isBusy.value = false
    }
  }
  return (
    <dialog ref={ref} aria-labelledby={id} onClose={onClose}>
      <form onSubmit={submit}>
        <h2 id={id}>{title}</h2>
        {children}
        {error.value === null ? null : <Problem error={error.value} />}
        <div class="row end">
          <Button onPress={() => ref.current?.close()}>Cancel</Button>
          <Button type="submit" kind={isDanger ? 'danger primary' : 'primary'} isDisabled={!isReady || isBusy.value}>
            {confirm}
          </Button>
        </div>
      </form>
    </dialog>
  )
}

interface Confirmation {
  readonly title: string
  readonly text: ComponentChildren
  readonly confirm: string
  /** To be typed before it can be confirmed, for what cannot be undone and is much. */
  readonly typed?: string
  readonly onConfirm: () => unknown
}

const confirmation = signal<Confirmation | null>(null)

/** Asks before something is destroyed. */
export function confirmFirst(question: Confirmation): void {
  confirmation.value = question
}

export function Confirmations() {
  const question = confirmation.value
  return question === null ? null : <Confirming key={question.title} {...question} />
}

function Confirming({ title, text, confirm, typed, onConfirm }: Confirmation) {
  const given = useSignal('')
  const close = () => {
    confirmation.value = null
  }
  const isReady = typed === undefined || given.value === typed
  return (
    <Dialog title={title} confirm={confirm} isDanger isReady={isReady} onConfirm={onConfirm} onClose={close}>
      <p class="soft">{text}</p>
      {typed === undefined ? null : (
        <Input
          value={given.value}
          onValue={(value) => {
            given.value = value
          }}
          aria-label={`Type ${typed} to confirm`}
          placeholder={`Type ${typed} to confirm`}
          autocomplete="off"
        />
      )}
    </Dialog>
  )
}
