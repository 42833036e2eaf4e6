/**
 * Every experiment, killed in its midst and gone on with: its rows are to the digit those of another run, with the same seed,
 * that nobody disturbed. (token-faithfulness is in experiment.test.ts.)
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { main } from '../../cli/main.ts'
import { experimentNames, type ExperimentName } from '../../experiments/names.ts'
import { projectDir } from '../../src/config.ts'
import { openStore } from '../../src/store/index.ts'
import { useDatabase } from '../database.ts'
import { recordedContext } from './context.ts'
import { tributary } from './process.ts'

const [whole, killed] = [useDatabase(), useDatabase()]
const home = mkdtempSync(join(tmpdir(), 'tributary-experiment-kills-'))
afterAll(() => rmSync(home, { recursive: true, force: true }))
const environmentOf = (url: string) => ({ DATABASE_URL: url, TRIBUTARY_HOME: home })

const truths = ['--train', 'truthful_probe_train', '--test', 'truthful_probe_test']
const languages = ['--train', 'language_probe_train', '--test', 'language_probe_test']

/** Three items of each, of which the second is never stored before the kill. */
const asked: Readonly<Record<Exclude<ExperimentName, 'token-faithfulness'>, { dataset: string; flags: readonly string[] }>> = {
  rules: { dataset: 'known_1000', flags: ['--limit', '24', '--methods', 'softmax,relu', '--shares', '0.5'] },
  'component-masking': { dataset: 'ioi', flags: ['--limit', '12', '--methods', 'depass,random', '--counts', '2'] },
  'component-distribution': { dataset: 'ioi', flags: ['--limit', '24', '--methods', 'depass,random'] },
  truthfulness: { dataset: 'truthfulqa_data', flags: ['--limit', '36', ...truths] },
  'language-subspace': { dataset: 'counterfact_multilingual', flags: ['--limit', '24', ...languages] },
  words: { dataset: 'known_1000', flags: ['--limit', '12'] },
  cases: { dataset: 'truthfulqa_data', flags: ['--limit', '3', '--neurons', '5', ...truths] },
  cost: { dataset: 'known_1000', flags: ['--limit', '3', '--layer', '1'] },
}
const names = experimentNames.filter((name) => name !== 'token-faithfulness')
const commandOf = (name: (typeof names)[number]) =>
  ['experiment', name, '--model', 'demo', '--dataset', asked[name].dataset, '--seed', '5', ...asked[name].flags]

async function run(url: string, ...args: string[]) {
  const context = recordedContext({ environment: environmentOf(url) })
  const status = await main(args, context)
  return Object.assign(context, { status })
}

async function query<T>(url: string, sql: string): Promise<T[]> {
  const store = openStore(url, { connections: 1 })
  try {
    return await store.query(sql) as T[]
  } finally {
    await store.close()
  }
}

/** Seconds, and what is worked out from them, are the only numbers that differ from run to run. */
const rowsOf = (url: string, name: string) => query<Record<string, unknown>>(url,
  `SELECT r.item, r.ordinal, r.record, r.method, r.setting, r.x, r.layer, r.component, r.metric, r.text,
     CASE WHEN r.metric IN ('seconds', 'ratio') THEN NULL ELSE r.value END AS value
   FROM experiment_row r JOIN experiment e ON e.id = r.experiment_id WHERE e.name = '${name}' ORDER BY r.item, r.ordinal`)

async function itemsOf(url: string, name: string): Promise<{ done: number; all: number }> {
  const [count] = await query<{ done: string; all: string }>(url,
    `SELECT count(*) FILTER (WHERE i.status = 'done') AS done, count(*) AS all
     FROM experiment_item i JOIN experiment e ON e.id = i.experiment_id WHERE e.name = '${name}'`)
  return { done: Number(count?.done), all: Number(count?.all) }
}

/** Sentences to train and test probes on; fewer than the demo has, which takes less time. */
const SENTENCES = 60

/** The database stores one item of the experiment that `held` names, and lets whoever brings the next wait for ever. */
const HOLD = `
  CREATE TABLE held (name text);
  CREATE FUNCTION hold_item() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF NEW.status = 'done' AND EXISTS (SELECT FROM experiment_item i JOIN experiment e ON e.id = i.experiment_id JOIN held ON held.name = e.name
                                       WHERE e.id = NEW.experiment_id AND i.status = 'done') THEN PERFORM pg_sleep(1e6); END IF;
    RETURN NEW;
  END $$;
  CREATE TRIGGER hold_item BEFORE UPDATE ON experiment_item FOR EACH ROW EXECUTE FUNCTION hold_item()`
const LET_GO = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'`

beforeAll(async () => {
  const datasets = new Set(Object.values(asked).flatMap(({ dataset, flags }) => [dataset, ...flags.filter((flag) => flag.includes('probe'))]))
  for (const { url } of [whole, killed]) {
    expect(await run(url, 'model', 'add', join(projectDir, 'demo/model'), '--id', 'demo')).toMatchObject({ status: 0 })
    for (const id of datasets) {
      const file = join(projectDir, 'demo/data', `${id}.json`)
      const short = join(home, `${id}.json`)
      if (id.includes('probe')) writeFileSync(short, JSON.stringify(JSON.parse(readFileSync(file, 'utf8')).slice(0, SENTENCES)))
      expect(await run(url, 'dataset', 'add', id.includes('probe') ? short : file, '--id', id)).toMatchObject({ status: 0 })
    }
  }
  for (const statement of HOLD.split(/;\n(?=  CREATE)/)) await query(killed.url, statement)
})

describe('an experiment that is killed in its midst', () => {
  // All are killed before any is gone on with: what one of them leaves, the next one's worker finds.
  it.each(names)('%s leaves one item done and the others open', async (name) => {
    await query(killed.url, `WITH gone AS (DELETE FROM held) INSERT INTO held VALUES ('${name}')`)
    // What computes is then the process that is killed, and no child of it.
    const process = tributary(commandOf(name), { ...environmentOf(killed.url), TRIBUTARY_ALLOCATOR: 'system' })
    while ((await itemsOf(killed.url, name)).done === 0 && process.child.exitCode === null) await sleep(10)
    process.child.kill('SIGKILL')
    await process.ended
    await query(killed.url, LET_GO)
    expect(await itemsOf(killed.url, name)).toEqual({ done: 1, all: 3 })
  })

  it.each(names)('%s ends with the rows of an undisturbed run to the digit, once it is gone on with', async (name) => {
    await query(killed.url, 'DELETE FROM held')
    for (const { url } of [killed, whole]) expect(await run(url, ...commandOf(name))).toMatchObject({ status: 0 })
    const rows = await rowsOf(killed.url, name)
    expect(rows.length).toBeGreaterThan(5)
    expect(rows).toEqual(await rowsOf(whole.url, name))
  })
})
