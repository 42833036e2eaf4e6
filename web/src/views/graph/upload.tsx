/** A graph that was exported, here or by others, into this database, where it is looked at as any other. */
import { useApolloClient } from '@apollo/client/react'
import { type ChangeEvent, useId, useState } from 'react'
import { ImportGraphDocument } from '../../api/generated.ts'
import { ErrorNote } from '../../ui/error-note.tsx'

export function UploadGraph({ onStored }: { onStored(id: string): void }) {
  const client = useApolloClient()
  const id = useId()
  const [state, setState] = useState<{ error: unknown; reading: boolean }>({ error: null, reading: false })
  const send = async (file: File) => {
    setState({ error: null, reading: true })
    try {
      const document = parse(await file.text(), file.name)
      const { data } = await client.mutate({ mutation: ImportGraphDocument, variables: { document }, errorPolicy: 'none' })
      setState({ error: null, reading: false })
      if (data?.importAttributionGraph) onStored(data.importAttributionGraph.id)
    } catch (error) {
      setState({ error, reading: false })
    }
  }
  const choose = (event: ChangeEvent<HTMLInputElement>) => {
    const [file] = event.currentTarget.files ?? []
    // The same file may be chosen again.
    event.currentTarget.value = ''
    if (file) void send(file)
  }
  return (
    <section className="card" aria-label="Upload">
      <div className="row">
        <label htmlFor={id}>Upload a graph</label>
        <input id={id} type="file" accept=".json,application/json" onChange={choose} disabled={state.reading} />
        <span className="muted">The JSON that circuit-tracer, Neuronpedia and “Download the graph” write.</span>
        {state.reading && <span role="status" className="loading">Reading …</span>}
      </div>
      {state.error ? <ErrorNote error={state.error} /> : null}
    </section>
  )
}

function parse(text: string, name: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    throw new Error(`${name} is no JSON; expected an attribution graph as circuit-tracer and Neuronpedia write it.`)
  }
}
