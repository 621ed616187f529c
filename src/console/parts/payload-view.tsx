/** A key, a value or a header, whole: JSON indented and coloured, text, or bytes in hex. */
import { useSignal } from '@preact/signals'
import { bytes } from '../logic/format.ts'
import { fittingView, hexLines, type Payload, type PayloadView, prettyJson, toBytes, tokens } from '../logic/payload.ts'
import { CopyButton, Segments } from './controls.tsx'

/** Beyond, text is not coloured: each token is an element of its own. */
const colouredMax = 100_000

export function PayloadBlock({ title, payload }: { readonly title: string; readonly payload: Payload }) {
  const chosen = useSignal<PayloadView | null>(null)
  if (payload === null) {
    return (
      <div class="payload">
        <h3>{title}</h3>
        <p class="soft">null{title === 'Value' ? ': a tombstone' : ''}</p>
      </div>
    )
  }
  const fitting = fittingView(payload)
  const views: readonly (readonly [PayloadView, string])[] = [
    ...(fitting === 'json' ? [['json', 'JSON'] as const] : []),
    ...(typeof payload === 'string' ? [['text', 'Text'] as const] : []),
    ['hex', 'Hex'],
  ]
  const wanted = chosen.value ?? fitting
  const view = views.some(([one]) => one === wanted) ? wanted : fitting
  const size = toBytes(payload).length
  return (
    <div class="payload">
      <div class="row apart">
        <h3>
          {title} <span class="soft small">{bytes(size)}</span>
        </h3>
        <div class="row">
          <Segments
            label={`How to show the ${title.toLowerCase()}`}
            value={view}
            options={views}
            onValue={(value) => {
              chosen.value = value
            }}
          />
          <CopyButton text={() => textAs(payload, view)} label={`Copy the ${title.toLowerCase()}`} />
        </div>
      </div>
      <pre class={view === 'hex' ? 'hex' : ''} tabIndex={0} role="region" aria-label={title}>
        {view === 'json' ? <Json text={prettyJson(payload) ?? ''} /> : textAs(payload, view)}
      </pre>
    </div>
  )
}

function textAs(payload: Payload, view: PayloadView): string {
  if (view === 'json') return prettyJson(payload) ?? ''
  if (view === 'text' && typeof payload === 'string') return payload
  return hexLines(toBytes(payload))
    .map(({ offset, hex, text }) => `${offset}  ${hex.padEnd(47)}  ${text}`)
    .join('\n')
}

function Json({ text }: { readonly text: string }) {
  if (text.length > colouredMax) return <>{text}</>
  return (
    <>
      {tokens(text).map(({ kind, text }, at) => (
        <span key={at} class={kind === 'mark' ? undefined : `json-${kind}`}>
          {text}
        </span>
      ))}
    </>
  )
}
