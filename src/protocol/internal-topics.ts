/** Topics that brokers make for themselves: no plugin sees them, and clients are told that they are internal. */

/** Where Kafka stores what groups have committed. */
export const offsetsTopic = '__consumer_offsets'
export const internalTopics: ReadonlySet<string> = new Set([offsetsTopic, '__transaction_state', '__share_group_state'])
