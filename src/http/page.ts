/** HTML, small and escaped: what a template is given as a value cannot become markup. */
import type { Context } from 'hono'
import { html, raw } from 'hono/html'
import type { HtmlEscapedString } from 'hono/utils/html'

export type Markup = HtmlEscapedString | Promise<HtmlEscapedString>

/** The colours and measures of the console. */
const style = raw(`
  :root {
    color-scheme: light dark; font: 14px/1.55 Inter, ui-sans-serif, system-ui, "Segoe UI", sans-serif;
    --line: light-dark(#e6e4de, #2b2e31); --soft: light-dark(#5b5e63, #a5a8ad); --accent: light-dark(#0d6757, #62c9b1);
    background: light-dark(#faf9f6, #131415); color: light-dark(#1b1c1e, #e9e8e4)
  }
  body { max-width: 68rem; margin: 2rem auto 6rem; padding: 0 1rem; overflow-wrap: break-word }
  h1 { font-size: 1.55rem; letter-spacing: -.015em } h2 { font-size: 1.15rem; margin: 2.5rem 0 .75rem }
  h3 { font-size: 1rem; margin: 1.75rem 0 .5rem } h4 { margin: 1rem 0 .25rem }
  h1, h2, h3, h4 { font-weight: 600 } p { max-width: 48rem; margin: .5rem 0 }
  a { color: var(--accent); text-underline-offset: .2em } :target { scroll-margin-top: 1rem; color: var(--accent) }
  table { border-collapse: collapse; margin: .5rem 0; display: block; overflow-x: auto }
  summary code, pre { overflow-wrap: anywhere }
  th, td { text-align: left; padding: .25rem 1.5rem .25rem 0; vertical-align: top }
  td.number, th.number { text-align: right; font-variant-numeric: tabular-nums }
  code, pre { font: .92em/1.55 ui-monospace, "JetBrains Mono", Menlo, Consolas, monospace }
  pre, .routes { background: light-dark(#fff, #1a1c1e); border: 1px solid var(--line); border-radius: .5rem }
  pre { margin: .5rem 0; padding: .75rem 1rem; white-space: pre-wrap } pre i { color: var(--soft); font-style: normal }
  nav { display: flex; flex-wrap: wrap; gap: .25rem 1rem; margin: 1rem 0 }
  details + details { border-top: 1px solid var(--line) } details[open] { padding-bottom: .75rem }
  details > :not(summary) { margin-inline: 1rem } details pre { background: none }
  summary { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0 1rem; padding: .5rem 1rem; cursor: pointer }
  summary:hover { background: light-dark(#f4f3ef, #212427) }
  summary b { display: inline-block; min-width: 4.25rem; color: var(--accent); font-weight: 600 }
  summary span { color: var(--soft) } :focus-visible { outline: 2px solid var(--accent); border-radius: .25rem }
`)

/** Nothing in the page runs, and nothing is loaded from elsewhere. */
const policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"

export interface Page {
  readonly title: string
  /** How often the browser asks anew; null: never. */
  readonly refreshSeconds: number | null
  readonly body: Markup | readonly Markup[]
}

export function showPage(c: Context, { title, refreshSeconds, body }: Page): Response | Promise<Response> {
  c.header('Content-Security-Policy', policy)
  const refresh = refreshSeconds === null ? '' : html`<meta http-equiv="refresh" content="${refreshSeconds}">`
  return c.html(html`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width">${refresh}
<title>${title}</title><style>${style}</style></head>
<body><h1>${title}</h1>${body}</body>
</html>`)
}

export function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): Markup {
  return html`<table><tr>${head.map((name) => html`<th>${name}</th>`)}</tr>
${rows.map((row) => html`<tr>${row.map(cell)}</tr>`)}</table>`
}

function cell(value: string | number): Markup {
  return typeof value === 'number' ? html`<td class="number">${value}</td>` : html`<td>${value}</td>`
}
