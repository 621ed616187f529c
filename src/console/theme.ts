/** Light or dark: as the system says, unless the reader says otherwise, which is kept. */
import { effect, signal } from '@preact/signals'
import { keepTheme, keptTheme, showTheme, type Theme } from './kept-theme.ts'

export const theme = signal<Theme>(keptTheme())

export function followTheme(): void {
  effect(() => {
    keepTheme(theme.value)
    showTheme(theme.value)
  })
}
