/** A table of which one row can be opened beside it: by a press or Enter; Escape and ✕ close it. */
import { useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { useCallback } from 'preact/hooks'
import { Button } from './controls.tsx'
import { Card } from './showing.tsx'
import { Table, type TableProps, useEscape } from './table.tsx'

interface Props<T> extends Omit<TableProps<T>, 'selected' | 'onOpen'> {
  readonly detail: (row: T, onClose: () => void) => ComponentChildren
}

export function TableWithDetail<T>({ detail, ...table }: Props<T>) {
  const chosen = useSignal<T | null>(null)
  const close = useCallback(() => {
    chosen.value = null
  }, [])
  const row = chosen.value
  useEscape(row === null ? null : close)
  return (
    <div class={`with-detail ${row === null ? '' : 'open'}`}>
      <Table
        {...table}
        selected={row === null ? undefined : table.keyOf(row)}
        onOpen={(opened) => {
          chosen.value = opened
        }}
      />
      {row === null ? null : detail(row, close)}
    </div>
  )
}

interface DetailProps {
  /** As it is heard. */
  readonly label: string
  readonly title: string
  readonly actions?: ComponentChildren
  readonly onClose: () => void
  readonly children: ComponentChildren
}

export function Detail({ label, title, actions, onClose, children }: DetailProps) {
  return (
    <aside class="detail" aria-label={label}>
      <Card
        title={title}
        actions={
          <>
            {actions}
            <Button kind="quiet" onPress={onClose} label="Close">
              ✕
            </Button>
          </>
        }
      >
        <div class="stack">{children}</div>
      </Card>
    </aside>
  )
}
