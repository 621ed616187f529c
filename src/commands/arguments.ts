/** What the words and flags of several commands have in common: how they are read, and how examples are shown. */
import { InvalidArgumentError } from 'commander'

export function example(line: string): string {
  return `\nExample:\n  ${line}`
}

export function positive(text: string): number {
  const count = Number(text)
  if (Number.isSafeInteger(count) && count > 0) return count
  throw new InvalidArgumentError('It is to be a whole number above 0.')
}

export function port(text: string): number {
  const portMax = 65_535
  const number = Number(text)
  if (Number.isInteger(number) && number >= 0 && number <= portMax) return number
  throw new InvalidArgumentError(`Use 0 to ${portMax}.`)
}
