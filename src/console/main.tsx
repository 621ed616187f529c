/** The console: a page in the browser that shows what the broker holds and does, and changes it, over the HTTP API. */
import './styles/base.css'
import './styles/shell.css'
import './styles/parts.css'
import './styles/data.css'
import { render } from 'preact'
import { watchAddress } from './router.ts'
import { Shell } from './shell.tsx'
import { followTheme } from './theme.ts'

followTheme()
watchAddress()
render(<Shell />, document.body)
