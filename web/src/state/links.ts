/** Links inside of charts: they lead from view to view without loading the page anew. */
import { type MouseEvent, useCallback } from 'react'
import { useLocation } from 'wouter'

const XLINK = 'http://www.w3.org/1999/xlink'

export function useLinks(): (event: MouseEvent<HTMLElement>) => void {
  const [, navigate] = useLocation()
  return useCallback(
    (event) => {
      if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
      const link = event.target instanceof Element ? event.target.closest('svg a') : null
      const address = link?.getAttributeNS(XLINK, 'href') ?? link?.getAttribute('href')
      if (!address?.startsWith('/')) return
      event.preventDefault()
      navigate(address)
    },
    [navigate],
  )
}
