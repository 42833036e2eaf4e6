/** `tributary probe …` and `tributary activations`: what experiments trained, and the vectors to train one's own on. */
import { Option, type Command } from '@commander-js/extra-typings'
import { parseSite } from '../../src/features/site.ts'
import type { CliContext } from '../context.ts'
import { wholeNumber } from '../flags.ts'

const EXAMPLES = `
Examples:
  $ tributary dataset add demo/data/language_probe_train.json --id demo-languages-train
  $ tributary dataset add demo/data/language_probe_test.json --id demo-languages-test
  $ tributary experiment language-subspace --model demo --dataset demo-multilingual --train demo-languages-train --test demo-languages-test --limit 4
  $ tributary probe list
  $ tributary probe export demo-languages-train/2 --model demo > languages.json
  $ tributary attribute --model demo --text "La langue de la France est le" --by subspace --layer 2 --basis languages.json

Probes come from the experiments that train them: truthfulness, language-subspace and cases.`

const ACTIVATION_EXAMPLES = `
Examples:
  $ tributary activations --model demo --dataset demo-truthful --site 2.resid_pre --out states.parquet
  $ tributary activations --model demo --dataset demo-truthful --site 1.mlp_out --positions all --out mlp.npy

A .parquet file has one row a vector: prompt, position, token_id, token, layer, site, and vector, a list of float32. An .npy file
has the vectors alone, and their prompts and positions stand in a .jsonl file beside it.`

export function addProbeCommands(program: Command, context: CliContext): void {
  const probe = program
    .command('probe')
    .summary('probes that experiments trained: list, export')
    .description('Lists probes, which --basis and --direction take as probe:MODEL/NAME, and prints their weights.')
    .addHelpText('after', EXAMPLES)
  probe
    .command('list')
    .description('Lists the probes with their accuracy.')
    .option('--json', 'print one JSON array')
    .action(async ({ json = false }) => {
      const { listProbes } = await import('../actions/probes.ts')
      await listProbes({ json }, context)
    })
  probe
    .command('export')
    .description('Prints the weights of a probe as JSON.')
    .argument('<name>', 'as tributary probe list shows it')
    .requiredOption('--model <id>', 'the model whose stream it reads')
    .action(async (name, { model }) => {
      const { exportProbe } = await import('../actions/probes.ts')
      await exportProbe(name, { model }, context)
    })
  program
    .command('activations')
    .summary('vectors of a site for every prompt of a dataset, as .parquet or .npy')
    .description('Writes vectors of a site for every prompt of a dataset as Parquet, or as .npy, each with its prompt and position.')
    .requiredOption('--model <id>', 'an added model')
    .requiredOption('--dataset <id>', 'an added dataset')
    .requiredOption('--site <site>', 'such as 6.resid_pre, 6.attn_out, 6.mlp_out, 6.z', parseSite)
    .requiredOption('--out <file>', 'the .parquet or .npy file')
    .addOption(new Option('--positions <which>', 'the last token of each prompt, or all of them').choices(['last', 'all'] as const).default('last' as const))
    .option('--limit <n>', "only the dataset's first n prompts", (text) => wholeNumber('--limit', text, { least: 1 }))
    .addHelpText('after', ACTIVATION_EXAMPLES)
    .action(async ({ limit = Infinity, ...said }) => {
      const { writeActivations } = await import('../actions/activations.ts')
      await writeActivations({ ...said, limit }, context)
    })
}
