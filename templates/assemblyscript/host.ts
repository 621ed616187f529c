/** What Blink does for a plugin: the interface `host` of `wit/deps/blink-plugin/blink-plugin.wit`. */

export enum Level {
  trace,
  debug,
  info,
  warn,
  error,
}

/** Writes one line to the broker's log. The last at `warn` or above before a record is refused is the reason told. */
export function log(level: Level, message: string): void {
  const bytes = String.UTF8.encode(message)
  write(level, changetype<usize>(bytes), bytes.byteLength)
}

/** The import itself: a level is its place in the WIT, a string is where it lies and how long it is. */
@external('blink:plugin/host@0.1.0', 'log')
declare function write(level: i32, message: usize, byteLength: usize): void
