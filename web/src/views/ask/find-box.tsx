/** The search among the bars of an answer. What is searched for is part of the address, so a link shows the same bars. */
import { type ReactNode, useId } from 'react'
import type { How } from '../../state/view-state.ts'

/** Of the view: what its bars are searched for. */
export interface Search {
  find: string
  onFind(find: string, how?: How): void
}

/** As names are compared with it. */
export const wantedOf = ({ find }: Pick<Search, 'find'>): string => find.trim().toLowerCase()

/** `children`: how many were found. */
export function FindBox({ search: { find, onFind }, placeholder, children }: { search: Search; placeholder: string; children: ReactNode }) {
  const id = useId()
  return (
    <div className="row">
      <label htmlFor={id} className="muted">Find</label>
      {/* Typing leaves no trail of steps for Back. */}
      <input id={id} type="search" size={26} value={find} placeholder={placeholder} onChange={(event) => onFind(event.target.value, { replace: true })} />
      <span className="muted" role="status">{children}</span>
    </div>
  )
}
