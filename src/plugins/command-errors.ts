/** Why the plugin host does not do what it is told at run time: a code for programs and a sentence for people. */

export type CommandErrorCode =
  | 'unknown_plugin'
  | 'name_taken'
  | 'config_refused'
  | 'wrong_state'
  | 'no_such_hook'
  | 'hook_failed'

export abstract class PluginCommandError extends Error {
  abstract readonly code: CommandErrorCode
}

export class UnknownPlugin extends PluginCommandError {
  override readonly name = 'UnknownPlugin'
  readonly code = 'unknown_plugin'
  constructor(plugin: string) {
    super(`there is no plugin '${plugin}'`)
  }
}

export class NameTaken extends PluginCommandError {
  override readonly name = 'NameTaken'
  readonly code = 'name_taken'
  constructor(plugin: string) {
    super(`there is a plugin '${plugin}' already: unload it first, or give this one another name`)
  }
}

export class ConfigRefused extends PluginCommandError {
  override readonly name = 'ConfigRefused'
  readonly code = 'config_refused'
  constructor(plugin: string, why: string) {
    super(`plugin '${plugin}' does not take this config: ${why}`)
  }
}

/** What is asked for cannot be done to a plugin in this state. */
export class WrongState extends PluginCommandError {
  override readonly name = 'WrongState'
  readonly code = 'wrong_state'
  constructor(plugin: string, command: string, state: string) {
    const remedy = state === 'disabled' ? ': enable it instead' : ''
    super(`plugin '${plugin}' is ${state}; it cannot ${command}${remedy}`)
  }
}

export class NoSuchHook extends PluginCommandError {
  override readonly name = 'NoSuchHook'
  readonly code = 'no_such_hook'
  constructor(plugin: string, hook: string) {
    super(`plugin '${plugin}' has no hook ${hook}`)
  }
}

export class HookFailed extends PluginCommandError {
  override readonly name = 'HookFailed'
  readonly code = 'hook_failed'
  constructor(plugin: string, why: string) {
    super(`plugin '${plugin}' did not answer: ${why}`)
  }
}
