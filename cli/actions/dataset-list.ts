/** The datasets that the database knows. */
import { resolveConfig } from '../../src/config.ts'
import type { CliContext } from '../context.ts'
import { withStore } from '../store.ts'
import { table } from '../terminal/table.ts'

export async function listDatasets({ json }: { json: boolean }, context: CliContext): Promise<void> {
  const datasets = await withStore(resolveConfig({}, context.environment), (store) =>
    store.prisma.dataset.findMany({
      orderBy: { slug: 'asc' },
      select: { slug: true, title: true, format: true, promptCount: true, contentHash: true },
    }),
  )
  if (json)
    return context.print(`${JSON.stringify(datasets.map(({ slug, ...rest }) => ({ id: slug, ...rest })))}\n`)
  if (datasets.length === 0) return context.print('No dataset has been added yet; add one with tributary dataset add FILE.\n')
  context.print(
    table(
      ['id', 'format', 'prompts', 'title'],
      datasets.map(({ slug, format, promptCount, title }) => [slug, format, promptCount, title]),
    ),
  )
}
