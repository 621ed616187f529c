/** Names that no story has used before, at a Kafka that heard stories earlier neither. */

const startedAtS = Math.floor(Date.now() / 1_000)
const namesPerS = 1_000
let count = process.env['BROKER'] === undefined ? 0 : startedAtS * namesPerS

/** The stem, and a number; no longer than the stem was if it is as long as names may be. */
export function newName(stem: string, lettersMax: number = Number.POSITIVE_INFINITY): string {
  const number = `${++count}`
  return stem.length > lettersMax ? stem.slice(number.length) + number : `${stem}-${number}`
}

/** Whether it looks as if a story had made it up, or made it of one that it had made up. */
export function isMadeUp(name: string): boolean {
  return /[-x]\d+/.test(name)
}

/** `t-1.x` is made of `t-1`, and `t-17` is not. */
export function isMadeOf(own: string, name: string): boolean {
  return name.startsWith(own) && !/^\d/.test(name.slice(own.length))
}
