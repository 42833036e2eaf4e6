/** Asks for an API key if the server needs one. */
import { type FormEvent, useRef } from 'react'
import { keepKey } from '../api/key.ts'
import { useKey } from '../api/use-key.ts'

const ID = 'api-key'

export function openKeyDialog(): void {
  const dialog = document.getElementById(ID)
  if (dialog instanceof HTMLDialogElement && !dialog.open) dialog.showModal()
}

export function KeyDialog() {
  const input = useRef<HTMLInputElement>(null)
  const key = useKey()
  const close = () => (document.getElementById(ID) as HTMLDialogElement | null)?.close()
  const submit = (event: FormEvent) => {
    event.preventDefault()
    keepKey(input.current?.value ?? '')
    close()
  }
  return (
    <dialog id={ID} aria-labelledby="api-key-title">
      <form onSubmit={submit}>
        <h2 id="api-key-title">API key</h2>
        <label htmlFor="api-key-field">Key</label>
        <input id="api-key-field" ref={input} type="password" autoComplete="off" spellCheck={false} defaultValue={key}
          aria-describedby="api-key-note" />
        <p id="api-key-note" className="muted">
          Kept until this tab is closed, and sent as <code>x-api-key</code>. Computing and writing may need one; whoever
          runs this server has it.
        </p>
        <div className="row end">
          <button type="button" onClick={close}>Cancel</button>
          <button type="submit" className="primary">Use this key</button>
        </div>
      </form>
    </dialog>
  )
}
