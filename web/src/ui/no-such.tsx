/** Said where an address names nothing: what came, what was expected, and where to go. */
import { Link } from 'wouter'

interface NoSuchProps {
  /** `run`, `dataset` … */
  what: string
  name: string
  /** What an address has in its place. */
  expected: string
  /** Where those that there are can be found. */
  place: { name: string; href: string }
}

export function NoSuch({ what, name, expected, place }: NoSuchProps) {
  return (
    <p className="note error" role="alert">
      <span>There is no {what} {JSON.stringify(name)} here: expected {expected}; open one from <Link href={place.href}>{place.name}</Link>.</span>
    </p>
  )
}

export const LIBRARY = { name: 'the library', href: '/library' }
