/** Which of several forms of an answer a client asks for, by its `Accept`. */
import type { Context } from 'hono'

/** Whether it names this media type: `*` is no wish for it. */
export function accepts(c: Context, type: string): boolean {
  return (c.req.header('accept') ?? '').toLowerCase().includes(type)
}
