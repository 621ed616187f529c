/**
 * What jco's bindings hand over, held against what the WIT says. A component brings an idea of its own of every
 * interface, and bindings convert as that says: where Blink has a string, a list may come, or a number that is none. In
 * the plugin's thread nonsense harms the plugin alone; what goes on to the broker's is read by these.
 */
import { BadResult } from './instance.ts'

/** `what` stands before what is wrong with it. */
export type Read<Value> = (value: unknown, what: string) => Value

export const text: Read<string> = (value, what) => (typeof value === 'string' ? value : refuse(what))

export const bytes: Read<Uint8Array> = (value, what) => (value instanceof Uint8Array ? value : refuse(what))

export const uint32: Read<number> = (value, what) => (Number.isInteger(value) && isUint32(value) ? value : refuse(what))

export const bigint: Read<bigint> = (value, what) => (typeof value === 'bigint' ? value : refuse(what))

export function optional<Value>(read: Read<Value>): Read<Value | undefined> {
  return (value, what) => (value === undefined ? undefined : read(value, what))
}

export function list<Value>(read: Read<Value>): Read<readonly Value[]> {
  return (value, what) => (Array.isArray(value) ? value.map((one) => read(one, what)) : refuse(what))
}

export function pair<First, Second>(first: Read<First>, second: Read<Second>): Read<readonly [First, Second]> {
  return (value, what) => (Array.isArray(value) ? [first(value[0], what), second(value[1], what)] : refuse(what))
}

function isUint32(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= 0xffff_ffff
}

function refuse(what: string): never {
  throw new BadResult(`${what}: what it gave is not of the type that the WIT says`)
}
