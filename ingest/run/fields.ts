/** Whether a dataset has what a run asks of each of its records. A misspelt name would else be a failure of every prompt. */
import { UserError } from '../../src/errors.ts'
import type { Store } from '../../src/store/index.ts'
import type { RunOptions } from './options.ts'
import { fieldNamed } from './prompt-request.ts'

/** As many names of fields as a sentence can hold, from as many records as are read in a moment. */
const MOST_NAMES = 20
const RECORDS_READ = 1000

/** Fields that are columns of their own. */
const COLUMNS: ReadonlySet<string> = new Set(['text', 'answer', 'subject'])

/** Refuses a field that no record of the dataset has. One that only some records lack is the failure of these. */
export async function refuseMissingFields(
  store: Store, dataset: { id: number; slug: string }, { target, minus, answer, chat }: Pick<RunOptions, 'target' | 'minus' | 'answer' | 'chat'>,
): Promise<void> {
  const named = [target, minus, answer].flatMap((name) => (name === undefined ? [] : (fieldNamed(name) ?? [])))
  for (const name of new Set(chat === undefined ? named : [...named, chat])) {
    if (!(await has(store, dataset.id, name))) throw await missing(store, dataset, name)
  }
  // Without an answer the first token may be the model's own, but a whole answer has to be there.
  if (answer === 'answer' && !(await has(store, dataset.id, 'answer'))) throw await missing(store, dataset, 'answer')
}

async function has(store: Store, datasetId: number, name: string): Promise<boolean> {
  const holds = COLUMNS.has(name) ? `${name} IS NOT NULL OR extra ? $2` : 'extra ? $2'
  const [found] = await store.query<{ found: boolean }>(
    `SELECT EXISTS (SELECT 1 FROM prompt WHERE dataset_id = $1 AND (${holds})) AS found`, [datasetId, name],
  )
  return found?.found === true
}

async function missing(store: Store, { id, slug }: { id: number; slug: string }, name: string): Promise<UserError> {
  const fields = await store.query<{ name: string }>(
    `SELECT DISTINCT name FROM (SELECT extra FROM prompt WHERE dataset_id = $1 ORDER BY index LIMIT ${RECORDS_READ}) p, jsonb_object_keys(extra) AS name
     ${[...COLUMNS].map((column) => `UNION SELECT '${column}' WHERE EXISTS (SELECT 1 FROM prompt WHERE dataset_id = $1 AND ${column} IS NOT NULL)`).join(' ')}
     ORDER BY 1 LIMIT ${MOST_NAMES}`,
    [id],
  )
  return new UserError('BAD_INPUT', `No record of ${slug} has the field ${name}; its fields are ${fields.map((field) => field.name).join(', ')}.`)
}
