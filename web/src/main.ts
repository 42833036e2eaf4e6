/**
 * The page. Its scripts run in several tasks instead of one: each library in its own task as it arrives, then the
 * explorer.
 */
import { applyTheme } from './state/theme.ts'
import './styles/base.css'
import './styles/parts.css'
import './styles/views.css'
import './styles/features.css'

applyTheme()
const root = document.getElementById('root')
if (!root) throw new Error('the page has no place for the explorer')
try {
  await Promise.all([import('react-dom/client'), import('./api/client.ts')])
  const { start } = await import('./start.tsx')
  start(root)
} catch (error) {
  // React may be what is missing, so the page's own line says it.
  root.querySelector('.loading')?.replaceChildren('The explorer could not be loaded: the server does not answer, or has another version now. Load the page again.')
  throw error
}
