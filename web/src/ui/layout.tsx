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
      {theme === 'light' ? '☾' : '☀'}
    </button>
  )
}
