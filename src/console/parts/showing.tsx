/** What pages are made of that only shows something. */
import type { ComponentChildren } from 'preact'
import { useEffect } from 'preact/hooks'
import type { ApiError } from '../api.ts'
import { CopyButton } from './controls.tsx'

interface PageProps {
  readonly title: string
  /** What it is a part of: a link and its text. */
  readonly of?: readonly [href: string, text: string]
  readonly actions?: ComponentChildren
  readonly children: ComponentChildren
}

export function Page({ title, of, actions, children }: PageProps) {
  useEffect(() => {
    document.title = `${title} · Blink`
  }, [title])
  return (
    <>
      <div class="page-head">
        <h1>
          {of === undefined ? null : (
            <a class="crumb" href={of[0]}>
              {of[1]}
            </a>
          )}
          {title}
        </h1>
        {actions}
      </div>
      {children}
    </>
  )
}

/** An error says what to do about it by itself: the API's do. */
export function Problem({ error }: { readonly error: Pick<ApiError, 'message'> }) {
  return (
    <div class="problem" role="alert">
      <span aria-hidden="true">!</span>
      <p>{error.message}</p>
    </div>
  )
}

/** Nothing is there yet: what to do next. */
export function Empty({ title, children }: { readonly title: string; readonly children?: ComponentChildren }) {
  return (
    <div class="empty">
      <strong>{title}</strong>
      {children}
    </div>
  )
}

export type Tone = 'good' | 'bad' | 'warn' | 'none'

export function Badge({ tone = 'none', children }: { readonly tone?: Tone; readonly children: ComponentChildren }) {
  return <span class={`badge ${tone === 'none' ? 'plain' : tone}`}>{children}</span>
}

interface CardProps {
  readonly title?: string
  readonly actions?: ComponentChildren
  readonly children: ComponentChildren
  readonly isPadded?: boolean
}

export function Card({ title, actions, children, isPadded = true }: CardProps) {
  return (
    <section class="card">
      {title === undefined ? null : (
        <header>
          <h2>{title}</h2>
          {actions === undefined ? null : <div class="row">{actions}</div>}
        </header>
      )}
      {isPadded ? <div class="body">{children}</div> : children}
    </section>
  )
}

type Pairs = readonly (readonly [name: string, value: ComponentChildren])[]

export function Facts({ of }: { readonly of: Pairs }) {
  return (
    <dl class="facts">
      {of.map(([name, value]) => (
        <>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </>
      ))}
    </dl>
  )
}

/** A few numbers, large. */
export function Figures({ of }: { readonly of: Pairs }) {
  return (
    <dl class="figures card">
      {of.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}

export function Code({ text, label, isAlone = true }: { text: string; label: string; isAlone?: boolean }) {
  return (
    <div class={`code ${isAlone ? 'alone' : ''}`}>
      {/* It scrolls, so it must be reachable by keyboard. */}
      <pre tabIndex={0} aria-label={label} role="region">
        <code>{text}</code>
      </pre>
      <div class="copy">
        <CopyButton text={() => text} label={`Copy ${label}`} />
      </div>
    </div>
  )
}

type Tab = readonly [id: string, label: string, href: string]

export function Tabs({ label, of, current }: { label: string; of: readonly Tab[]; current: string }) {
  return (
    <nav class="tabs" aria-label={label}>
      {of.map(([id, text, href]) => (
        <a key={id} href={href} aria-current={id === current ? 'page' : undefined}>
          {text}
        </a>
      ))}
    </nav>
  )
}

/** Until there is something to show: nothing, so that quick answers do not flicker; and why, where it went wrong. */
export function Until<T>(props: {
  readonly live: { readonly data: T | undefined; readonly error: ApiError | null }
  readonly children: (data: T) => ComponentChildren
}) {
  const { data, error } = props.live
  return (
    <>
      {error === null || error.code === 'unreachable' ? null : <Problem error={error} />}
      {data === undefined ? null : props.children(data)}
    </>
  )
}
