/**
 * `GET /plugins/{name}/logs`: what a plugin said last, and, with `?follow=true` or `Accept: text/event-stream`, what it
 * says from now on.
 *
 * - At once: `{ plugin, lines: [{ timestamp, level, message }] }`, the last `?lines=` of them.
 * - Live, as server-sent events: the last lines first, then each as it comes, as a `message` with the same JSON.
 *   `event: dropped` tells how many lines this reader missed, because it reads too slowly or the plugin says too much.
 *   `event: end` is the last: the plugin was unloaded, or Blink stops.
 */
import type { Context } from 'hono'
import type { Clock } from '../base/clock.ts'
import { recentLinesMax } from '../plugins/plugin-log.ts'
import { HttpError, wrongField } from './errors.ts'
import { EventStream } from './event-stream.ts'
import type { PluginAdmin } from './plugin-admin.ts'
import { asked, pluginNamed } from './plugin-errors.ts'
import { showLine } from './plugin-json.ts'
import { readInteger, shown } from './record-json.ts'
import type { Route } from './route.ts'

export interface PluginLogParts {
  readonly pluginAdmin: PluginAdmin
  readonly clock: Clock
  /** Aborted when Blink stops. */
  readonly stopping: AbortSignal
}

/** Each holds a connection and up to 500 events. */
export const followersMax = 100
const known = ['follow', 'lines']

export function pluginLogRoutes(parts: PluginLogParts): readonly Route[] {
  const followers = new Followers(parts)
  return [
    [
      'GET',
      '/plugins/:name/logs',
      async (c) => {
        const { name } = pluginNamed(c.req.param('name')!, parts.pluginAdmin)
        const { isFollowed, linesMax } = readQuery(c)
        const log = await asked(async () => parts.pluginAdmin.log(name))
        const lines = linesMax === 0 ? [] : log.recent.slice(-linesMax).map(showLine)
        if (!isFollowed) return c.json({ plugin: name, lines })
        const headers = { 'Content-Type': 'text/event-stream; charset=utf-8' }
        // hono answers HEAD by GET and throws the body away, unread: nobody would ever end it.
        if (c.req.method === 'HEAD') return c.body(null, 200, headers)
        return c.body(followers.follow(name, lines, c.req.raw.signal), 200, headers)
      },
    ],
  ]
}

function readQuery(c: Context): { isFollowed: boolean; linesMax: number } {
  const query = c.req.query()
  const unknown = Object.keys(query).find((name) => !known.includes(name))
  if (unknown !== undefined) throw wrongField(unknown, `is no parameter; use ${known.join(', ')}`)
  const accepted = (c.req.header('accept') ?? '').includes('text/event-stream')
  const { follow = `${accepted}` } = query
  if (follow !== 'true' && follow !== 'false') throw wrongField('follow', `is ${shown(follow)}; use true or false`)
  const linesMax = readInteger(query.lines, 'lines', recentLinesMax) ?? recentLinesMax
  return { isFollowed: follow === 'true', linesMax }
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
