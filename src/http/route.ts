/**
 * A route of the HTTP API, described once: from the description come the checks of what is sent, the types of what is
 * answered, `/openapi.json` and `/docs`. How to write one, in `<resource>.ts`, and in the list of `app.ts`:
 *
 *     route({
 *       method: 'PATCH',
 *       path: '/topics/:topic',
 *       tag: 'Topics',
 *       summary: 'Gives a topic more partitions.',
 *       query: { dry_run: orElse(flag(), false) },                    // unknown ones are refused
 *       body: { schema: fields({ partitions: wholeNumber({ min: 1, max: 10_000 }) }) },
 *       answer: json(object({ topic: text(), partitions: integer() }), 'The topic as it is now.'),
 *       errors: { 404: 'There is no such topic.' },
 *       handle: ({ params, query, body }) => grow(params.topic, body.partitions),
 *     })
 *
 * - The words for schemas are in `schema.ts`. `handle` returns what `answer` says, or a `Response` for anything else;
 *   it refuses by throwing an `HttpError`, whose message names the thing, the value and the remedy.
 * - A body is JSON up to `http_max_body_size`; `forms` lets a form stand for it. A route that reads its body itself, as
 *   it comes, names the media types in `reads`.
 * - Names in JSON are in snake_case, times in milliseconds since 1970 end in `_ms` but for a record's `timestamp`.
 */
import type { Context } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { BodyLimits, Fields } from './body.ts'
import type { Out, Schema, Shape } from './schema.ts'
import { readAsked } from './asked.ts'

export interface RouteDescription<Path extends string, P, Q extends Shape, B extends Schema, A extends Schema> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | '*'
  readonly path: Path
  readonly tag: string
  /** A sentence. */
  readonly summary: string
  /** What the sentence leaves out. */
  readonly description?: string
  /** Those parts of the path that are not just text. */
  readonly params?: P
  /** `any`: the route looks itself. */
  readonly query?: Q | 'any'
  readonly body?: BodyDescription<B>
  /** The media types of a body that the route reads itself, and what is in it. */
  readonly reads?: Content
  readonly answer: AnswerDescription<A>
  /** 200 unless said otherwise; with 204 the route makes the `Response`. */
  readonly status?: ContentfulStatusCode | 204
  readonly others?: Readonly<Record<number, AnswerDescription>>
  /** Beside those that any route may answer: why a status is answered. */
  readonly errors?: Readonly<Record<number, string>>
  /** Left out of the document: an alias, or what OpenAPI cannot say. */
  readonly isUndocumented?: boolean
  readonly handle: (asked: Asked<Path, P, Q, B>) => Answer<A> | Promise<Answer<A>>
}

export interface BodyDescription<B extends Schema = Schema> {
  readonly schema: B
  /** Makes the fields of a form those of the body. */
  readonly forms?: (fields: Fields) => Fields
  /** Nothing stands for `{}`. */
  readonly isOptional?: boolean
}

/** By media type; null where there is no more to say than the type. */
export type Content = Readonly<Record<string, Schema | null>>

export interface AnswerDescription<A extends Schema = Schema> {
  readonly description: string
  readonly content: Content
  /** For the type alone. */
  readonly schema?: A
}

export interface Asked<Path extends string, P, Q extends Shape, B extends Schema> {
  readonly c: Context
  readonly params: {
    readonly [K in Names<Path>]: K extends keyof P ? (P[K] extends Schema ? Out<P[K]> : string) : string
  }
  readonly query: { readonly [K in keyof Q]: Out<Q[K]> }
  readonly body: Out<B>
}

/** The parts of a path, `/topics/:topic/partitions/:partition`. */
type Names<Path extends string> = Path extends `${string}:${infer Name}/${infer Rest}`
  ? Name | Names<`/${Rest}`>
  : Path extends `${string}:${infer Name}`
    ? Name
    : never

type Answer<A extends Schema> = Unchanging<Out<A>> | Response

type Unchanging<T> = T extends readonly (infer E)[]
  ? readonly Unchanging<E>[]
  : T extends object
    ? { readonly [K in keyof T]: Unchanging<T[K]> }
    : T

type Nothing = Readonly<Record<never, Schema>>

type Described = Omit<RouteDescription<string, Shape, Shape, Schema, Schema>, 'handle'>

export interface Route extends Described {
  readonly respond: (c: Context, limits: BodyLimits) => Promise<Response>
}

const ok = 200

export function route<
  const Path extends string,
  const P extends Shape = Nothing,
  const Q extends Shape = Nothing,
  B extends Schema = Schema,
  A extends Schema = Schema,
>({ handle, ...described }: RouteDescription<Path, P, Q, B, A>): Route {
  const respond = async (c: Context, limits: BodyLimits) => {
    const asked = await readAsked(c, described, limits)
    const answer = await handle(asked as unknown as Asked<Path, P, Q, B>)
    return answer instanceof Response
      ? answer
      : c.json(answer as object, (described.status ?? ok) as ContentfulStatusCode)
  }
  return { ...described, respond }
}

export function json<A extends Schema>(schema: A, description: string): AnswerDescription<A> {
  return { description, content: { 'application/json': schema }, schema }
}

/** JSON, unless another media type is asked for: then the route makes the `Response`. */
export function orMedia<A extends Schema>(answer: AnswerDescription<A>, content: Content): AnswerDescription<A> {
  return { ...answer, content: { ...answer.content, ...content } }
}

/** What is no JSON: the route makes the `Response`. */
export function media(content: Content, description: string): AnswerDescription<never> {
  return { description, content }
}
