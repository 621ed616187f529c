/** When a streams group is assigned anew, and to what. */
import type { Clock } from '../../base/clock.ts'
import type { GroupConfigs } from '../../configs/group-config.ts'
import { assign } from './sticky-assignor.ts'
import type { StreamsGroup } from './streams-group.ts'
import { noTasks } from './tasks.ts'

const standbyReplicas = 'streams.num.standby.replicas'

/** Those on which assignments depend, in a form to be compared. */
export function assignmentConfigs(groupId: string, configs: GroupConfigs): string {
  return configs.get(groupId, standbyReplicas)
}

/** Works targets out, where the group epoch is ahead of them and nothing delays it. */
export function retarget(group: StreamsGroup, { clock, configs }: { clock: Clock; configs: GroupConfigs }): void {
  if (group.targetEpoch >= group.epoch || group.initialDelay !== null) return
  const nowMs = clock.now()
  const intervalMs = configs.number(group.id, 'streams.assignment.interval.ms')
  if (group.targetAtMs !== null && nowMs < group.targetAtMs + intervalMs) return
  const { members, configured } = group
  const workers = [...members.values()].map(({ id, processId, assigned }) => ({
    id,
    processId,
    active: new Map([...assigned.active].map(([subtopology, tasks]) => [subtopology, new Set(tasks.keys())])),
    standby: new Map([...assigned.standby].map(([subtopology, tasks]) => [subtopology, new Set(tasks.keys())])),
  }))
  const shares = assign(workers, configured?.subtopologies ?? [], configs.number(group.id, standbyReplicas))
  group.targets = new Map([...members.keys()].map((id) => [id, shares.get(id) ?? noTasks]))
  group.targetEpoch = group.epoch
  group.targetAtMs = nowMs
}
