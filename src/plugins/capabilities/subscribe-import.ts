/**
 * `blink:plugin/subscribe`. Asked, not told: when `subscribe` returns, the broker knows of it, and no record that is
 * stored afterwards is missed.
 */
import { text } from '../guest/bound-values.ts'
import type { CapabilityEnvironment, Imports } from './capability-environment.ts'
import { NamePatterns } from '../../base/name-patterns.ts'

/** Of one instance, so that a loop does not fill the broker. */
export const subscriptionsMax = 100

/** What Kafka allows in the name of a topic, and `*`. */
const topicsPattern = /^[a-zA-Z0-9._*-]{1,249}$/

export function subscribeImports({ grants, calls }: CapabilityEnvironment): Imports {
  const allowed = grants.subscribe?.topics ?? []
  const subscribed = new Set<string>()
  const subscribe = (bound: string): void => {
    const topics = text(bound, 'topics')
    const complaint = complaintAbout(topics, allowed)
    // A plain value is the error of a `result`; an Error would be a failure of the plugin.
    if (complaint !== null) throw complaint
    if (subscribed.has(topics)) return
    if (subscribed.size >= subscriptionsMax) throw `it has ${subscriptionsMax} subscriptions; unsubscribe from some`
    calls.ask('subscribe', topics)
    subscribed.add(topics)
  }
  const unsubscribe = (topics: string): void => {
    if (subscribed.delete(topics)) calls.ask('unsubscribe', topics)
  }
  return { 'blink:plugin/subscribe': { subscribe, unsubscribe } }
}

function complaintAbout(topics: string, allowed: readonly string[]): string | null {
  if (!topicsPattern.test(topics)) {
    return `${JSON.stringify(topics.slice(0, 249))} is no name of topics: use letters, digits, '.', '_', '-' and '*'`
  }
  // A pattern of settings that covers a pattern of the plugin's covers its text, `*` included: in the former, `*` is
  // matched by nothing but a `*`. Of regular expressions that is not true, so these cover names alone.
  const covering = topics.includes('*') ? allowed.filter((pattern) => !pattern.startsWith('/')) : allowed
  if (covering.length > 0 && new NamePatterns(covering).match(topics)) return null
  return `it may not read ${topics}: name it in \`capabilities: subscribe: topics\` of its settings`
}
