/** Topics that brokers make for themselves: no plugin sees them, and clients are told that they are internal. */
export const internalTopics: ReadonlySet<string> = new Set([
  '__consumer_offsets',
  '__transaction_state',
  '__share_group_state',
])
