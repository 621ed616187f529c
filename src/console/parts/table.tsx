/**
 * A table of any length: only the rows in sight are drawn. Rows are of one height; columns that a narrow table has no
 * room for are left out, least important first, by `from`.
 */
import { useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks'
import { type Direction, sorted } from '../logic/filter.ts'
import { scrollTo, visibleRows } from '../logic/visible.ts'

export interface Column<T> {
  readonly title: string
  readonly cell: (row: T) => ComponentChildren
  /** Of the grid: `minmax(8rem, 1fr)`, `6rem`. */
  readonly width: string
  readonly isNumber?: boolean
  /** Shown only in a table of so many rem. */
  readonly from?: number
  /** Makes the column one to sort by. */
  readonly by?: (row: T) => string | number
}

export interface TableProps<T> {
  readonly label: string
  readonly rows: readonly T[]
  readonly columns: readonly Column<T>[]
  readonly keyOf: (row: T) => string | number
  readonly onOpen?: (row: T) => void
  readonly selected?: string | number | undefined
  /** Where there is no row. */
  readonly empty: ComponentChildren
  /** The most of the window that it takes. */
  readonly heightMax?: string
  /** Called with whether the top row is in sight. */
  readonly onScroll?: ((isAtTop: boolean) => void) | undefined
}

interface Sorting {
  readonly column: string
  readonly direction: Direction
}

export function Table<T>(props: TableProps<T>) {
  const { label, columns, keyOf, empty, heightMax = 'max(20rem, calc(100dvh - 16rem))' } = props
  const sorting = useSignal<Sorting | null>(null)
  const scroll = useRef<HTMLDivElement>(null)
  const view = useView(scroll, props.rows.length === 0)
  const rows = useSorted(props, sorting.value)
  const { first, end } = visibleRows({ ...view.value, count: rows.length })
  const shown = columns.filter(({ from = 0 }) => view.value.widthRem >= from)
  const template = { gridTemplateColumns: shown.map(({ width }) => width).join(' ') }
  if (rows.length === 0) return <div class="table">{empty}</div>
  const chosen = rows.findIndex((row) => keyOf(row) === props.selected)
  const move = (event: KeyboardEvent) =>
    moveSelection(event, props, rows, chosen, scroll.current!, view.value.rowHeight)
  return (
    <div class="table" role="table" aria-label={label} aria-rowcount={rows.length + 1}>
      <div role="rowgroup">
        <div class="line heads" role="row" aria-rowindex={1} style={template}>
          {shown.map((column) => (
            <Head key={column.title} column={column} sorting={sorting.value} onSort={(to) => (sorting.value = to)} />
          ))}
        </div>
      </div>
      <div
        ref={scroll}
        class="scroll"
        role="rowgroup"
        aria-label={label}
        tabIndex={0}
        style={{ maxHeight: heightMax }}
        onScroll={(event) => {
          const { scrollTop } = event.currentTarget
          view.value = { ...view.value, scrollTop }
          props.onScroll?.(scrollTop < view.value.rowHeight)
        }}
        onKeyDown={move}
      >
        <div class="rows" role="presentation" style={{ height: `${rows.length * view.value.rowHeight}px` }}>
          {rows.slice(first, end).map((row, at) => (
            <Row
              key={keyOf(row)}
              row={row}
              index={first + at}
              isLast={first + at === rows.length - 1}
              columns={shown}
              style={{ ...template, top: `${(first + at) * view.value.rowHeight}px` }}
              isSelected={first + at === chosen}
              onOpen={props.onOpen}
            />
          ))}
        </div>
      </div>
    </div>
  )
}

function useSorted<T>({ rows, columns }: TableProps<T>, sorting: Sorting | null): readonly T[] {
  const last = useRef<{ rows: readonly T[]; sorting: Sorting | null; result: readonly T[] } | null>(null)
  if (last.current?.rows === rows && last.current.sorting === sorting) return last.current.result
  const by = columns.find(({ title }) => title === sorting?.column)?.by
  const result = sorting === null || by === undefined ? rows : sorted(rows, by, sorting.direction)
  last.current = { rows, sorting, result }
  return result
}

interface View {
  readonly scrollTop: number
  readonly height: number
  readonly rowHeight: number
  readonly widthRem: number
}

const rowRem = 2.5

/** How much of the list is in sight; kept up to date as the window changes. */
function useView(scroll: { current: HTMLDivElement | null }, isEmpty: boolean) {
  const view = useSignal<View>({ scrollTop: 0, height: 800, rowHeight: rowRem * 16, widthRem: 60 })
  useLayoutEffect(() => {
    const element = scroll.current
    if (element === null) return
    const measure = () => {
      const rem = Number.parseFloat(getComputedStyle(document.documentElement).fontSize)
      const maxHeight = Number.parseFloat(getComputedStyle(element).maxHeight)
      const { scrollTop, clientWidth } = element
      view.value = { scrollTop, height: maxHeight || innerHeight, rowHeight: rowRem * rem, widthRem: clientWidth / rem }
    }
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    measure()
    return () => observer.disconnect()
  }, [isEmpty])
  return view
}

interface HeadProps<T> {
  readonly column: Column<T>
  readonly sorting: Sorting | null
  readonly onSort: (to: Sorting | null) => void
}

function Head<T>({ column: { title, isNumber, by }, sorting, onSort }: HeadProps<T>) {
  const direction = sorting?.column === title ? sorting.direction : null
  // Of numbers the largest are sought, of names the first.
  const first: Direction = isNumber === true ? 'descending' : 'ascending'
  const second: Direction = isNumber === true ? 'ascending' : 'descending'
  const next = direction === null ? first : direction === first ? second : null
  const sort = () => onSort(next === null ? null : { column: title, direction: next })
  return (
    <div role="columnheader" class={`cell ${isNumber === true ? 'end' : ''}`} aria-sort={direction ?? undefined}>
      {by === undefined ? (
        title
      ) : (
        <button type="button" onClick={sort}>
          {title}
        </button>
      )}
    </div>
  )
}

interface RowProps<T> {
  readonly row: T
  readonly index: number
  readonly isLast: boolean
  readonly columns: readonly Column<T>[]
  readonly style: Readonly<Record<string, string>>
  readonly isSelected: boolean
  readonly onOpen: ((row: T) => void) | undefined
}

function Row<T>({ row, index, isLast, columns, style, isSelected, onOpen }: RowProps<T>) {
  const open = (event: MouseEvent) => {
    const isOther = (event.target as Element).closest('a, button, input') !== null
    if (!isOther && getSelection()?.toString() === '') onOpen?.(row)
  }
  return (
    // Keys are heard by the list itself: arrows move the selection.
    <div
      class={`line ${onOpen === undefined ? '' : 'opens'} ${isLast ? 'last' : ''}`}
      role="row"
      aria-rowindex={index + 2}
      aria-current={isSelected ? 'true' : undefined}
      style={style}
      onClick={open}
    >
      {columns.map(({ title, cell, isNumber }) => (
        <div key={title} role="cell" class={`cell ${isNumber === true ? 'end number' : ''}`}>
          {cell(row)}
        </div>
      ))}
    </div>
  )
}

/** Arrows go from row to row, where rows can be opened. */
function moveSelection<T>(
  event: KeyboardEvent,
  { onOpen }: TableProps<T>,
  rows: readonly T[],
  chosen: number,
  element: HTMLElement,
  rowHeight: number,
): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
  if (onOpen === undefined || step === undefined || event.target !== element) return
  const next = Math.max(0, Math.min(rows.length - 1, chosen + step))
  event.preventDefault()
  onOpen(rows[next]!)
  const { scrollTop, clientHeight: height } = element
  element.scrollTop = scrollTo(next, { scrollTop, height, rowHeight, count: rows.length })
}

/** Runs when Escape is pressed anywhere outside of a dialog or a field. */
export function useEscape(run: (() => void) | null): void {
  useEffect(() => {
    if (run === null) return
    const listen = (event: KeyboardEvent) => {
      const isElsewhere = (event.target as Element).closest('dialog, input, textarea, select') !== null
      if (event.key === 'Escape' && !isElsewhere) run()
    }
    addEventListener('keydown', listen)
    return () => removeEventListener('keydown', listen)
  }, [run])
}
