/** Who a request of a group's member comes from: by its id, or where it is static by its instance id (KIP-345). */
import { FENCED_INSTANCE_ID, type KafkaError, UNKNOWN_MEMBER_ID } from '../protocol/errors.ts'

interface Identifying<M> {
  readonly id: string
  readonly members: ReadonlyMap<string, M>
  ofInstance(instanceId: string | null): M | undefined
}

/** The member, or why that is nobody. */
export function identified<M extends { readonly id: string }>(
  group: Identifying<M>,
  memberId: string,
  instanceId: string | null,
): M | KafkaError {
  if (instanceId === null) {
    const because = () => UNKNOWN_MEMBER_ID.because(`Group ${group.id} has no member ${memberId}.`)
    return group.members.get(memberId) ?? because()
  }
  const member = group.ofInstance(instanceId)
  if (member === undefined) return UNKNOWN_MEMBER_ID.because(`Instance id ${instanceId} is unknown.`)
  if (member.id === memberId) return member
  return FENCED_INSTANCE_ID.because(`Instance ${instanceId} is member ${member.id} by now, no longer ${memberId}.`)
}
