/** The state of a view, which lives in its address. */
import { useCallback, useMemo } from 'react'
import { useLocation, useSearch } from 'wouter'
import { searchNow } from './address.ts'
import { type Parts, readState, type StateOf, writeState } from './url.ts'

/** A step that Back undoes, or one that takes the place of the last: walking by key leaves no trail. */
export interface How {
  replace?: boolean
}

type Change<P extends Parts> = (change: Partial<StateOf<P>>, how?: How) => void

export function useViewState<const P extends Parts>(parts: P): [StateOf<P>, Change<P>] {
  const search = useSearch()
  const [path, navigate] = useLocation()
  const state = useMemo(() => readState(parts, search), [parts, search])
  const change = useCallback<Change<P>>(
    (changes, { replace = false } = {}) => {
      const next = writeState(parts, { ...readState(parts, searchNow()), ...changes })
      navigate(next === '' ? path : `${path}?${next}`, { replace })
    },
    [parts, path, navigate],
  )
  return [state, change]
}
