/** One page of the features of a set. */
import { Link } from 'wouter'
import { FeatureListDocument, type FeatureListQuery, type FeatureListQueryVariables } from '../../api/generated.ts'
import { sqlCommand } from '../../export/command-line.ts'
import { csvOf } from '../../export/csv.ts'
import { queryText } from '../../export/graphql-text.ts'
import { featureAddress } from '../../state/addresses.ts'
import { CopyBar } from '../../ui/copy-bar.tsx'
import { Pager } from '../../ui/pager.tsx'
import { percent, score, tokenName } from '../../ui/words.ts'
import type { FeaturesOrder, FeaturesState } from './features-state.ts'

interface FeatureTableProps {
  features: NonNullable<FeatureListQuery['features']>
  state: FeaturesState
  variables: FeatureListQueryVariables
  onChange(change: Partial<FeaturesState>): void
}

/** Of the tokens that a feature raises. */
const LOGITS = 4

export function FeatureTable({ features, state, variables, onChange }: FeatureTableProps) {
  const { by, direction, after } = state
  const { nodes, pageInfo, totalCount } = features
  const sort = (field: FeaturesOrder) =>
    onChange({
      by: field,
      direction: by === field ? (direction === 'DESC' ? 'ASC' : 'DESC') : field === 'INDEX' ? 'ASC' : 'DESC',
      after: '',
    })
  const head = (field: FeaturesOrder, name: string) => (
    <th
      scope="col"
      className="num"
      aria-sort={by === field ? (direction === 'DESC' ? 'descending' : 'ascending') : undefined}
    >
      <button type="button" onClick={() => sort(field)}>
        {name}
        {by === field ? (direction === 'DESC' ? ' ↓' : ' ↑') : ''}
      </button>
    </th>
  )
  return (
    <>
      <div className="table-frame">
        <table className="list">
          <thead>
            <tr>
              {head('INDEX', '#')}
              <th scope="col">What it is about</th>
              {head('DENSITY', 'Fires at')}
              {head('MEAN', 'Mean')}
              {head('MAX', 'Largest')}
              <th scope="col">Raises most</th>
            </tr>
          </thead>
          <tbody>
            {nodes.map(({ id, name, index, label, statistics, topLogits }) => (
              <tr key={id}>
                <td className="num">
                  <Link href={featureAddress(name)}>{index}</Link>
                </td>
                <td>
                  {label === null ? <span className="muted">–</span> : <Link href={featureAddress(name)}>{label}</Link>}
                </td>
                <td className="num">
                  {statistics &&
                    (statistics.density === 0 ? (
                      <span className="badge wrong">dead</span>
                    ) : (
                      percent(statistics.density)
                    ))}
                </td>
                <td className="num">{statistics?.mean != null && score(statistics.mean)}</td>
                <td className="num">{statistics?.max != null && score(statistics.max)}</td>
                <td className="logits">
                  {topLogits
                    .slice(0, LOGITS)
                    .map(({ text }) => tokenName(text))
                    .join('  ')}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {nodes.length === 0 && <p className="note">No feature of the set is like that.</p>}
      <Pager
        page={pageInfo}
        isFirst={after === ''}
        shown={nodes.length}
        total={totalCount}
        onPage={(next) => onChange({ after: next })}
      />
      <CopyBar
        copies={{
          name: `tributary-features-${variables.model}-${variables.source}`,
          csv: () =>
            csvOf(
              ['feature', 'label', 'density', 'mean', 'max', 'raises'],
              nodes.map(({ name, label, statistics, topLogits }) => [
                name,
                label,
                statistics?.density ?? null,
                statistics?.mean ?? null,
                statistics?.max ?? null,
                topLogits.map(({ text }) => text).join(''),
              ]),
            ),
          json: () => nodes,
          graphql: () => queryText(FeatureListDocument, variables),
          command: () => commandOf(variables, state),
        }}
      />
    </>
  )
}

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`
const COLUMNS: Readonly<Record<FeaturesOrder, string>> = {
  INDEX: '"index"',
  DENSITY: 'density',
  MEAN: 'mean',
  MAX: '"max"',
}
const KINDS: Readonly<Record<FeaturesState['show'], string>> = {
  all: '',
  firing: ' AND fired > 0',
  dead: ' AND fired = 0',
  labelled: ' AND label IS NOT NULL',
  unlabelled: ' AND label IS NULL',
}

function commandOf(
  { model, source }: FeatureListQueryVariables,
  { find, in: where, show, dataset, by, direction }: FeaturesState,
): string {
  const searched =
    find === ''
      ? ''
      : where === 'raises'
        ? ` AND ${quoted(find)} = ANY (top_tokens)`
        : ` AND strpos(lower(label), lower(${quoted(find)})) > 0`
  const conditions = `model = ${quoted(model)} AND source = ${quoted(source)}${dataset === '' ? '' : ` AND dataset = ${quoted(dataset)}`}${KINDS[show]}${searched}`
  return sqlCommand(
    `SELECT feature, label, density, mean, max, top_tokens FROM feature_readable WHERE ${conditions} ORDER BY ${COLUMNS[by]} ${direction} LIMIT 25`,
  )
}
