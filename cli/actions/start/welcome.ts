/** What `tributary start` prints: where things are, and what to do first with what there is. */
import type { Store } from '../../../src/store/index.ts'

interface Contents {
  /** The newest first. */
  models: { slug: string; hasTokenizer: boolean }[]
  datasets: { slug: string; prompts: number }[]
  results: number
}

export interface Welcome extends Contents {
  url: string
  database: string
  /** Whether the commands it shows find the same database without further settings. */
  local: boolean
  /** Says that API keys are needed; null where none are. */
  keys: string | null
}

const SHOWN = 8

export async function readContents({ prisma }: Store): Promise<Contents> {
  const [models, datasets, results] = await Promise.all([
    prisma.model.findMany({ select: { slug: true, tokenizerHash: true }, orderBy: { createdAt: 'desc' } }),
    prisma.dataset.findMany({ select: { slug: true, promptCount: true }, orderBy: { createdAt: 'desc' } }),
    prisma.result.count(),
  ])
  return {
    models: models.map(({ slug, tokenizerHash }) => ({ slug, hasTokenizer: tokenizerHash !== null })),
    datasets: datasets.map(({ slug, promptCount }) => ({ slug, prompts: promptCount })),
    results,
  }
}

export function welcome({ url, database, local, keys, models, datasets, results }: Welcome): string {
  // One that reads text makes the better first impression.
  const model = models.find(({ hasTokenizer }) => hasTokenizer) ?? models[0]
  const lines = [
    '',
    'Tributary is running. Ctrl-C ends it.',
    '',
    `  Open      ${url}`,
    `  GraphQL   ${url}/graphql`,
    `  Database  ${database}`,
    `  Models    ${listed(models.map(({ slug }) => slug)) || 'none yet'}`,
    `  Datasets  ${listed(datasets.map(({ slug, prompts }) => `${slug} (${prompts} prompts)`)) || 'none yet'}`,
    `  Stored    ${results.toLocaleString('en')} attributions`,
    '',
    ...(keys === null ? [] : [keys, '']),
    ...(model === undefined ? firstModel() : suggestions({ url, keys }, model, datasets[0]?.slug)),
    ...(local ? [] : ['', 'Commands in other terminals need the same DATABASE_URL.']),
    '',
  ]
  return `${lines.join('\n')}\n`
}

const firstModel = () => [
  'There is no model yet. Add one (a Hugging Face folder with config.json, safetensors and tokenizer.json) from another',
  'terminal; it is there at once:',
  '',
  '  npx tributary model add path/to/model --id my-model',
]

function suggestions(
  { url, keys }: Pick<Welcome, 'url' | 'keys'>,
  { slug, hasTokenizer }: Contents['models'][number],
  dataset: string | undefined,
): string[] {
  const prompt = hasTokenizer ? 'text: "The capital of France is"' : 'tokenIds: [1, 2, 3]'
  const fields = 'target { text probability } contributions(first: 5) { nodes { score component { label } } }'
  const query = `{ attribute(input: { model: "${slug}", ${prompt}, partition: { token: {} } }) { ${fields} } }`
  const ofDataset =
    dataset === undefined
      ? '  npx tributary dataset add path/to/known_1000.json --id known'
      : `  npx tributary ingest --model ${slug} --dataset ${dataset} --by token`
  return [
    'Try, from another terminal:',
    '',
    `  npx tributary attribute --model ${slug} ${hasTokenizer ? '--text "The capital of France is"' : '--tokens 1,2,3'}`,
    // Datasets are texts.
    ...(hasTokenizer ? [ofDataset] : []),
    `  curl -s ${url}/graphql -H 'content-type: application/json' ${keys === null ? '' : "-H 'x-api-key: KEY' "}\\`,
    `    -d '${JSON.stringify({ query })}'`,
  ]
}

const listed = (names: readonly string[]) =>
  names.slice(0, SHOWN).join(', ') + (names.length > SHOWN ? ` and ${names.length - SHOWN} more` : '')
