/** What stories of streams groups begin with: a group without delays, and how members join and stay. */
import { describeConfigs } from '../../../../src/protocol/messages/describe-configs.ts'
import { streamsGroupHeartbeat } from '../../../../src/protocol/messages/streams-group-heartbeat.ts'
import type { Telling } from '../telling.ts'
import { configured } from './share-readers.ts'
import { atOnce, type Beat, beating, joining, type Subtopology } from '../../../support/streams-requests.ts'

/** What a member says that it has, of one subtopology. */
export function owning(active: number[], standby: number[] = [], subtopologyId = '0') {
  const tasks = (partitions: number[]) => (partitions.length === 0 ? [] : [{ subtopologyId, partitions }])
  return { activeTasks: tasks(active), standbyTasks: tasks(standby), warmupTasks: [] }
}

/** A new group that assigns at once whenever there is reason to. */
export async function eager(told: Telling, configs: Record<string, string> = {}): Promise<string> {
  const groupId = told.name('s')
  await shown(told, groupId, { ...atOnce, ...configs })
  // Kafka shows what was set before its coordinator heeds it, but not what was set next.
  await shown(told, told.name('s'), atOnce)
  return groupId
}

export async function shown(told: Telling, groupId: string, configs: Record<string, string>): Promise<void> {
  await configured(told, groupId, configs)
  const resources = [{ resourceType: 32, resourceName: groupId, configurationKeys: Object.keys(configs) }]
  await told.prepare(describeConfigs, 4, { resources }, ({ results }) =>
    results[0]!.configs.every(({ name, value }) => value === configs[name]),
  )
}

export function asking(told: Telling, groupId: string) {
  const { version } = told
  return {
    join: (title: string, memberId: string, subtopologies: Subtopology[], more: Partial<Beat> = {}) =>
      told.ask(title, streamsGroupHeartbeat, version, joining(groupId, memberId, subtopologies, more)),
    beat: (title: string, memberId: string, memberEpoch: number, more: Partial<Beat> = {}) =>
      told.ask(title, streamsGroupHeartbeat, version, beating(groupId, memberId, memberEpoch, more)),
    /** Until it is told tasks, which waits for topics that the broker makes. */
    assigned: (memberId: string, memberEpoch: number) =>
      told.prepare(
        streamsGroupHeartbeat,
        version,
        beating(groupId, memberId, memberEpoch),
        ({ activeTasks }) => (activeTasks?.length ?? 0) > 0,
      ),
  }
}
