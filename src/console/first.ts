/** Stands in the page itself: runs before anything is painted, so that the frame is never seen in the other colours. */
import { keptTheme, showTheme } from './kept-theme.ts'

showTheme(keptTheme())
