/** What Blink offers a plugin, as in `wit/blink-plugin.wit`. */
declare module 'blink:plugin/host@0.1.0' {
  export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error'
  /** Writes one line to the broker's log, with the plugin's name beside it. */
  export function log(level: LogLevel, message: string): void
}
