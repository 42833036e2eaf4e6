/** The demo's two feature sets: added, labelled, and swept over one of its datasets. */
import { join } from 'node:path'
import { projectDir } from '../../src/config.ts'
import type { Store } from '../../src/store/index.ts'
import type { CliContext } from '../context.ts'
import { demoSources as sources } from '../demo-manifest.ts'
import { importLabelFiles } from './labels-import.ts'
import { addSets } from './sae-add.ts'
import { sweepSets } from './sweep.ts'

const folder = join(projectDir, 'demo/saes')
/** The one with the most text. */
const SWEPT = 'demo-truthful'

export async function demoFeatures(model: string, { works }: { works: boolean }, context: CliContext): Promise<void> {
  const unsaid = { site: undefined, writes: undefined, k: undefined, scale: undefined, force: false }
  await addSets({ path: folder, ids: [], all: true, model, prompts: SWEPT, ...unsaid }, context)
  for (const source of sources) {
    if (context.signal.aborted) return
    const sae = `${model}/${source}`
    await importLabelFiles({ path: join(folder, source), sae, author: undefined, skipBroken: false }, context)
  }
  if (context.signal.aborted) return
  await sweepSets(
    {
      sources: sources.map((source) => `${model}/${source}`),
      model,
      dataset: SWEPT,
      limit: Infinity,
      sizes: {},
      urgency: 'bulk',
      works,
    },
    context,
  )
}

/** What of the demo's features is missing, in words. */
export async function missingFeatures(store: Store, model: string): Promise<string[]> {
  const rows = await store.query<{ source: string; labels: number; swept: boolean }>(
    `SELECT s.source, (SELECT count(*) FROM feature_explanation e WHERE e.set_id = s.id)::int AS labels,
       EXISTS (SELECT 1 FROM feature_sweep w WHERE w.set_id = s.id AND w.status = 'done') AS swept
     FROM feature_set s JOIN model m ON m.id = s.model_id WHERE m.slug = $1`,
    [model],
  )
  return sources.flatMap((source) => {
    const row = rows.find((each) => each.source === source)
    if (row === undefined) return [`the feature set ${source}`]
    return [...(row.labels === 0 ? [`the labels of ${source}`] : []), ...(row.swept ? [] : [`statistics of ${source}`])]
  })
}
