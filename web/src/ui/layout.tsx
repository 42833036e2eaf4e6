/** The frame of every view: the present place, the other views, and the choice of light or dark. */
import type { ReactNode } from 'react'
import { Link, useLocation } from 'wouter'
import { useKey } from '../api/use-key.ts'
import icon from '../icon.svg'
import { chooseTheme, useTheme } from '../state/theme.ts'
import { KeyDialog, openKeyDialog } from './key-dialog.tsx'

interface Place {
  path: string
  name: string
  /** First words of the addresses that belong to it. */
  covers: readonly string[]
}

const PLACES: readonly Place[] = [
  { path: '/', name: 'Ask', covers: [''] },
  { path: '/graph', name: 'Graph', covers: ['graph'] },
  { path: '/head', name: 'Heads', covers: ['head'] },
  { path: '/library', name: 'Library', covers: ['library', 'dataset', 'run', 'features', 'feature'] },
  { path: '/experiments', name: 'Experiments', covers: ['experiments'] },
  { path: '/queue', name: 'Queue', covers: ['queue'] },
]

export function Layout({ children }: { children: ReactNode }) {
  const [path] = useLocation()
  const [, first = ''] = path.split('/')
  return (
    <>
      <a className="skip" href="#view">Skip to the view</a>
      <header className="top">
        <Link href="/" className="brand" aria-label="Tributary: ask">
          <img src={icon} alt="" width="26" height="26" />
          <span>Tributary</span>
        </Link>
        <nav aria-label="Views">
          {PLACES.map(({ path: to, name, covers }) => (
            <Link key={to} href={to} aria-current={covers.includes(first) ? 'page' : undefined}>{name}</Link>
          ))}
          <a href="/graphql">GraphQL</a>
        </nav>
        <div className="row end">
          <KeyButton />
          <ThemeButton />
        </div>
      </header>
      <main id="view" tabIndex={-1}>{children}</main>
      <KeyDialog />
    </>
  )
}

function KeyButton() {
  const hasKey = useKey() !== ''
  return (
    <button type="button" className="quiet" onClick={openKeyDialog} title={hasKey ? 'An API key is in use' : 'Enter an API key'}>
      {hasKey ? 'Key ✓' : 'Key'}
    </button>
  )
}

function ThemeButton() {
  const theme = useTheme()
  const other = theme === 'light' ? 'dark' : 'light'
  return (
    <button type="button" className="quiet" aria-label={`Switch to ${other} colours`} title={`Switch to ${other}`} onClick={() => chooseTheme(other)}>
      <svg viewBox="0 0 16 16" width="15" height="15" fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinecap="round" aria-hidden="true">
        <path d={theme === 'light' ? MOON : SUN} />
      </svg>
    </button>
  )
}

/** Drawn, since a character that the font of the page has not is looked for in all others. */
const MOON = 'M13.6 9.8A6 6 0 0 1 6.2 2.4a6 6 0 1 0 7.4 7.4Z'
const SUN = 'M8 5a3 3 0 1 0 0 6a3 3 0 0 0 0-6ZM8 1v1M8 14v1M1 8h1M14 8h1M3.05 3.05l.7.7M12.25 12.25l.7.7M3.05 12.95l.7-.7M12.25 3.75l.7-.7'
