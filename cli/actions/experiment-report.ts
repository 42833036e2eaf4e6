/** `tributary experiment list|report|remove`: what was measured, shown in a terminal, as a page, as pictures. */
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { rounded } from '../../experiments/report/document.ts'
import { reportSchema, type Report } from '../../experiments/report/document.ts'
import { resolveConfig } from '../../src/config.ts'
import { UserError } from '../../src/errors.ts'
import { experimentRows, finishExperiment, removeExperiment, requireExperiment } from '../../src/store/index.ts'
import { writeReport } from '../../workers/index.ts'
import type { CliContext } from '../context.ts'
import { withStore } from '../store.ts'
import { table } from '../terminal/table.ts'

const rowSchema = z.object({
  experiment: z.int(), name: z.string(), model: z.string(), dataset: z.string(), protocol: z.string(), seed: z.int(), state: z.string(),
  done: z.int(), prompts: z.int(), seconds: z.number().nullable(), error: z.string().nullable(),
})

export async function listExperiments({ json }: { json: boolean }, context: CliContext): Promise<void> {
  const rows = await withStore(resolveConfig({}, context.environment), async (store) =>
    z.array(rowSchema).parse(await store.query(
      `SELECT experiment_id AS experiment, experiment AS name, model, dataset, protocol, seed, status::text AS state, done::int, prompts,
         seconds, error FROM experiment_progress ORDER BY experiment_id`)))
  if (json) return context.print(`${JSON.stringify(rows)}\n`)
  if (rows.length === 0)
    return context.print('There are no experiments; begin one with tributary experiment NAME --model ID --dataset ID.\n')
  context.print(table(['id', 'experiment', 'model', 'dataset', 'protocol', 'seed', 'state', 'done', 'prompts', 'seconds'], rows.map(
    ({ experiment, name, model, dataset, protocol, seed, state, done, prompts, seconds }) =>
      [experiment, name, model, dataset, protocol, seed, state, done, prompts, seconds === null ? '' : seconds.toFixed(1)])))
}

interface Wanted {
  html?: string | undefined
  svg?: string | undefined
  png?: string | undefined
  json?: boolean | undefined
  /** What the files of figures begin with; by default the experiment and its number. */
  prefix?: string
}

export async function reportExperiment(id: number, { html, svg, png, json = false, prefix }: Wanted, context: CliContext): Promise<void> {
  await withStore(resolveConfig({}, context.environment), async (store) => {
    const row = await requireExperiment(store, id)
    if (row.status !== 'done')
      throw new UserError('BAD_INPUT', `Experiment ${id} is ${row.status}${row.error === null ? '' : ` (${row.error})`}, so it has no report.`)
    // Drawn anew by this version of the program, and stored so that GraphQL shows it, too.
    const report = await writeReport(store, row, await experimentRows(store, id))
    await finishExperiment(store, id, { error: null, report })
    if (html !== undefined) {
      const { toHtml } = await import('../../experiments/report/html.ts')
      await mkdir(dirname(html), { recursive: true })
      await writeFile(html, toHtml(report))
      context.say(`Wrote ${html}.\n`)
    }
    const figures = report.sections.flatMap((section) => section.figures)
    const name = (number: number, ending: string) => `${prefix ?? `${row.name}-${id}`}-${number + 1}.${ending}`
    if (svg !== undefined) await writeAll(svg, figures.map((figure, i) => [name(i, 'svg'), figure.svg]), context)
    if (png !== undefined) {
      const { toPng } = await import('../../experiments/report/png.ts')
      await writeAll(png, figures.map((figure, i) => [name(i, 'png'), toPng(figure.svg)]), context)
    }
    if (json) context.print(`${JSON.stringify(report)}\n`)
    else if ([html, svg, png].every((each) => each === undefined)) context.print(reportTables(report))
  })
}

async function writeAll(folder: string, files: readonly (readonly [name: string, content: string | Uint8Array])[], context: CliContext): Promise<void> {
  await mkdir(folder, { recursive: true })
  for (const [name, content] of files) {
    await writeFile(join(folder, name), content)
    context.say(`Wrote ${join(folder, name)}.\n`)
  }
}

/** All tables as text. `report`: as the store keeps it. */
export function reportTables(report: unknown): string {
  const { title, facts, sections }: Report = reportSchema.parse(report)
  return [
    title, ...facts.map(([name, value]) => `${name.padEnd(12)}  ${value}`),
    ...sections.flatMap(({ heading, text, tables }) => [
      '', `── ${heading}`, ...text,
      ...tables.flatMap((each) => ['', each.title, table(each.headings, each.rows.map((cells) => cells.map((cell) =>
        cell === null ? '' : typeof cell === 'number' ? { digits: rounded(cell) } : cell))).trimEnd()]),
    ]),
  ].join('\n').concat('\n')
}

export async function removeExperimentById(id: number, context: CliContext): Promise<void> {
  await withStore(resolveConfig({}, context.environment), async (store) => {
    await requireExperiment(store, id)
    await removeExperiment(store, id)
    context.print(`Removed experiment ${id}.\n`)
  })
}
