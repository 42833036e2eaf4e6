/** `tributary export`: results as files for DuckDB, pandas, Polars and Spark. */
import { Option, type Command } from '@commander-js/extra-typings'
import { exportFormats, exportWhats } from '../../src/export/request.ts'
import type { CliContext } from '../context.ts'
import { rangeList } from '../flags.ts'

const EXAMPLES = `
Examples:
  $ tributary export heads --run 2
  $ tributary export everything --model demo --what attributions
  $ tributary export tokens --dataset demo-ioi --format arrow
  $ tributary export features --what features --model demo --sae 1-res 2-res
  $ tributary export graphs --what graph --model demo

Writes FOLDER/model=…/run_id=…/part-0000.parquet (features and examples: model=…/source=…; graph: graphs, nodes and edges, each
with its model=… in it), all of one moment of the database. Graphs are those that were asked for over GraphQL or in Python, and
those that tributary graph import stored. What is interrupted goes on when the same is asked again. Read it
in DuckDB with: SELECT * FROM 'FOLDER/*/*/*.parquet'`

const WHATS =
  'contributions: a row per component; attributions: a row per prompt, with its scores as a list; features: a row per feature and the dataset ' +
  'it was swept over; examples: a row per place where one fires; graph: tables of graphs, nodes and edges'

export function addExport(program: Command, context: CliContext): void {
  program
    .command('export')
    .summary('write results, features or graphs into files for DuckDB, pandas, Polars or Spark')
    .description('Writes results of runs, features or graphs into a folder of files, one and more for each run, feature set or model.')
    .argument('<folder>', 'a folder that does not exist yet, or one with an unfinished export')
    .addOption(new Option('--what <what>', WHATS).choices(exportWhats).default('contributions' as const))
    .addOption(new Option('--format <format>', 'the files').choices(exportFormats).default('parquet' as const))
    .option('--model <id>', 'only of this model')
    .option('--dataset <id>', 'only runs of this dataset, features as it was swept, graphs of its prompts')
    .option('--run <numbers>', 'only these runs: 3 or 1,2,5-9', (text) => rangeList('--run', text))
    .option('--sae <sources...>', 'only features of these sets, such as 6-res-jb')
    .option('--graph <keys...>', 'only the graphs with these keys')
    .addHelpText('after', EXAMPLES)
    .action(async (folder, flags) => (await import('../actions/export.ts')).exportInto(folder, flags, context))
}
