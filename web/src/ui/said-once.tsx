/**
 * Several parts of a view ask about one text, and all are refused for the same reason. The sentence stands there once: where the
 * answer would be, not beside every control.
 */
import { createContext, type ReactNode, useCallback, useContext, useId, useLayoutEffect, useState, useSyncExternalStore } from 'react'
import type { Complaint } from '../api/errors.ts'

/** Where a sentence stands: in place of an answer, or beside a control. The former goes before the latter. */
export type Place = 'answer' | 'control'

interface Claim extends Complaint {
  id: string
  place: Place
}

interface Said {
  claim(claim: Claim): () => void
  /** Whether another says the same, who goes before this one. */
  isSaidBefore(claim: Claim): boolean
  onChange(listener: () => void): () => void
}

/** A text that is too large for several questions has a sentence for each, which differ in what the answer would need. */
const isSame = (a: Complaint, b: Complaint): boolean => a.message === b.message || (a.code === 'TOO_LARGE' && b.code === 'TOO_LARGE')

function makeSaid(): Said {
  let claims: readonly Claim[] = []
  const listeners = new Set<() => void>()
  const become = (next: readonly Claim[]) => {
    claims = next
    for (const listener of listeners) listener()
  }
  return {
    claim(claim) {
      become([...claims, claim])
      return () => become(claims.filter((each) => each !== claim))
    },
    isSaidBefore({ id, place, ...complaint }) {
      const before = claims.slice(0, Math.max(0, claims.findIndex((each) => each.id === id)))
      if (place === 'answer') return before.some((each) => each.place === 'answer' && each.message === complaint.message)
      return claims.some((each) => each.place === 'answer' && isSame(each, complaint)) || before.some(({ message }) => message === complaint.message)
    },
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

const SaidContext = createContext<Said | null>(null)

/** Within it, no two errors say the same. */
export function SaidOnce({ children }: { children: ReactNode }) {
  const [said] = useState(makeSaid)
  return <SaidContext value={said}>{children}</SaidContext>
}

const nothing = () => {}

/** Whether the complaint is to be shown here. */
export function useSays({ code, message }: Complaint, place: Place): boolean {
  const said = useContext(SaidContext)
  const id = useId()
  // Before anything is painted.
  useLayoutEffect(() => said?.claim({ id, code, message, place }), [said, id, code, message, place])
  const subscribe = useCallback((listener: () => void) => said?.onChange(listener) ?? nothing, [said])
  return useSyncExternalStore(subscribe, () => said === null || !said.isSaidBefore({ id, code, message, place }))
}
