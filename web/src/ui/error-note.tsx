/** Shows the server's own sentence in place of an answer, unless it stands in the view already. */
import { complaintOf, needsKey } from '../api/errors.ts'
import { openKeyDialog } from './key-dialog.tsx'
import { useSays } from './said-once.tsx'

export function ErrorNote({ error }: { error: unknown }) {
  const complaint = complaintOf(error)
  if (!useSays(complaint, 'answer')) return null
  return (
    <div className="note error" role="alert">
      <p>{complaint.message}</p>
      {needsKey(complaint) && (
        <button type="button" onClick={openKeyDialog}>Enter an API key</button>
      )}
    </div>
  )
}
