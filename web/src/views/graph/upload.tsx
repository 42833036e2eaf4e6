/** Uploads an exported graph, of Tributary or another program, into the database, where it is shown like any other. */
import { type ChangeEvent, type DragEvent, useId, useState } from 'react'
import { ErrorNote } from '../../ui/error-note.tsx'
import { sendGraph } from './send-graph.ts'

export function UploadGraph({ onStored }: { onStored(id: string): void }) {
  const id = useId()
  const [state, setState] = useState<{ error: unknown; reading: boolean }>({ error: null, reading: false })
  const send = async (file: File) => {
    setState({ error: null, reading: true })
    try {
      const stored = await sendGraph(file)
      setState({ error: null, reading: false })
      onStored(stored)
    } catch (error) {
      setState({ error, reading: false })
    }
  }
  const drop = (event: DragEvent) => {
    event.preventDefault()
    const [file] = event.dataTransfer.files
    if (file && !state.reading) void send(file)
  }
  const choose = (event: ChangeEvent<HTMLInputElement>) => {
    const [file] = event.currentTarget.files ?? []
    // Cleared, so that the same file can be chosen again.
    event.currentTarget.value = ''
    if (file) void send(file)
  }
  return (
    <section className="card" aria-label="Upload" onDragOver={(event) => event.preventDefault()} onDrop={drop}>
      <div className="row">
        <label htmlFor={id}>Upload a graph</label>
        <input id={id} type="file" accept=".json,application/json" onChange={choose} disabled={state.reading} />
        <span className="muted">Or drop it here: the JSON that circuit-tracer, Neuronpedia and “Download the graph” write.</span>
        {state.reading && <span role="status" className="loading">Reading …</span>}
      </div>
      {state.error ? <ErrorNote error={state.error} /> : null}
    </section>
  )
}
