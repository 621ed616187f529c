/** The frame around every page: where one can go, what is open, and what may stand before it. */
import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { isReachable, tokenQuestion } from './api.ts'
import type { Theme } from './kept-theme.ts'
import { pages } from './pages/pages.ts'
import { Select, TextField } from './parts/controls.tsx'
import { Confirmations, Dialog } from './parts/dialog.tsx'
import { Empty, Page } from './parts/showing.tsx'
import { Toasts } from './parts/toasts.tsx'
import { address } from './router.ts'
import { theme } from './theme.ts'

export function Shell() {
  const main = useRef<HTMLElement>(null)
  const { path } = address.value
  const place = path.join('/')
  const isFirst = useRef(true)
  // As a browser does when it loads a page: at its top, and so that a screen reader begins there.
  useEffect(() => {
    if (!isFirst.current) main.current?.focus({ preventScroll: true })
    isFirst.current = false
    scrollTo(0, 0)
  }, [place])
  return (
    <div class="shell">
      <Side />
      <main ref={main} id="main" tabIndex={-1}>
        {isReachable.value ? null : (
          <div class="offline" role="alert">
            Blink does not answer. What is shown is from before; this page goes on by itself.
          </div>
        )}
        <Current />
      </main>
      <Confirmations />
      <TokenDialog />
      <Toasts />
    </div>
  )
}

function Current() {
  const { path } = address.value
  const [first = '', ...rest] = path
  const page = pages.find(({ id }) => id === first)
  if (page === undefined) {
    return (
      <Page title="There is no such page">
        <Empty title={`“${path.join('/')}” is not a page of this console`}>
          <a class="plain" href="#/">
            Go to the overview
          </a>
        </Empty>
      </Page>
    )
  }
  return <page.show rest={rest} key={path.join('/')} />
}

const groups = ['Data', 'Rules', 'Tests'] as const

function Side() {
  const isOpen = useSignal(false)
  const current = address.value.path[0] ?? ''
  useEffect(() => {
    isOpen.value = false
  }, [address.value])
  return (
    <header class={`side ${isOpen.value ? 'open' : ''}`}>
      <button type="button" class="skip button" onClick={skip}>
        Skip to the content
      </button>
      <div class="brand">
        <Eye />
        <a href="#/">Blink</a>
      </div>
      <button
        type="button"
        class="button menu-button"
        aria-expanded={isOpen.value}
        aria-controls="nav"
        onClick={() => {
          isOpen.value = !isOpen.value
        }}
      >
        Menu
      </button>
      <nav id="nav" aria-label="Pages">
        {groups.map((group) => (
          <div key={group}>
            <h2>{group}</h2>
            <ul>
              {pages
                .filter((page) => page.group === group)
                .map(({ id, title }) => (
                  <li key={id}>
                    <a href={`#/${id}`} aria-current={id === current ? 'page' : undefined}>
                      {title}
                    </a>
                  </li>
                ))}
            </ul>
          </div>
        ))}
      </nav>
      <div class="foot">
        <a class="plain" href="/docs" target="_blank" rel="noreferrer">
          HTTP API
        </a>
        <Select
          label="Colours"
          value={theme.value}
          options={themes}
          onValue={(value) => {
            theme.value = value
          }}
        />
      </div>
    </header>
  )
}

const themes: readonly (readonly [Theme, string])[] = [
  ['system', 'Auto'],
  ['light', 'Light'],
  ['dark', 'Dark'],
]

/** No link: the address after `#` is the page's. */
function skip(): void {
  document.getElementById('main')?.focus()
}

function Eye() {
  return (
    <svg
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      stroke-width="1.8"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      <path d="M2 12q10-11 20 0q-10 11-20 0z" />
      <circle cx="12" cy="12" r="3" fill="currentColor" stroke="none" />
    </svg>
  )
}

function TokenDialog() {
  const question = tokenQuestion.value
  const token = useSignal('')
  if (question === null) return null
  const answer = (value: string | null) => {
    token.value = ''
    question.answer(value)
  }
  return (
    <Dialog
      key={question.why}
      title="This needs the admin token"
      confirm="Continue"
      isReady={token.value !== ''}
      onConfirm={() => answer(token.value)}
      onClose={() => tokenQuestion.value === question && answer(null)}
    >
      <p class="soft">{question.why} It is admin_token in settings.yaml, and is kept until this tab is closed.</p>
      <TextField
        label="Token"
        type="password"
        autocomplete="off"
        autofocus
        value={token.value}
        onValue={(value) => {
          token.value = value
        }}
      />
    </Dialog>
  )
}
