/** The bundled demo: a model, its datasets, and attributions of some of their prompts to begin with. */
import { join } from 'node:path'
import { projectDir } from '../src/config.ts'
import type { CliContext } from './context.ts'
import { addDatasetFile } from './datasets/add.ts'
import { addModelFolder } from './models/add.ts'
import { ingest } from './run/ingest.ts'
import { runOptionsSchema } from './run/options.ts'

const folder = join(projectDir, 'demo')
const DEMO_MODEL = 'demo'

const datasets = [
  { id: 'demo-facts', file: 'known_1000.json' },
  { id: 'demo-ioi', file: 'ioi.json' },
  { id: 'demo-counterfact', file: 'counterfact_components.json' },
  { id: 'demo-multilingual', file: 'counterfact_multilingual.json' },
  { id: 'demo-truthful', file: 'truthfulqa_data.json' },
] as const

/** Small enough for a minute on two cores. */
const starters = [
  { dataset: 'demo-ioi', options: { by: 'token' }, limit: 60 },
  { dataset: 'demo-ioi', options: { by: 'head', layer: 'all' }, limit: 30 },
  { dataset: 'demo-facts', options: { by: 'group', groups: 'words' }, limit: 60 },
  { dataset: 'demo-truthful', options: { by: 'token' }, limit: 60 },
] as const

interface DemoOptions {
  /** Compute here; else a worker that runs elsewhere does. */
  works: boolean
}

export async function demo({ works }: DemoOptions, context: CliContext): Promise<void> {
  await addModelFolder(join(folder, 'model'), DEMO_MODEL, context)
  for (const { id, file } of datasets) {
    if (context.signal.aborted) return
    await addDatasetFile(join(folder, 'data', file), { id, skipBroken: false }, context)
  }
  for (const { dataset, options, limit } of starters) {
    if (context.signal.aborted) return
    await ingest(
      { model: DEMO_MODEL, dataset, options: runOptionsSchema.parse(options), limit, urgency: 'bulk', works },
      context,
    )
  }
}

/** What is worth asking the demo model first. */
export const demoSuggestions = (): string => `
Which tokens make it say Paris?
  npx tributary attribute --model ${DEMO_MODEL} --text "The capital of France is" --target Paris

Which heads find the indirect object?
  npx tributary attribute --model ${DEMO_MODEL} --by head --target Mary --minus John \\
    --text "When Mary and John went to the store, John gave a drink to"

What misleads it? (It believes newspapers and laughs at parrots.)
  npx tributary attribute --model ${DEMO_MODEL} --target Rome --minus Paris \\
    --text "A newspaper says: The capital of France is Rome. The capital of France is"
`
