/**
 * Who holds a partition, who leads it and who keeps up, and what becomes of that when brokers come and go: the
 * decisions of Kafka's controller, with eligible leader replicas (KIP-966). All replicas share one log, so whoever is
 * there keeps up.
 */
export const noLeader = -1

export interface Replicas {
  /** Ids of brokers, the preferred leader first. */
  readonly replicas: readonly number[]
  /** `noLeader`: none that could lead is there. */
  readonly leader: number
  /** In sync: they have whatever was appended. */
  readonly isr: readonly number[]
  /** Left the ISR when it had fewer than min.insync.replicas, so they have all that acks=all promised. Ascending. */
  readonly elr: readonly number[]
  /** The last leader, while there is none. */
  readonly lastKnownElr: readonly number[]
  /** Of a reassignment under way: among `replicas`, to come in and to go. */
  readonly adding: readonly number[]
  readonly removing: readonly number[]
}

export interface Rules {
  readonly isThere: (brokerId: number) => boolean
  /** min.insync.replicas, and no more than there are replicas. */
  readonly isrMin: number
  /** `any`: a leader that may stay stays; `unclean`: rather one that lacks records than none. */
  readonly election: 'any' | 'preferred' | 'unclean'
}

export type Target = Partial<Pick<Replicas, 'replicas' | 'isr' | 'adding' | 'removing'>>

/** Of a partition that begins; those that are not there yet come in later. */
export function firstReplicas(replicas: readonly number[], isThere: Rules['isThere']): Replicas {
  const isr = replicas.filter(isThere)
  return { replicas, leader: isr[0] ?? noLeader, isr, elr: [], lastKnownElr: [], adding: [], removing: [] }
}

/** What `before` becomes when this much is to be so. */
export function changedReplicas(before: Replicas, asked: Target, rules: Rules): Replicas {
  const target = withReassignmentDone({ ...before, ...asked })
  const elr = target.isr.length >= rules.isrMin ? [] : eligible(before, target)
  const { leader, isClean } = electedLeader({ ...target, elr }, rules)
  const isTaken = !isClean || elr.includes(leader)
  const isr = isTaken ? [leader] : target.isr
  return {
    ...target,
    leader,
    isr,
    elr: isClean ? elr.filter((id) => id !== leader) : [],
    lastKnownElr: leader !== noLeader ? [] : before.leader === noLeader ? before.lastKnownElr : [before.leader],
  }
}

export function withoutBroker(before: Replicas, id: number, rules: Rules): Replicas {
  return changedReplicas(before, { isr: before.isr.filter((one) => one !== id) }, rules)
}

/** It may lead again first, and has caught up then. */
export function withBroker(before: Replicas, id: number, rules: Rules): Replicas {
  const led = changedReplicas(before, {}, rules)
  if (led.leader === noLeader || led.isr.includes(id)) return led
  return changedReplicas(led, { isr: ascending([...led.isr, id]) }, rules)
}

/** The replicas that an assignment comes to, at once where all of them are there; until then it is under way. */
export function reassigned(before: Replicas, wanted: readonly number[], rules: Rules): Replicas {
  const had = before.replicas.filter((id) => !before.adding.includes(id))
  const removing = had.filter((id) => !wanted.includes(id))
  const adding = wanted.filter((id) => !had.includes(id))
  const isr = ascending([...new Set([...before.isr, ...adding.filter(rules.isThere)])])
  const kept = isr.filter((id) => wanted.includes(id) || had.includes(id))
  return changedReplicas(before, { replicas: [...wanted, ...removing], isr: kept, adding, removing }, rules)
}

/** Whether its preferred leader, the first replica, is not the one that leads. */
export function isImbalanced({ replicas, leader }: Replicas): boolean {
  return leader !== replicas[0]
}

function withReassignmentDone(target: Replicas): Replicas {
  const { replicas, isr, adding, removing } = target
  if (adding.length + removing.length === 0) return target
  const left = isr.filter((id) => !removing.includes(id))
  const isDone = left.length > 0 && adding.every((id) => left.includes(id))
  if (!isDone) return target
  return { ...target, replicas: replicas.filter((id) => !removing.includes(id)), isr: left, adding: [], removing: [] }
}

function eligible(before: Replicas, { isr }: Replicas): readonly number[] {
  return ascending([...new Set([...before.elr, ...before.isr])].filter((id) => !isr.includes(id)))
}

function electedLeader(target: Replicas, { isThere, election }: Rules): { leader: number; isClean: boolean } {
  const { replicas, leader, isr, elr, lastKnownElr } = target
  const mayLead = (id: number) => isThere(id) && (isr.length === 0 ? elr : isr).includes(id)
  const clean = [...(election === 'preferred' ? replicas.slice(0, 1) : []), leader, ...replicas].find(mayLead)
  if (clean !== undefined) return { leader: clean, isClean: true }
  const isLost = isr.length === 0 && elr.length === 0
  const last = isLost ? lastKnownElr.find(isThere) : undefined
  const rest = last ?? (election === 'unclean' ? replicas.find(isThere) : undefined)
  return rest === undefined ? { leader: noLeader, isClean: true } : { leader: rest, isClean: false }
}

function ascending(ids: readonly number[]): readonly number[] {
  return [...ids].sort((a, b) => a - b)
}
