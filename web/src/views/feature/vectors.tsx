/** The feature in numbers, as files for other programs. */
import { useLazyQuery } from '@apollo/client/react'
import { useState } from 'react'
import { FeatureVectorsDocument } from '../../api/generated.ts'
import { offerFile } from '../../export/offer.ts'
import { ErrorNote } from '../../ui/error-note.tsx'
import { count } from '../../ui/words.ts'
import type { Feature } from './types.ts'

type Kind = 'encoder' | 'decoder'

const KINDS: readonly { kind: Kind; name: string; note: string }[] = [
  {
    kind: 'encoder',
    name: 'What it reads',
    note: 'Its column of the encoder: `tributary attribute --direction FILE` takes it as it is',
  },
  { kind: 'decoder', name: 'What it writes', note: 'Its row of the decoder, to steer with or to search by' },
]

export function Vectors({ feature: { name, set } }: { feature: Feature }) {
  const [load, { error, loading }] = useLazyQuery(FeatureVectorsDocument)
  const [said, setSaid] = useState('')
  const save = async (kind: Kind) => {
    const { data } = await load({ variables: { name } })
    const vector = data?.featureVectors?.[kind]
    if (!vector) return
    const file = `${name.replaceAll('/', '-')}-${kind}.json`
    setSaid(
      `${vector.length} numbers ${offerFile(new Blob([`${JSON.stringify(vector)}\n`], { type: 'application/json' }), file)}`,
    )
  }
  return (
    <section className="card" aria-label="Vectors">
      <h2>In numbers</h2>
      <div className="row">
        {KINDS.map(({ kind, name: title, note }) => (
          <button
            key={kind}
            type="button"
            className="small"
            title={note}
            disabled={loading}
            onClick={() => void save(kind)}
          >
            {title} (JSON)
          </button>
        ))}
        <span role="status" className="muted">
          {loading ? 'Reading …' : said}
        </span>
      </div>
      {error ? <ErrorNote error={error} /> : null}
      <p className="hint">
        Its set reads {set.site}
        {set.writes !== null && ` and writes ${set.writes}`}, {count(set.featureCount)} features,{' '}
        {set.activation}, {set.format}.
      </p>
    </section>
  )
}
