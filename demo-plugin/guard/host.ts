/** What Blink does for a plugin: the interface `host` of `wit/blink-plugin.wit`, as far as the guard uses it. */

export function info(message: string): void {
  write(2, message)
}

export function warn(message: string): void {
  write(3, message)
}

function write(level: i32, message: string): void {
  const bytes = String.UTF8.encode(message)
  log(level, changetype<usize>(bytes), bytes.byteLength)
}

/** The import itself: a level is its place in the WIT, a string is where it lies and how long it is. */
declare function log(level: i32, message: usize, byteLength: usize): void
