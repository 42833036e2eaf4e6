/** Numbers with their names, in one line. */
import type { ReactNode } from 'react'

export interface Fact {
  name: string
  value: ReactNode
  /** What the number is, for those who ask. */
  title?: string
  bad?: boolean
}

export function Facts({ facts }: { facts: readonly (Fact | false | null)[] }) {
  return (
    <dl className="facts">
      {facts.map((fact) => fact && (
        <div key={fact.name} title={fact.title} className={fact.bad ? 'bad' : undefined}>
          <dt>{fact.name}</dt>
          <dd>{fact.value}</dd>
        </div>
      ))}
    </dl>
  )
}
