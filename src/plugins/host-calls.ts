/**
 * How a plugin's thread reaches what only the broker's thread has: the partitions, the network. The plugin's thread
 * sleeps while it asks, since a call of the plugin is waiting; what needs no answer is only told.
 */

/** What can be told, and asked, by name; each capability describes its own. */
export type Message = { readonly name: string; readonly argument: unknown }

/** The plugin's side. */
export interface HostCalls {
  /** Blocks until the broker has answered. Throws what the broker's side threw, as an Error with its message. */
  ask(name: string, argument: unknown): unknown
  /** Returns at once. */
  tell(name: string, argument: unknown): void
}

/** The broker's side: by name, what answers. What is told gets no answer. */
export type Services = Readonly<Record<string, (argument: never) => unknown>>
