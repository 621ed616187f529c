/** The broker's clock over HTTP: to be read, frozen, set and moved on. */
import { HttpError } from './errors.ts'
import { json, type Route, route } from './route.ts'
import { choice, either, fields, flag, integer, named, object, optional, text } from './schema.ts'

/** As a suite turns it; what is no duration or time throws a RangeError that says so. */
export interface ClockAdmin {
  now(): number
  readonly isFrozen: boolean
  readonly offsetMs: number
  advance(by: number | string): void
  set(to: number | string): void
  freeze(): void
  resume(): void
}

const tag = 'Clock'
const shown = named(
  'Clock',
  object({ state: choice('running', 'frozen'), now: text(), now_ms: integer(), offset_ms: integer() }),
)
const numberOrText = (remedy: string) => optional(either([integer(), text()], remedy))
const asked = fields({
  advance: numberOrText('use a duration, as "45s", or milliseconds'),
  set: numberOrText('use a time in ISO 8601, or milliseconds since 1970'),
  freeze: optional(flag()),
})

export function clockRoutes(clock: ClockAdmin): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/clock',
      tag,
      summary: 'Tells the time that sessions, rebalances, retention and log-append times go by.',
      answer: json(shown, 'The time, and how far it is ahead of the machine’s.'),
      handle: () => showClock(clock),
    }),
    route({
      method: 'POST',
      path: '/clock',
      tag,
      summary: 'Moves time on, sets it, freezes it or lets it go on: one of advance, set, freeze.',
      description: 'What falls due has run when this is answered.',
      body: { schema: asked },
      answer: json(shown, 'The time as it is now.'),
      handle: ({ body }) => {
        turn(clock, body)
        return showClock(clock)
      },
    }),
  ]
}

type Asked = { readonly [K in 'advance' | 'set']?: number | string | undefined } & {
  readonly freeze?: boolean | undefined
}

function turn(clock: ClockAdmin, { advance, set, freeze }: Asked): void {
  if ([advance, set, freeze].filter((one) => one !== undefined).length !== 1) {
    throw new HttpError(400, 'invalid_request', 'the body has not one thing to do; use one of advance, set, freeze')
  }
  try {
    if (advance !== undefined) clock.advance(advance)
    else if (set !== undefined) clock.set(set)
    else if (freeze) clock.freeze()
    else clock.resume()
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw new HttpError(400, 'invalid_request', error.message.replace(/^clock: /, ''))
  }
}

function showClock(clock: ClockAdmin) {
  const now = clock.now()
  return {
    state: clock.isFrozen ? ('frozen' as const) : ('running' as const),
    now: new Date(now).toISOString(),
    now_ms: now,
    offset_ms: clock.offsetMs,
  }
}
