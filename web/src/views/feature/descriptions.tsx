/** What people and models say a feature is about. Users who may compute may vote and add descriptions. */
import { useMutation } from '@apollo/client/react'
import { type FormEvent, useId, useRef } from 'react'
import { AddExplanationDocument, FeatureViewDocument, type Vote, VoteExplanationDocument } from '../../api/generated.ts'
import { ErrorNote } from '../../ui/error-note.tsx'
import { score } from '../../ui/words.ts'
import type { Feature } from './types.ts'

/** Reads the feature again, because another description may have become the label. */
const again = { refetchQueries: [FeatureViewDocument], awaitRefetchQueries: true }

export function Descriptions({ feature }: { feature: Feature }) {
  const [vote, voted] = useMutation(VoteExplanationDocument, again)
  const { explanations } = feature
  const cast = (id: string, value: Vote) => void vote({ variables: { id, vote: value } }).catch(() => undefined)
  return (
    <section className="card" aria-label="Descriptions">
      <h2>What it is about</h2>
      {explanations.length === 0 && <p className="hint">Nobody has said yet.</p>}
      <ul className="descriptions">
        {explanations.map(({ id, description, author, method, explainer, score: scored, scoreMethod, votes }) => (
          <li key={id}>
            <p>{description}</p>
            <div className="row muted">
              <small>
                {['by', author, method && `(${[method, explainer].filter(Boolean).join(', ')})`]
                  .filter(Boolean)
                  .join(' ')}
                {scored !== null && `, score ${score(scored)}${scoreMethod === null ? '' : ` by ${scoreMethod}`}`}
              </small>
              <div className="row end" role="group" aria-label={`Vote on “${description}”`}>
                <span>{votes === 1 || votes === -1 ? `${votes} vote` : `${votes} votes`}</span>
                <button
                  type="button"
                  className="small"
                  aria-label={`Vote for “${description}”`}
                  disabled={voted.loading}
                  onClick={() => cast(id, 'UP')}
                >
                  ▲
                </button>
                <button
                  type="button"
                  className="small"
                  aria-label={`Vote against “${description}”`}
                  disabled={voted.loading}
                  onClick={() => cast(id, 'DOWN')}
                >
                  ▼
                </button>
                <button
                  type="button"
                  className="small"
                  aria-label={`Take back the vote on “${description}”`}
                  disabled={voted.loading}
                  onClick={() => cast(id, 'NONE')}
                >
                  take back
                </button>
              </div>
            </div>
          </li>
        ))}
      </ul>
      {voted.error ? <ErrorNote error={voted.error} /> : null}
      <Say feature={feature} />
    </section>
  )
}

const LONGEST = 2000

function Say({ feature: { set, index } }: { feature: Feature }) {
  const [add, { error, loading }] = useMutation(AddExplanationDocument, again)
  const input = useRef<HTMLInputElement>(null)
  const id = useId()
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    const description = input.current?.value.trim() ?? ''
    if (description === '') return
    const said = { model: set.model.slug, source: set.source, index, description, method: 'human' }
    try {
      await add({ variables: { input: said } })
      if (input.current) input.current.value = ''
    } catch {
      // The error is shown below, and the text stays in the form.
    }
  }
  return (
    <>
      <form className="row say" onSubmit={submit}>
        <label htmlFor={id} className="sr-only">
          What do you think it is about?
        </label>
        <input id={id} ref={input} maxLength={LONGEST} placeholder="What do you think it is about?" />
        <button type="submit" disabled={loading}>
          Say so
        </button>
      </form>
      {error ? <ErrorNote error={error} /> : null}
    </>
  )
}
