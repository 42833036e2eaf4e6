/** Pages of a list go forward; Back of the browser goes back. */
import { count } from './words.ts'

interface PagerProps {
  page: { hasNextPage: boolean; endCursor: string | null }
  isFirst: boolean
  shown: number
  total: number
  onPage(after: string): void
}

export function Pager({ page, isFirst, shown, total, onPage }: PagerProps) {
  return (
    <div className="row">
      <span className="muted" role="status">{shown} of {count(total)}</span>
      {!isFirst && <button type="button" className="small" onClick={() => onPage('')}>First page</button>}
      {page.hasNextPage && page.endCursor !== null && (
        <button type="button" className="small" onClick={() => onPage(page.endCursor ?? '')}>Next page</button>
      )}
    </div>
  )
}
