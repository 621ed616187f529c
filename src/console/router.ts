/** Which page is open: the address after `#`, so that back, forward, bookmarks and reload do what they always do. */
import { computed, signal } from '@preact/signals'
import { readAddress, writeAddress } from './logic/address.ts'

const hash = signal(location.hash)

export const address = computed(() => readAddress(hash.value))

export function watchAddress(): void {
  addEventListener('hashchange', () => {
    hash.value = location.hash
  })
}

export function go(path: readonly string[], query: Readonly<Record<string, string | undefined>> = {}): void {
  location.hash = writeAddress(path, query)
}

/** Changes parameters of this page, without a step in the history. */
export function amend(changes: Readonly<Record<string, string | undefined>>): void {
  const { path, query } = address.value
  const to = writeAddress(path, { ...query, ...changes })
  history.replaceState(null, '', to)
  hash.value = to
}
