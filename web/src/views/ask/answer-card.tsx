/** The card that an answer stands in: the error in its place, that it is being computed, or what it says. */
import type { ReactNode } from 'react'
import { ErrorNote } from '../../ui/error-note.tsx'

interface AnswerCardProps {
  label: string
  error: unknown
  isLoading: boolean
  children: ReactNode
}

export function AnswerCard({ label, error, isLoading, children }: AnswerCardProps) {
  return (
    <section className="card answer" aria-label={label} aria-busy={isLoading}>
      {error ? <ErrorNote error={error} /> : null}
      {isLoading && <p className="loading" role="status">Computing …</p>}
      {!error && children}
    </section>
  )
}
