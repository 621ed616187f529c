/**
 * `GET /plugins/{name}/logs`: what a plugin said last, and, with `?follow=true` or `Accept: text/event-stream`, what it
 * says from now on.
 *
 * - At once: `{ plugin, lines: [{ timestamp, level, message }] }`, the last `?lines=` of them.
 * - Live, as server-sent events: the last lines first, then each as it comes, as a `message` with the same JSON.
 *   `event: dropped` tells how many lines this reader missed, because it reads too slowly or the plugin says too much.
 *   `event: end` is the last: the plugin was unloaded, or Blink stops.
 */
import type { Clock } from '../base/clock.ts'
import { recentLinesMax } from '../plugins/plugin-log.ts'
import { accepts } from './accepts.ts'
import { HttpError } from './errors.ts'
import { EventStream } from './event-stream.ts'
import type { PluginAdmin } from './plugin-admin.ts'
import { asked, pluginNamed } from './plugin-errors.ts'
import { showLine, shownLine } from './plugin-json.ts'
import { json, orMedia, type Route, route } from './route.ts'
import { described, flag, list, object, optional, orElse, text, wholeNumber } from './schema.ts'

export interface PluginLogParts {
  readonly pluginAdmin: PluginAdmin
  readonly clock: Clock
  /** Aborted when Blink stops. */
  readonly stopping: AbortSignal
}

/** Each holds a connection and up to 500 events. */
export const followersMax = 100
const lastLines = object({ plugin: text(), lines: list(shownLine) })

export function pluginLogRoutes(parts: PluginLogParts): readonly Route[] {
  const followers = new Followers(parts)
  return [
    route({
      method: 'GET',
      path: '/plugins/:name/logs',
      tag: 'Plugins',
      summary: 'What a plugin said last, and, followed, what it says from now on.',
      query: {
        follow: optional(described(flag(), 'As server-sent events; so it is, too, where these are accepted.')),
        lines: orElse(wholeNumber({ max: recentLinesMax }), recentLinesMax),
      },
      answer: orMedia(json(lastLines, 'The last lines, or those that come.'), { 'text/event-stream': null }),
      errors: { 404: 'There is no such plugin.', 503: 'Too many read along.' },
      handle: async ({ c, params, query }) => {
        const { name } = pluginNamed(params.name, parts.pluginAdmin)
        const { lines: linesMax, follow: isFollowed = accepts(c, 'text/event-stream') } = query
        const log = await asked(async () => parts.pluginAdmin.log(name))
        const lines = linesMax === 0 ? [] : log.recent.slice(-linesMax).map(showLine)
        if (!isFollowed) return { plugin: name, lines }
        const headers = { 'Content-Type': 'text/event-stream; charset=utf-8' }
        // hono answers HEAD by GET and throws the body away, unread: nobody would ever end it.
        if (c.req.method === 'HEAD') return c.body(null, 200, headers)
        return c.body(followers.follow(name, lines, c.req.raw.signal), 200, headers)
      },
    }),
  ]
}

class Followers {
  readonly #parts: PluginLogParts
  /** By what to call when Blink stops. */
  readonly #followers = new Set<() => void>()

  constructor(parts: PluginLogParts) {
    this.#parts = parts
    parts.stopping.addEventListener('abort', () => {
      for (const stop of this.#followers) stop()
    })
  }

  follow(name: string, first: readonly unknown[], client: AbortSignal): ReadableStream<Uint8Array<ArrayBuffer>> {
    const { pluginAdmin, clock, stopping } = this.#parts
    if (this.#followers.size >= followersMax) {
      const message = `${followersMax} readers follow logs already; end one, or read without follow`
      throw new HttpError(503, 'too_many_followers', message)
    }
    let unfollow = () => {}
    const gone = () => events.abandon()
    const stops = () => events.end({ plugin: name, why: 'Blink stops' }, 'end')
    const events = new EventStream({
      clock,
      onEnd: () => {
        this.#followers.delete(stops)
        client.removeEventListener('abort', gone)
        unfollow()
      },
    })
    client.addEventListener('abort', gone)
    this.#followers.add(stops)
    for (const line of first) events.send(line)
    unfollow = pluginAdmin.log(name).follow({
      line: (line) => events.send(showLine(line)),
      dropped: (count) => events.miss(count),
      end: () => events.end({ plugin: name, why: 'the plugin was unloaded' }, 'end'),
    })
    if (stopping.aborted) stops()
    return events.body
  }
}
