/** What is told to a member of a streams group beside its tasks. */
import type { GroupConfigs } from '../../configs/group-config.ts'
import { listOf } from '../../configs/config-values.ts'
import { type Status, statuses } from './configured-topology.ts'
import type { StreamsGroup } from './streams-group.ts'
import type { StreamsMember } from './streams-member.ts'

export function statusesOf(group: StreamsGroup, member: StreamsMember, configs: GroupConfigs): readonly Status[] {
  return [delay(group), group.configured?.problem ?? null, shutdown(group), missingTags(group, member, configs)].filter(
    (status) => status !== null,
  )
}

function delay({ epoch, targetEpoch, initialDelay }: StreamsGroup): Status | null {
  if (epoch <= targetEpoch) return null
  const why =
    initialDelay === null
      ? 'targets are not worked out more often than streams.assignment.interval.ms says'
      : 'the first targets wait for more members, as streams.initial.rebalance.delay.ms says'
  return { code: statuses.ASSIGNMENT_DELAYED, detail: `Tasks are assigned later: ${why}.` }
}

function shutdown({ shutdownBy }: StreamsGroup): Status | null {
  if (shutdownBy === null) return null
  return { code: statuses.SHUTDOWN_APPLICATION, detail: `Member ${shutdownBy} asks all members to stop.` }
}

function missingTags({ id }: StreamsGroup, { clientTags }: StreamsMember, configs: GroupConfigs): Status | null {
  const wanted = listOf(configs.get(id, 'streams.rack.aware.assignment.tags'))
  const missing = wanted.filter((tag) => !clientTags.some(({ key }) => key === tag))
  if (missing.length === 0) return null
  const detail = `Standby tasks are to be spread by tags that the client has not: set ${missing.join(', ')} there.`
  return { code: statuses.MISSING_CLIENT_TAGS, detail }
}
