/** Where the head did most: the stored attributions in which its share of the target was largest. */
import { useQuery } from '@apollo/client/react'
import { Link } from 'wouter'
import { HeadDatasetsDocument, HeadPromptsDocument } from '../../api/generated.ts'
import { useLatest } from '../../api/use-latest.ts'
import { sqlCommand, sqlText } from '../../export/command-line.ts'
import { csvOf } from '../../export/csv.ts'
import { queryText } from '../../export/graphql-text.ts'
import { CopyBar } from '../../ui/copy-bar.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { score, signed, tokenName } from '../../ui/words.ts'
import type { Asked } from './question.ts'

export function StrongestPrompts({ asked, onDataset }: { asked: Asked; onDataset(dataset: string): void }) {
  const { model, layer, head, state: { dataset } } = asked
  const variables = { model, layer, head, where: { ...(dataset !== '' && { dataset }) } }
  const { data, error, loading } = useLatest(HeadPromptsDocument, variables)
  const { data: known } = useQuery(HeadDatasetsDocument)
  const effects = data?.model?.componentEffects ?? []
  const rows = effects.map(({ score: share, attribution: { sequence, target, prompts } }) => ({
    share, position: target.position, text: prompts[0]?.text ?? sequence.text ?? '', target, dataset: prompts[0]?.dataset.slug ?? null,
  }))
  return (
    <section className="card" aria-label="Strongest prompts" aria-busy={loading}>
      <h2>Where it did most</h2>
      <div className="row">
        <label className="inline"><span className="muted">dataset</span>
          <select value={dataset} onChange={(event) => onDataset(event.target.value)}>
            <option value="">every one</option>
            {(known?.datasets?.nodes ?? []).map(({ id, slug }) => <option key={id} value={slug}>{slug}</option>)}
          </select>
        </label>
      </div>
      {error ? <ErrorNote error={error} /> : null}
      {data && rows.length === 0 && (
        <p className="note">Nothing is stored of this head. <code>npx tributary ingest --model {model} --dataset DATASET --by head --layer all</code> computes what every head does to every prompt.</p>
      )}
      {rows.length > 0 && (
        <>
          <div className="table-frame">
            <table className="list">
              <thead><tr><th scope="col">Prompt</th><th scope="col">Dataset</th><th scope="col">Target</th><th scope="col" className="num">Value</th><th scope="col" className="num">Share of the head</th></tr></thead>
              <tbody>
                {rows.map(({ share, text, target, position, dataset: slug }, at) => (
                  <tr key={at}>
                    <td><Link href={`/head/${encodeURIComponent(model)}/${layer}.${head}?${new URLSearchParams({ text, query: String(position) })}`}>{text}</Link></td>
                    <td>{slug}</td>
                    <td>{target.text != null && tokenName(target.text)}{target.minusText != null && ` − ${tokenName(target.minusText)}`}</td>
                    <td className="num">{score(target.value)}</td>
                    <td className="num">{signed(share)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
          <CopyBar copies={{
            name: `tributary-head-${layer}.${head}-prompts`,
            csv: () => csvOf(['prompt', 'dataset', 'target', 'minus', 'value', 'score'], rows.map(({ share, text, target, dataset: slug }) =>
              [text, slug, target.text ?? null, target.minusText ?? null, target.value, share])),
            json: () => effects,
            graphql: () => queryText(HeadPromptsDocument, variables),
            command: () => sqlCommand(
              `SELECT prompt, dataset, target, minus, target_value, score FROM head_scores WHERE model = ${sqlText(model)} AND layer = ${layer} AND head = ${head}` +
                `${dataset === '' ? '' : ` AND dataset = ${sqlText(dataset)}`} ORDER BY abs(score) DESC LIMIT 15`,
            ),
          }} />
        </>
      )}
    </section>
  )
}
