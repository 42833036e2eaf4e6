/** Where a feature fires: the strongest places, and some of each interval of strength, with the text around. */
import { useMemo } from 'react'
import { FeatureViewDocument, type FeatureViewQueryVariables } from '../../api/generated.ts'
import { csvOf } from '../../export/csv.ts'
import { queryText } from '../../export/graphql-text.ts'
import { activationSvg } from '../../heat/activation-svg.ts'
import { currentTheme } from '../../state/theme.ts'
import { CopyBar } from '../../ui/copy-bar.tsx'
import { Tabs } from '../../ui/tabs.tsx'
import { count, score } from '../../ui/words.ts'
import { examplesCommand } from './commands.ts'
import { ExampleText, windowOf } from './example-text.tsx'
import type { Feature } from './types.ts'
import { type FeatureState, writePlace } from './feature-state.ts'

interface ExamplesProps {
  feature: Feature
  state: FeatureState
  variables: FeatureViewQueryVariables
  onChange(change: Partial<FeatureState>): void
}

/** One step of "more". */
const MORE = 10
/** As many as the API gives. */
const MOST = 200

export function Examples({ feature, state, variables, onChange }: ExamplesProps) {
  const { statistics, set } = feature
  const groups = useMemo(
    () =>
      statistics === null
        ? []
        : [
            { title: 'Strongest', note: '', examples: statistics.strongest },
            ...statistics.intervals.map(({ from, to, fired, examples }) => ({
              title: `${score(from)} to ${score(to)}`,
              note: `${count(fired)} tokens; ${examples.length} drawn by hash`,
              examples,
            })),
          ].filter(({ examples }) => examples.length > 0),
    [statistics],
  )
  const datasets = set.sweeps.filter(({ status }) => status === 'DONE').map(({ dataset }) => dataset.slug)
  if (statistics === null || groups.length === 0) return null
  const largest = statistics.max === null ? 0 : Math.abs(statistics.max)
  const shown = state.show ?? MORE
  const all = groups.flatMap(({ title, examples }) => examples.map((example) => ({ group: title, ...example })))
  return (
    <section className="card" aria-label="Examples">
      <div className="row">
        <h2>Where it fires</h2>
        <div className="row end">
          {datasets.length > 1 && (
            <label className="inline">
              <span className="muted">dataset</span>
              <select value={statistics.dataset} onChange={(event) => onChange({ dataset: event.target.value })}>
                {datasets.map((slug) => (
                  <option key={slug}>{slug}</option>
                ))}
              </select>
            </label>
          )}
          <Tabs
            label="Context"
            options={[
              { value: 'short', name: 'Short' },
              { value: 'long', name: 'Long' },
            ]}
            value={state.context}
            onChange={(context) => onChange({ context })}
          />
          <label className="inline">
            <input
              type="checkbox"
              checked={state.breaks === 'yes'}
              onChange={(event) => onChange({ breaks: event.target.checked ? 'yes' : 'no' })}
            />{' '}
            line breaks
          </label>
        </div>
      </div>
      {groups.map(({ title, note, examples }) => (
        <section key={title} aria-label={`Examples: ${title}`}>
          <h3>
            {title} {note !== '' && <small className="muted">{note}</small>}
          </h3>
          <ol className="fires-list">
            {examples.map((example) => {
              const { tokens, marked } = windowOf(example, state.context)
              const place = writePlace({ sequence: example.sequence.id, position: example.position })
              return (
                <li key={place} className={place === state.why ? 'chosen' : undefined}>
                  <span className="num">{score(example.value)}</span>
                  <ExampleText label={`Example ${title} ${place}`} example={example} context={state.context} largest={largest} breaks={state.breaks === 'yes'} />
                  <button
                    type="button"
                    className="small"
                    aria-label={`Why it fires: ${tokens
                      .slice(0, marked + 1)
                      .join('')
                      .trim()}`}
                    onClick={() => onChange({ why: place, read: null, pick: null })}
                  >
                    Why?
                  </button>
                </li>
              )
            })}
          </ol>
          {title === 'Strongest' && examples.length >= shown && shown < MOST && (
            <button type="button" className="small" onClick={() => onChange({ show: Math.min(MOST, shown + MORE) })}>
              More of the strongest
            </button>
          )}
        </section>
      ))}
      <CopyBar
        copies={{
          name: `tributary-examples-${feature.name.replaceAll('/', '-')}`,
          svg: () =>
            activationSvg(
              groups.flatMap(({ title, examples }) => [
                {
                  title,
                  rows: examples.map((example) => ({ value: example.value, ...windowOf(example, state.context) })),
                },
              ]),
              largest,
              currentTheme(),
              `${feature.name} ${feature.label ?? ''}, ${statistics.dataset}`,
            ),
          csv: () =>
            csvOf(
              ['group', 'value', 'position', 'token', 'text'],
              all.map(({ group, value, position, first, tokens }) => [
                group,
                value,
                position,
                tokens[position - first] ?? '',
                tokens.join(''),
              ]),
            ),
          json: () => all,
          graphql: () => queryText(FeatureViewDocument, variables),
          command: () => examplesCommand(feature),
        }}
      />
    </section>
  )
}
