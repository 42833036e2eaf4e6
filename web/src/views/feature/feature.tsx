/** One feature: what it is about, when it fires, why it fires, and what it does. */
import { Link } from 'wouter'
import { FeatureViewDocument } from '../../api/generated.ts'
import { useLatest } from '../../api/use-latest.ts'
import { featureAddress, featureSetAddress, nameIn } from '../../state/addresses.ts'
import { useViewState } from '../../state/view-state.ts'
import { ErrorNote } from '../../ui/error-note.tsx'
import { Facts } from '../../ui/facts.tsx'
import { LIBRARY, NoSuch } from '../../ui/no-such.tsx'
import { SaidOnce } from '../../ui/said-once.tsx'
import { count, percent, score } from '../../ui/words.ts'
import { Alike } from './alike.tsx'
import { Descriptions } from './descriptions.tsx'
import { Did } from './did.tsx'
import { Examples } from './examples.tsx'
import { Explained } from './explained.tsx'
import { featureParts } from './feature-state.ts'
import { Logits } from './logits.tsx'
import { OwnText } from './own-text.tsx'
import { Strengths } from './strengths.tsx'
import type { Feature } from './types.ts'
import { Vectors } from './vectors.tsx'

/** Of each interval of strength. */
const EACH = 5

export default function FeatureView({ params }: { params: { model: string; source: string; index: string } }) {
  const model = nameIn(params.model)
  const source = nameIn(params.source)
  const index = Number(params.index)
  const [state, change] = useViewState(featureParts)
  const isNumber = /^\d{1,9}$/.test(params.index)
  const variables = {
    model,
    source,
    index,
    dataset: state.dataset || null,
    strongest: state.show ?? featureParts.show.fallback ?? EACH,
    each: EACH,
  }
  const { data, error, loading } = useLatest(FeatureViewDocument, isNumber ? variables : null)
  if (error) return <ErrorNote error={error} />
  if (!data && loading)
    return (
      <p className="loading" role="status">
        Loading …
      </p>
    )
  const feature = data?.feature
  if (!feature) {
    return (
      <NoSuch
        what="feature"
        name={`${model}/${source}/${params.index}`}
        expected="a model, one of its feature sets, and the number of a feature in it"
        place={LIBRARY}
      />
    )
  }
  return (
    <div className="feature" aria-busy={loading}>
      <Head feature={feature} />
      <div className="columns feature-top">
        <div>
          <Descriptions feature={feature} />
          <Strengths feature={feature} variables={variables} />
        </div>
        <Logits feature={feature} variables={variables} />
      </div>
      <SaidOnce>
        <Explained key={feature.name} feature={feature} state={state} onChange={change} />
        <Examples feature={feature} state={state} variables={variables} onChange={change} />
        <OwnText feature={feature} state={state} onChange={change} />
      </SaidOnce>
      <Alike feature={feature} variables={variables} />
      <Did key={`did ${feature.name}`} feature={feature} />
      <Vectors feature={feature} />
    </div>
  )
}

function Head({ feature }: { feature: Feature }) {
  const { name, set, label, index, statistics, decoderNorm } = feature
  const at = (other: number) => featureAddress(`${set.name}/${other}`)
  return (
    <header>
      <nav className="row" aria-label="Features of the set">
        <Link href={featureSetAddress(set.name)}>All of {set.name}</Link>
        <div className="row end">
          {index > 0 && (
            <Link href={at(index - 1)} rel="prev">
              ← {index - 1}
            </Link>
          )}
          {index < set.featureCount - 1 && (
            <Link href={at(index + 1)} rel="next">
              {index + 1} →
            </Link>
          )}
        </div>
      </nav>
      <h1 className="headline">
        {name} <span className="feature-label">{label ?? 'nobody has said yet what it is about'}</span>
      </h1>
      <Facts
        facts={[
          {
            name: set.writes === null ? 'reads and writes' : 'reads, and writes',
            value: set.writes === null ? set.site : `${set.site}, ${set.writes}`,
          },
          statistics && {
            name: 'fires at',
            value: `${percent(statistics.density)} of tokens`,
            title: `${count(statistics.fired)} of ${count(statistics.tokens)} tokens of ${statistics.dataset}`,
          },
          statistics?.mean != null && {
            name: 'mean activation',
            value: score(statistics.mean),
            title: 'Where it fires',
          },
          statistics?.max != null && { name: 'largest activation', value: score(statistics.max) },
          decoderNorm !== null && { name: 'length of decoder row', value: score(decoderNorm) },
          statistics && { name: 'dataset', value: statistics.dataset },
        ]}
      />
      {statistics === null && (
        <p className="note">
          Nothing is known yet of when it fires. Sweep its set over a dataset:{' '}
          <code>npx tributary ingest --sae {set.name} --dataset DATASET</code>.
        </p>
      )}
      {statistics?.fired === 0 && (
        <p className="note dead" role="note">
          <b>Dead on this dataset.</b> It fired at none of {count(statistics.tokens)} tokens of {statistics.dataset}, so
          there are no examples of it.
        </p>
      )}
    </header>
  )
}
