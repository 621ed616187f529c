/** Which colours the reader has chosen, as it is kept: what theme.ts changes, and first.ts shows before all else. */
export type Theme = 'system' | 'light' | 'dark'

const key = 'blink.theme'

export function keptTheme(): Theme {
  const value = localStorage.getItem(key)
  return value === 'light' || value === 'dark' ? value : 'system'
}

export function keepTheme(theme: Theme): void {
  if (theme === 'system') localStorage.removeItem(key)
  else localStorage.setItem(key, theme)
}

export function showTheme(theme: Theme): void {
  const { dataset } = document.documentElement
  if (theme === 'system') delete dataset.theme
  else dataset.theme = theme
}
