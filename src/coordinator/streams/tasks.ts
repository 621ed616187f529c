/**
 * Tasks of a streams group, by subtopology and partition: those that a member is to have, and those that it has. A task
 * is active in one member, and kept warm by others: in standby, or to warm up for it.
 */
import { epochIn, type Held, mergedHeld, sameHeld, type Target } from '../consumer/partitions.ts'

export const taskKinds = ['active', 'standby', 'warmup'] as const
export type TaskKind = (typeof taskKinds)[number]

export type TargetTasks = Readonly<Record<TaskKind, Target>>
/** With the member epoch since which it has each. */
export type HeldTasks = Readonly<Record<TaskKind, Held>>

export function eachKind<T>(make: (kind: TaskKind) => T): Readonly<Record<TaskKind, T>> {
  return { active: make('active'), standby: make('standby'), warmup: make('warmup') }
}

export const noTasks: TargetTasks = eachKind(() => new Map())
export const noHeldTasks: HeldTasks = eachKind(() => new Map())

export function sameTasks(a: HeldTasks, b: HeldTasks): boolean {
  return taskKinds.every((kind) => sameHeld(a[kind], b[kind]))
}

export function mergedTasks(a: HeldTasks, b: HeldTasks): HeldTasks {
  return eachKind((kind) => mergedHeld(a[kind], b[kind]))
}

/** Whether all of these are held. */
export function holdsAllTasks(held: HeldTasks, asked: TargetTasks): boolean {
  return taskKinds.every((kind) => places(asked[kind]).every((place) => epochIn(held[kind], ...place) !== undefined))
}

/** Whether any of these is held. */
export function holdsAnyTask(held: HeldTasks, asked: TargetTasks): boolean {
  return taskKinds.some((kind) => places(asked[kind]).some((place) => epochIn(held[kind], ...place) !== undefined))
}

export type Place = readonly [subtopologyId: string, partition: number]

export function places(tasks: Target | Held): Place[] {
  return [...tasks].flatMap(([subtopologyId, partitions]) =>
    [...partitions.keys()].map((partition): Place => [subtopologyId, partition]),
  )
}

/** As messages list them, in order. */
export function listed(tasks: Target | Held): { subtopologyId: string; partitions: number[] }[] {
  return [...tasks]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([subtopologyId, partitions]) => ({ subtopologyId, partitions: [...partitions.keys()].sort((a, b) => a - b) }))
}

export function targetOf(list: readonly { subtopologyId: string; partitions: readonly number[] }[]): Target {
  const target = new Map<string, Set<number>>()
  for (const { subtopologyId, partitions } of list) {
    target.set(subtopologyId, new Set([...(target.get(subtopologyId) ?? []), ...partitions]))
  }
  return target
}

export function grouped(all: readonly Place[]): Target {
  return targetOf(all.map(([subtopologyId, partition]) => ({ subtopologyId, partitions: [partition] })))
}
