/**
 * What a member's heartbeat brings about in its group: a new group epoch where it changes what assignments depend on,
 * new targets where the group epoch is ahead of them, and the member's own next step to its target.
 */
import { KafkaError } from '../../protocol/errors.ts'
import type { LentTopics } from '../lent.ts'
import { serverAssignors, type Subscriber } from './assignors.ts'
import type { ConsumerGroup } from './consumer-group.ts'
import { type ConsumerMember, hasPattern, isReconciledTo, sameNames } from './consumer-member.ts'
import { noTarget, type Target, type TopicPartitions } from './partitions.ts'
import type { Patterns } from './patterns.ts'
import { reconciled } from './reconcile.ts'
import { isHomogeneous, type Step, topicsOf } from './step.ts'

export interface Surroundings {
  readonly topics: LentTopics
  readonly nowMs: number
  /** consumer.assignment.interval.ms */
  readonly assignmentIntervalMs: number
  /** group.consumer.regex.refresh.interval.ms */
  readonly patternRefreshMs: number
  /** Loaded wherever a request names a regular expression. */
  readonly patterns: Patterns | null
}

interface Said {
  /** What it says it has; null: it did not say. */
  readonly owned: readonly TopicPartitions[] | null
}

/** Regular expressions are held against topics no more often. */
const patternRefreshLeastMs = 10_000

/** The member after its step, or why it may not take it. Records go to the step. */
export function advanced(
  step: Step,
  before: ConsumerMember,
  asked: ConsumerMember,
  { owned }: Said,
  around: Surroundings,
): ConsumerMember | KafkaError {
  const { group } = step
  const hasNewNames = !sameNames(before.topicNames, asked.topicNames)
  const pattern = patternChange(step, before, asked, around)
  if (pattern instanceof KafkaError) return pattern
  const members = step.membersWith(asked)
  const epoch = groupEpoch(step, members, hasNewNames || bumps(pattern, group, members, asked), around)
  const [targetEpoch, target] = targetFor(step, members, asked, epoch, around)
  const hasSubscriptionChanged = hasNewNames || pattern !== 'same'
  if (!hasSubscriptionChanged && isReconciledTo(asked, targetEpoch)) return asked
  return reconciled(asked, {
    epoch: targetEpoch,
    target,
    subscribedTopicIds: topicIdsOf(asked, group, around.topics),
    hasSubscriptionChanged,
    owned,
    isOwned: (topicId, partition) => group.isOwned(topicId, partition),
  })
}

/** `resolved`: it is known by now which topics are meant. */
type PatternChange = 'same' | 'changed' | 'resolved'

function bumps(
  pattern: PatternChange,
  group: ConsumerGroup,
  members: ReadonlyMap<string, ConsumerMember>,
  { classic }: ConsumerMember,
): boolean {
  if (classic !== null) return pattern !== 'same'
  return pattern === 'resolved' || group.protocolName !== group.assignorFor(members.values())
}

function patternChange(
  step: Step,
  before: ConsumerMember,
  asked: ConsumerMember,
  around: Surroundings,
): PatternChange | KafkaError {
  const { group } = step
  let change: PatternChange = 'same'
  let isNew = false
  if (before.topicPattern !== asked.topicPattern) {
    change = 'changed'
    if (hasPattern(before) && group.subscriberCount(before.topicPattern) === 1) {
      step.records.push({ type: 'consumer-pattern-forgotten', groupId: group.id, pattern: before.topicPattern })
    }
    if (!hasPattern(asked)) change = hasPattern(before) ? 'resolved' : change
    else if (group.subscriberCount(asked.topicPattern) === 0) {
      const matcher = around.patterns?.(asked.topicPattern)
      if (matcher instanceof KafkaError) return matcher
      isNew = true
    } else if (group.patterns.has(asked.topicPattern)) change = 'resolved'
  }
  if (isNew || [...group.members.values()].some(hasPattern)) {
    step.resolvesPatterns = mustResolve(step, asked, isNew, around)
  }
  return change
}

function mustResolve(
  step: Step,
  asked: ConsumerMember,
  isNew: boolean,
  { nowMs, topics, patternRefreshMs }: Surroundings,
): boolean {
  const { group } = step
  const [last] = group.patterns.values()
  const lastMs = last?.atMs ?? Number.NEGATIVE_INFINITY
  if (group.isResolving || nowMs <= lastMs + patternRefreshLeastMs) return false
  const subscribed = patternsOf(step.membersWith(asked).values())
  if (subscribed.size === 0) return false
  const isStale = (last?.version ?? 0) < topics.version || nowMs > lastMs + patternRefreshMs
  return isNew || subscribed.size !== group.patterns.size || isStale
}

export function patternsOf(members: Iterable<ConsumerMember>): ReadonlySet<string> {
  return new Set([...members].filter(hasPattern).map(({ topicPattern }) => topicPattern))
}

function groupEpoch(
  step: Step,
  members: ReadonlyMap<string, ConsumerMember>,
  isBumped: boolean,
  { topics }: Surroundings,
): number {
  const { group } = step
  if (!isBumped && group.checkedVersion === topics.version) return group.epoch
  const seen = topicsOf(members.values(), group, topics)
  step.checkedVersion = topics.version
  if (!isBumped && seen === group.topicsSeen) return group.epoch
  const epoch = group.epoch + 1
  step.records.push({ type: 'consumer-group-epoch', groupId: group.id, epoch, topics: seen })
  return epoch
}

function targetFor(
  step: Step,
  members: ReadonlyMap<string, ConsumerMember>,
  member: ConsumerMember,
  epoch: number,
  around: Surroundings,
): [epoch: number, target: Target] {
  const { group } = step
  const { targetEpoch, targetAtMs } = group
  const isDue = targetAtMs === null || around.nowMs >= targetAtMs + around.assignmentIntervalMs
  if (targetEpoch >= epoch || !isDue) return [targetEpoch, group.targetOf(member.id, member.instanceId)]
  const targets = targetsOf(step, members, around.topics)
  step.records.push({ type: 'consumer-target', groupId: group.id, epoch, atMs: around.nowMs, targets })
  return [epoch, targets.get(member.id) ?? noTarget]
}

function targetsOf(
  { group }: Step,
  members: ReadonlyMap<string, ConsumerMember>,
  topics: LentTopics,
): ReadonlyMap<string, Target> {
  const subscribers = [...members.values()].map(
    (member): Subscriber => ({
      id: member.id,
      instanceId: member.instanceId,
      topicIds: topicIdsOf(member, group, topics),
      target: group.targetOf(member.id, member.instanceId),
    }),
  )
  const assign = serverAssignors.get(group.assignorFor(members.values()))!
  const shares = assign({
    members: subscribers,
    isHomogeneous: isHomogeneous(members),
    partitionCount: (topicId) => topics.byId(topicId)?.partitionCount ?? 0,
  })
  return new Map([...members.keys()].map((id) => [id, shares.get(id) ?? noTarget]))
}

function topicIdsOf(member: ConsumerMember, group: ConsumerGroup, topics: LentTopics): ReadonlySet<string> {
  return new Set(group.subscribedNames(member).flatMap((name) => topics.get(name)?.id ?? []))
}
