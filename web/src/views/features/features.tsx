/** The features of one set: searched, filtered, ordered and cut into pages by the database. */
import type { FormEvent } from 'react'
import { Link } from 'wouter'
import { FeatureListDocument, type SetPartsFragment } from '../../api/generated.ts'
import { useLatest } from '../../api/use-latest.ts'
import { nameIn } from '../../state/addresses.ts'
import { useViewState } from '../../state/view-state.ts'
import { ErrorNote } from '../../ui/error-note.tsx'
import { Facts } from '../../ui/facts.tsx'
import { count, percent, score } from '../../ui/words.ts'
import { FeatureTable } from './feature-table.tsx'
import { featuresParts, type FeaturesState, filterOf, isRanked, SEARCHES, SHOWN } from './features-state.ts'
import { FoundByText, FoundByWords } from './found.tsx'

export default function Features({ params }: { params: { model: string; source: string } }) {
  const model = nameIn(params.model)
  const source = nameIn(params.source)
  const [state, change] = useViewState(featuresParts)
  const { by, direction, after, dataset } = state
  // A search with an order of its own also has its own pages, whose cursors do not fit this list.
  const variables = {
    model,
    source,
    dataset: dataset || null,
    where: filterOf(state),
    orderBy: { by, direction },
    after: isRanked(state) ? null : after || null,
  }
  const { data, error, loading } = useLatest(FeatureListDocument, variables)
  const set = data?.featureSet
  return (
    <div className="features">
      <h1>
        Features of {model}/{source}
      </h1>
      {error ? <ErrorNote error={error} /> : null}
      {!data && loading && (
        <p className="loading" role="status">
          Loading …
        </p>
      )}
      {set && <SetFacts set={set} />}
      {set && (
        <section className="card" aria-label="Features" aria-busy={loading}>
          <Find key={`${state.in} ${state.find}`} state={state} datasets={sweptOver(set)} onChange={change} />
          {isRanked(state) ? (
            state.in === 'about' ? (
              <FoundByWords model={model} source={source} state={state} onChange={change} />
            ) : (
              <FoundByText model={model} source={source} state={state} onChange={change} />
            )
          ) : (
            data.features && (
              <FeatureTable features={data.features} state={state} variables={variables} onChange={change} />
            )
          )}
        </section>
      )}
      <p>
        <Link href="/library">Library</Link>
      </p>
    </div>
  )
}

const sweptOver = ({ sweeps }: SetPartsFragment) =>
  sweeps.filter(({ status }) => status === 'DONE').map(({ dataset }) => dataset.slug)

function SetFacts({ set }: { set: SetPartsFragment }) {
  const swept = sweptOver(set)
  return (
    <Facts
      facts={[
        { name: 'features', value: count(set.featureCount) },
        {
          name: set.writes === null ? 'reads and writes' : 'reads, and writes',
          value: set.writes === null ? set.site : `${set.site}, ${set.writes}`,
        },
        { name: 'activation', value: set.activation },
        { name: 'variance explained', value: percent(set.varianceExplained), title: 'On the tokens of the self-test' },
        { name: 'features per token', value: score(set.l0), title: 'L0, on the tokens of the self-test' },
        { name: 'self-test', value: set.verdict.toLowerCase(), bad: set.verdict !== 'OK' },
        { name: 'format', value: set.format },
        { name: 'swept over', value: swept.length === 0 ? 'nothing yet' : swept.join(', ') },
      ]}
    />
  )
}

const SEARCH_NAMES: Readonly<Record<FeaturesState['in'], string>> = {
  label: 'label contains',
  about: 'words, best first',
  text: 'text of examples',
  raises: 'raises the token',
}

interface FindProps {
  state: FeaturesState
  datasets: readonly string[]
  onChange(change: Partial<FeaturesState>): void
}

function Find({ state, datasets, onChange }: FindProps) {
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const where = SEARCHES.find((each) => each === form.get('in')) ?? 'label'
    onChange({ find: String(form.get('find') ?? ''), in: where, after: '' })
  }
  return (
    <form className="row" role="search" onSubmit={submit}>
      <input
        name="find"
        type="search"
        defaultValue={state.find}
        size={26}
        aria-label="Find features"
        placeholder="Find features"
      />
      <select name="in" defaultValue={state.in} aria-label="Where to look">
        {SEARCHES.map((each) => (
          <option key={each} value={each}>
            {SEARCH_NAMES[each]}
          </option>
        ))}
      </select>
      <button type="submit">Find</button>
      <div className="row end">
        {datasets.length > 1 && (
          <label className="inline">
            <span className="muted">dataset</span>
            <select
              value={state.dataset || datasets[0]}
              onChange={(event) => onChange({ dataset: event.target.value, after: '' })}
            >
              {datasets.map((slug) => (
                <option key={slug}>{slug}</option>
              ))}
            </select>
          </label>
        )}
        <label className="inline">
          <span className="muted">show</span>
          <select
            value={state.show}
            disabled={isRanked(state)}
            onChange={(event) =>
              onChange({ show: SHOWN.find((each) => each === event.target.value) ?? 'all', after: '' })
            }
          >
            {SHOWN.map((each) => (
              <option key={each}>{each}</option>
            ))}
          </select>
        </label>
      </div>
    </form>
  )
}
