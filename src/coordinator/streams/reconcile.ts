/**
 * A member's next step towards its target: it gives up the tasks that it shall not have, and gets those that it shall
 * have and that nobody else has any more (KIP-1071). Two members of one process never have the same task, in whatever
 * way: its state is stored once.
 */
import { FENCED_MEMBER_EPOCH, type KafkaError } from '../../protocol/errors.ts'
import { awayEpoch } from '../consumer/consumer-member.ts'
import { type Held, heldSince, type Target } from '../consumer/partitions.ts'
import type { StreamsMember } from './streams-member.ts'
import {
  eachKind,
  grouped,
  type HeldTasks,
  holdsAllTasks,
  holdsAnyTask,
  mergedTasks,
  noHeldTasks,
  type Place,
  places,
  type TargetTasks,
  type TaskKind,
  taskKinds,
} from './tasks.ts'

export interface Aim {
  readonly epoch: number
  readonly target: TargetTasks
  /** What the member says it has; null: it did not say. */
  readonly owned: TargetTasks | null
  /** All that are in the group. */
  readonly members: Iterable<StreamsMember>
}

export function reconciled(member: StreamsMember, aim: Aim): StreamsMember {
  if (member.reconciling === 'stable' && member.epoch === aim.epoch) return member
  if (member.reconciling === 'unrevoked' && stillOwns(member.revoking, aim)) return member
  const { kept, revoked, turned, gained, mustWait } = sharesOf(member, aim)
  if (taskKinds.some((kind) => revoked[kind].size > 0) && stillOwns(revoked, aim)) {
    const { epoch } = member
    const assigned = withGained(kept, turned, epoch)
    return { ...member, reconciling: 'unrevoked', previousEpoch: epoch, assigned, revoking: revoked }
  }
  const assigned = withGained(kept, gained, aim.epoch)
  const reconciling = mustWait ? 'unreleased' : 'stable'
  return { ...member, reconciling, epoch: aim.epoch, previousEpoch: member.epoch, assigned, revoking: noHeldTasks }
}

/** Who does not say what it has, has it still. */
function stillOwns(tasks: HeldTasks, { owned }: Aim): boolean {
  return owned === null || holdsAnyTask(tasks, owned)
}

interface Shares {
  readonly kept: HeldTasks
  readonly revoked: HeldTasks
  /** Active ones that it is to keep warm from now on: its state is there, so it gets them at once. */
  readonly turned: TargetTasks
  /** With those. */
  readonly gained: TargetTasks
  /** Some of its target is someone else's still. */
  readonly mustWait: boolean
}

function sharesOf(member: StreamsMember, { target, members }: Aim): Shares {
  const { assigned } = member
  const isTaken = takenBy(member, members)
  const missing = eachKind((kind) => places(target[kind]).filter((place) => !has(assigned[kind], place)))
  const free = eachKind((kind) => missing[kind].filter((place) => !isTaken(kind, place)))
  const gained = eachKind((kind) => grouped(free[kind]))
  const isTarget = (kind: TaskKind, place: Place) => has(target[kind], place)
  // What it kept warm and is to be active becomes so without being given up before; until it can, it is kept warm.
  const isToTurn = (kind: TaskKind, place: Place) => kind !== 'active' && isTarget('active', place)
  const stays = (kind: TaskKind, place: Place) =>
    isTarget(kind, place) || (isToTurn(kind, place) && !has(gained.active, place))
  const goes = (kind: TaskKind, place: Place) => !isTarget(kind, place) && !isToTurn(kind, place)
  return {
    kept: eachKind((kind) => filtered(assigned[kind], (place) => stays(kind, place))),
    revoked: eachKind((kind) => filtered(assigned[kind], (place) => goes(kind, place))),
    turned: eachKind((kind) => grouped(free[kind].filter((place) => has(assigned.active, place)))),
    gained,
    mustWait: taskKinds.some((kind) => free[kind].length < missing[kind].length),
  }
}

/**
 * Whether a task cannot be had yet: an active one that anyone has as such, any that another member of the process has
 * in whatever way, and what the member itself was about to give up.
 */
function takenBy(member: StreamsMember, members: Iterable<StreamsMember>) {
  const active = new Set(places(member.revoking.active).map(String))
  const shared = new Set<string>()
  for (const { id, processId, assigned, revoking } of members) {
    if (id === member.id) continue
    for (const held of [assigned, revoking]) {
      for (const place of places(held.active)) active.add(`${place}`)
      if (processId !== member.processId) continue
      for (const kind of taskKinds) for (const place of places(held[kind])) shared.add(`${place}`)
    }
  }
  return (kind: TaskKind, place: Place) =>
    shared.has(`${place}`) || has(member.revoking[kind], place) || (kind === 'active' && active.has(`${place}`))
}

function has(tasks: Target | Held, [subtopologyId, partition]: Place): boolean {
  return tasks.get(subtopologyId)?.has(partition) === true
}

function filtered(held: Held, isMeant: (place: Place) => boolean): Held {
  const left = [...held].map(([subtopologyId, partitions]) => {
    const meant = [...partitions].filter(([partition]) => isMeant([subtopologyId, partition]))
    return [subtopologyId, new Map(meant)] as const
  })
  return new Map(left.filter(([, partitions]) => partitions.size > 0))
}

function withGained(kept: HeldTasks, gained: TargetTasks, epoch: number): HeldTasks {
  return mergedTasks(
    kept,
    eachKind((kind) => heldSince(gained[kind], epoch)),
  )
}

/** Why a member may not go on in this epoch, or null: it is to give up everything, and join again. */
export function epochRefusal(member: StreamsMember, epoch: number, owned: TargetTasks | null): KafkaError | null {
  if (epoch === member.epoch) return null
  // It has missed the answer that took it further, and has no more than it was given.
  const hasMissedAnswer = epoch === member.previousEpoch && owned !== null && holdsAllTasks(member.assigned, owned)
  if (epoch < member.epoch && hasMissedAnswer) return null
  return FENCED_MEMBER_EPOCH.because(
    `The member says epoch ${epoch}, the group knows ${member.epoch}: give up all tasks and join again.`,
  )
}

/** A static member that will be back: it keeps what it has, for as long as its session lasts. */
export function away(member: StreamsMember): StreamsMember {
  const { assigned } = member
  const sinceZero = (held: Held): Held =>
    new Map([...held].map(([id, all]) => [id, new Map([...all.keys()].map((one) => [one, 0]))]))
  return { ...member, epoch: awayEpoch, assigned: eachKind((kind) => sinceZero(assigned[kind])), revoking: noHeldTasks }
}
