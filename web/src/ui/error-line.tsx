/** The server's own sentence beside a control, unless it stands in the view already. */
import { complaintOf } from '../api/errors.ts'
import { useSays } from './said-once.tsx'

export function ErrorLine({ error }: { error: unknown }) {
  const complaint = complaintOf(error)
  return useSays(complaint, 'control') ? <span className="bad">{complaint.message}</span> : null
}
