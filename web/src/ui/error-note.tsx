/** Shows the server's own sentence in place of an answer. */
import { complaintOf, needsKey } from '../api/errors.ts'
import { openKeyDialog } from './key-dialog.tsx'

export function ErrorNote({ error }: { error: unknown }) {
  const complaint = complaintOf(error)
  return (
    <div className="note error" role="alert">
      <p>{complaint.message}</p>
      {needsKey(complaint) && (
        <button type="button" onClick={openKeyDialog}>Enter an API key</button>
      )}
    </div>
  )
}
