/** The mean heat map over prompts that were made from one template: what each of their positions contributed. */
import { useQuery } from '@apollo/client/react'
import { useMemo } from 'react'
import { RunTemplateMeansDocument } from '../../api/generated.ts'
import { sqlCommand } from '../../export/command-line.ts'
import { queryText } from '../../export/graphql-text.ts'
import { tableCopies } from '../../export/table.ts'
import { HeatMap } from '../../heat/heat-map.tsx'
import { heatSvg } from '../../heat/heat-svg.ts'
import { largestOf } from '../../plot/palette.ts'
import { currentTheme } from '../../state/theme.ts'
import { CopyBar } from '../../ui/copy-bar.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { count } from '../../ui/words.ts'

interface TemplateMeansProps {
  id: string
  /** As the views for readers have it. */
  number: number
  /** Prompts of the run. */
  total: number
}

const COLUMNS = ['position', 'token', 'differentTokens', 'prompts', 'meanScore', 'meanMagnitude', 'meanShare', 'deviation'] as const
const none = () => undefined

export function TemplateMeans({ id, number, total }: TemplateMeansProps) {
  const { data, error } = useQuery(RunTemplateMeansDocument, { variables: { id } })
  const means = useMemo(() => (data?.node?.__typename === 'Run' ? data.node.templateMeans : []), [data])
  const parts = useMemo(() => means.map(({ token, differentTokens, meanScore }) => ({ text: token ?? `⟨${differentTokens} tokens⟩`, score: meanScore })), [means])
  if (error) return <ErrorNote error={error} />
  const prompts = means[0]?.prompts ?? 0
  // The mean of one prompt is the prompt.
  if (prompts < 2) return null
  const largest = largestOf(parts.map(({ score }) => score))
  const title = `Mean share by position, over ${count(prompts)} prompts of ${means.length} tokens`
  return (
    <section className="card" aria-label="Template">
      <h2>{title}</h2>
      <p className="muted">
        {prompts < total && `As many tokens as most of the ${count(total)} prompts have. `}Where the prompts differ, it says how many different tokens stand there.
      </p>
      <HeatMap label="Mean share by position" parts={parts} largest={largest} selected={null} onSelect={none} />
      <CopyBar copies={tableCopies(
        { name: `tributary-run-${number}-template`, columns: COLUMNS, rows: means.map((mean) => COLUMNS.map((column) => mean[column])) },
        {
          svg: () => heatSvg(parts, largest, currentTheme(), { title, below: `run ${number}` }),
          graphql: () => queryText(RunTemplateMeansDocument, { id }),
          command: () => sqlCommand(statementOf(number)),
        },
      )} />
    </section>
  )
}

/** What the server asks its database. */
const statementOf = (number: number): string =>
  `WITH scores AS (SELECT prompt_id, position, token, score, share FROM token_scores WHERE run_id = ${number}), ` +
  'lengths AS (SELECT prompt_id, count(*) AS tokens FROM scores GROUP BY prompt_id), ' +
  'usual AS (SELECT tokens FROM lengths GROUP BY tokens ORDER BY count(*) DESC, tokens LIMIT 1) ' +
  'SELECT position, CASE WHEN count(DISTINCT token) = 1 THEN min(token) END AS token, count(DISTINCT token) AS different_tokens, count(*) AS prompts, ' +
  'avg(score) AS mean_score, avg(abs(score)) AS mean_magnitude, avg(share) AS mean_share, stddev_samp(score) AS deviation ' +
  'FROM scores JOIN lengths USING (prompt_id) JOIN usual USING (tokens) GROUP BY position ORDER BY position'
