/**
 * The sticky assignor of streams groups (KIP-1071): who has a task keeps it, as far as all members get about equally
 * many; else it goes to who keeps it warm, else to the process that has the least to do for each of its members.
 *
 * Standby tasks go to other processes than the one in which the task is active, each process at most one of a task.
 */
import type { Target } from '../consumer/partitions.ts'
import type { ConfiguredSubtopology } from './configured-topology.ts'
import { grouped, noTasks, type Place, places, type TargetTasks } from './tasks.ts'

/** As Kafka names it. */
export const stickyAssignor = 'sticky'

export interface Worker {
  readonly id: string
  readonly processId: string
  readonly active: Target
  readonly standby: Target
}

class Load {
  readonly id: string
  readonly host: Process
  readonly active: Place[] = []
  readonly standby: Place[] = []

  constructor(id: string, host: Process) {
    this.id = id
    this.host = host
  }
  get count(): number {
    return this.active.length + this.standby.length
  }
}

class Process {
  readonly members: Load[] = []
  /** Tasks of all kinds. */
  readonly has = new Set<string>()

  get count(): number {
    return this.members.reduce((sum, { count }) => sum + count, 0)
  }
  /** Tasks for each of its members. */
  get load(): number {
    return this.count / this.members.length
  }
}

/** How many tasks each may have, so that none has two more than another. */
class Quota {
  #tasks: number
  #members: number
  #each: number

  constructor(tasks: number, members: number) {
    this.#tasks = tasks
    this.#members = members
    this.#each = Math.ceil(tasks / members)
  }
  admits(count: number): boolean {
    return count < this.#each
  }
  /** Once as many as can have one more have it, the others have to do without. */
  took(count: number): void {
    if (count < this.#each) return
    this.#tasks -= count
    this.#members--
    if (this.#members > 0) this.#each = Math.ceil(this.#tasks / this.#members)
  }
}

export function assign(
  workers: readonly Worker[],
  subtopologies: readonly ConfiguredSubtopology[],
  standbyReplicas: number,
): ReadonlyMap<string, TargetTasks> {
  const loads = loadsOf(workers)
  if (loads.length === 0) return new Map()
  const before = { active: holders(workers, loads, 'active'), standby: holders(workers, loads, 'standby') }
  assignActive(tasksOf(subtopologies), loads, before)
  assignStandby(tasksOf(subtopologies.filter(({ isStateful }) => isStateful)), standbyReplicas, loads, before)
  return new Map(
    loads.map(({ id, active, standby }) => [id, { ...noTasks, active: grouped(active), standby: grouped(standby) }]),
  )
}

function loadsOf(workers: readonly Worker[]): readonly Load[] {
  const processes = new Map<string, Process>()
  return workers.map(({ id, processId }) => {
    const host = processes.get(processId) ?? new Process()
    processes.set(processId, host)
    const load = new Load(id, host)
    host.members.push(load)
    return load
  })
}

type Holders = ReadonlyMap<string, readonly Load[]>

function holders(workers: readonly Worker[], loads: readonly Load[], kind: 'active' | 'standby'): Holders {
  const byTask = new Map<string, Load[]>()
  for (const [at, worker] of workers.entries()) {
    for (const place of places(worker[kind])) {
      byTask.set(`${place}`, [...(byTask.get(`${place}`) ?? []), loads[at]!])
    }
  }
  return byTask
}

/** By subtopology, then by partition. */
function tasksOf(subtopologies: readonly ConfiguredSubtopology[]): readonly Place[] {
  return subtopologies.flatMap(({ id, taskCount }) =>
    Array.from({ length: taskCount }, (_, partition): Place => [id, partition]),
  )
}

/** So that a member that has to give up some of its tasks gives up some of each subtopology. */
function byPartition(tasks: readonly Place[]): readonly Place[] {
  return [...tasks].sort(([a, one], [b, other]) => one - other || (a < b ? -1 : a > b ? 1 : 0))
}

interface Before {
  readonly active: Holders
  readonly standby: Holders
}

function assignActive(tasks: readonly Place[], loads: readonly Load[], before: Before): void {
  const quota = new Quota(tasks.length, loads.length)
  const left = new Set(tasks)
  for (const known of [before.active, before.standby]) {
    for (const task of byPartition([...left])) {
      const load = leastLoaded(known.get(`${task}`) ?? [])
      if (load === null || !quota.admits(load.active.length)) continue
      give(load, 'active', task)
      quota.took(load.active.length)
      left.delete(task)
    }
  }
  for (const task of left) give(leastLoaded(loads)!, 'active', task)
}

function assignStandby(tasks: readonly Place[], replicas: number, loads: readonly Load[], before: Before): void {
  const all = loads.reduce((sum, { count }) => sum + count, 0) + tasks.length * replicas
  const each = Math.ceil(all / loads.length)
  for (let replica = 0; replica < replicas; replica++) {
    const left: Place[] = []
    for (const task of byPartition(tasks)) {
      const known = [before.active, before.standby].flatMap((holders) => holders.get(`${task}`) ?? [])
      const load = known.find(({ host, count }) => !host.has.has(`${task}`) && count < each)
      if (load === undefined) left.push(task)
      else give(load, 'standby', task)
    }
    for (const task of left) {
      const load = leastLoaded(loads.filter(({ host }) => !host.has.has(`${task}`)))
      if (load !== null) give(load, 'standby', task)
    }
  }
}

function give(load: Load, kind: 'active' | 'standby', task: Place): void {
  load[kind].push(task)
  load.host.has.add(`${task}`)
}

/** Of the process with the least to do, whoever has the fewest tasks. */
function leastLoaded(loads: readonly Load[]): Load | null {
  return loads.reduce<Load | null>((least, load) => (least === null || compare(load, least) < 0 ? load : least), null)
}

function compare(a: Load, b: Load): number {
  return a.host.load - b.host.load || a.host.count - b.host.count || a.count - b.count
}
