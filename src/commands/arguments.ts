/** What the words and flags of several commands have in common: how they are read, and how examples are shown. */
import { InvalidArgumentError } from 'commander'
import { duration, Place } from '../settings/values.ts'

export function example(...lines: readonly string[]): string {
  return `\nExample${lines.length > 1 ? 's' : ''}:\n${lines.map((line) => `  ${line}`).join('\n')}`
}

export function positive(text: string): number {
  const count = Number(text)
  if (Number.isSafeInteger(count) && count > 0) return count
  throw new InvalidArgumentError('It is to be a whole number above 0.')
}

export function wholeNumber(text: string): number {
  const number = /^\d+$/.test(text) ? Number(text) : Number.NaN
  if (Number.isSafeInteger(number)) return number
  throw new InvalidArgumentError('It is to be a whole number from 0.')
}

export function port(text: string): number {
  const portMax = 65_535
  const number = Number(text)
  if (Number.isInteger(number) && number >= 0 && number <= portMax) return number
  throw new InvalidArgumentError(`Use 0 to ${portMax}.`)
}

/** As durations are written in settings. */
export function durationMs(text: string): number {
  const mistakes: string[] = []
  const place = new Place('', '', { home: '.', from: '.' }, mistakes)
  const ms = duration('1ms', '365d').read(text, place)
  if (ms !== undefined) return ms
  throw new InvalidArgumentError('Use 500ms, 5s, 10m, 1h or 7d.')
}

/** A flag that may be given again. */
export function collect(one: string, all: readonly string[] | undefined): readonly string[] {
  return [...(all ?? []), one]
}

/** `name=value`, of which the value may hold further signs. */
export function pair(text: string): readonly [name: string, value: string] {
  const at = text.indexOf('=')
  if (at > 0) return [text.slice(0, at), text.slice(at + 1)]
  throw new InvalidArgumentError('Write name=value.')
}

export function collectPairs(one: string, all: readonly (readonly [string, string])[] | undefined) {
  return [...(all ?? []), pair(one)]
}
