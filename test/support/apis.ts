/** Every API that is described, found by its file, so that a test over all of them can leave none out. */
import { readdirSync } from 'node:fs'
import type { Api } from '../../src/protocol/schema.ts'

const folder = new URL('../../src/protocol/messages/', import.meta.url)

/** In the order of their keys. */
export async function describedApis(): Promise<readonly Api[]> {
  const files = readdirSync(folder).filter((file) => file.endsWith('.js'))
  const modules = await Promise.all(files.map((file) => import(new URL(file, folder).href)))
  return modules.flatMap((module) => Object.values<Api>(module)).sort((a, b) => a.key - b.key)
}

export const directions = ['request', 'response'] as const

/** Each version of each message of an API, those of older releases among them. */
export function messagesOf(api: Api) {
  const [first, max] = api.versions
  const min = api.oldest ?? first
  const versions = Array.from({ length: max - min + 1 }, (_, index) => min + index)
  return versions.flatMap((version) =>
    directions.map((direction) => ({
      name: `${api.name} ${direction} v${version}`,
      direction,
      version,
      isFlexible: version >= api.flexible,
      fields: api[direction],
    })),
  )
}
