/** Light or dark: as the system says, unless the reader says otherwise, which is kept. */
import { effect, signal } from '@preact/signals'

export type Theme = 'system' | 'light' | 'dark'

const key = 'blink.theme'

export const theme = signal<Theme>(kept())

function kept(): Theme {
  const value = localStorage.getItem(key)
  return value === 'light' || value === 'dark' ? value : 'system'
}

export function keepTheme(): void {
  effect(() => {
    if (theme.value === 'system') {
      localStorage.removeItem(key)
      delete document.documentElement.dataset.theme
    } else {
      localStorage.setItem(key, theme.value)
      document.documentElement.dataset.theme = theme.value
    }
  })
}
