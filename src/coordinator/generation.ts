/** A classic group's generation, as it is told to a member and as it is written down; and whose offsets it lets in. */
import { ILLEGAL_GENERATION, KafkaError, NONE, REBALANCE_IN_PROGRESS, UNKNOWN_MEMBER_ID } from '../protocol/errors.ts'
import { allOffsets, type CommitCheck, type Committer } from './any-group.ts'
import type { Group } from './group.ts'
import type { Member } from './member.ts'
import type { GenerationRecord } from './records.ts'
import type { JoinAnswer } from './requests.ts'

/** What a member is told that has joined it; its leader is told who else has. */
export function generationFor({ generation, protocolType, protocolName, members }: Group, member: Member): JoinAnswer {
  const told = members.isLeader(member) ? [...members] : []
  return {
    error: NONE,
    memberId: member.id,
    generation,
    protocolType,
    protocolName,
    leaderId: members.leaderId ?? '',
    skipAssignment: false,
    members: told.map((each) => ({
      memberId: each.id,
      instanceId: each.instanceId,
      metadata: each.metadata(protocolName),
    })),
  }
}

export function generationRecord(group: Group): GenerationRecord {
  const { id: groupId, generation, protocolType, protocolName, members, sinceMs } = group
  return {
    type: 'generation-completed',
    groupId,
    generation,
    protocolType,
    protocolName,
    leaderId: members.leaderId,
    members: [...members].map((member) => member.record(protocolName)),
    atMs: sinceMs,
  }
}

/** The same generation without anyone in it. */
export function deserted({ id: groupId, generation, protocolType }: Group, atMs: number): GenerationRecord {
  const nobody = { protocolName: null, leaderId: null, members: [] }
  return { type: 'generation-completed', groupId, generation, protocolType, ...nobody, atMs }
}

export function acceptCommit(group: Group, committer: Committer): CommitCheck | KafkaError {
  const { memberId, instanceId, generation, isTransactional } = committer
  // Administrators and consumers that assign partitions to themselves: fine, while nobody else is in charge.
  if (generation < 0 && group.isEmpty) return allOffsets
  // Older producers name no member, and are believed (KIP-447).
  if (generation < 0 && memberId === '' && instanceId === null) return isTransactional ? allOffsets : UNKNOWN_MEMBER_ID

  const member = group.members.identify(memberId, instanceId)
  if (member instanceof KafkaError) return member
  if (generation !== group.generation) return ILLEGAL_GENERATION
  // To none of those who commit in transactions does it matter whether a rebalance is complete.
  if (isTransactional) return allOffsets
  if (group.state === 'CompletingRebalance') return REBALANCE_IN_PROGRESS
  group.expectHeartbeat(member)
  return allOffsets
}
