/**
 * Lets all contestants answer one question in turns: A B C A B C …, never all of A before all of B, because a machine's
 * speed drifts. Figures are medians; a ratio is made within each round, then its median is taken.
 */
import type { Column, Table } from './table.ts'

/** What one turn measured, by column. */
export type Figures<Key extends string> = Readonly<Record<Key, number>>

export interface Measure<Key extends string> {
  readonly title: string
  readonly columns: readonly MeasureColumn<Key>[]
}

export interface MeasureColumn<Key extends string> {
  readonly key: Key
  readonly title: string
  readonly show: (value: number) => string
  /** A second column compares with the reference in the same round. */
  readonly isCompared?: boolean
}

export interface Turn<Key extends string> {
  readonly name: string
  measure(round: number): Promise<Figures<Key>>
}

/** Who is 1.00. */
export const reference = 'kfake'

export async function inTurns<Key extends string>(
  { title, columns }: Measure<Key>,
  turns: readonly Turn<Key>[],
  rounds: number,
): Promise<Table> {
  const taken = new Map<string, Figures<Key>[]>(turns.map(({ name }) => [name, []]))
  for (let round = 0; round < rounds; round++) {
    for (const turn of turns) taken.get(turn.name)!.push(await turn.measure(round))
  }
  const compared = taken.get(reference)
  const cells = (own: readonly Figures<Key>[], { key, show, isCompared }: MeasureColumn<Key>) => {
    const figure = show(median(own.map((figures) => figures[key])))
    if (isCompared !== true || compared === undefined) return [figure]
    const ratio = median(own.map((figures, round) => figures[key] / compared[round]![key]))
    return [figure, ratio.toFixed(2)]
  }
  const heads = columns.flatMap((column): Column[] => {
    const ratio = { title: `× ${reference}`, isNumber: true }
    const own = { title: column.title, isNumber: true }
    return column.isCompared === true && compared !== undefined ? [own, ratio] : [own]
  })
  return {
    title,
    columns: [{ title: 'broker', isNumber: false }, ...heads],
    rows: turns.map(({ name }) => [name, ...columns.flatMap((column) => cells(taken.get(name)!, column))]),
  }
}

export function median(values: readonly number[]): number {
  return percentile(values, 0.5)
}

/** The nearest rank. */
export function percentile(values: readonly number[], share: number): number {
  const ascending = values.toSorted((a, b) => a - b)
  return ascending[Math.min(ascending.length - 1, Math.floor(ascending.length * share))] ?? Number.NaN
}
