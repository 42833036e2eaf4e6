/** `tributary experiment …`: tables and figures of the paper on a model and a dataset. */
import { Option, type Command } from '@commander-js/extra-typings'
import { experimentNames, protocols } from '../../experiments/names.ts'
import { UserError } from '../../src/errors.ts'
import type { CliContext } from '../context.ts'
import { decimal, wholeNumber } from '../flags.ts'

const EXAMPLES = `
Examples:
  $ tributary experiment token-faithfulness --model demo --dataset demo-ioi --limit 100
  $ tributary experiment component-masking --model demo --dataset demo-ioi --by neuron --protocol reference
  $ tributary dataset add demo/data/truthful_probe_train.json --id demo-truths-train
  $ tributary dataset add demo/data/truthful_probe_test.json --id demo-truths-test
  $ tributary experiment truthfulness --model demo --dataset demo-truthful --train demo-truths-train --test demo-truths-test
  $ tributary experiment cases --model demo --dataset demo-truthful --limit 3 --train demo-truths-train --test demo-truths-test
  $ tributary experiment --preset paper --png figures
  $ tributary experiment list
  $ tributary experiment report 1 --html report.html --png figures

Experiments are ${experimentNames.join(', ')}. Each is computed in items of some prompts by any number of workers.
Stopped with Ctrl-C or killed, the same command goes on where it was; the same seed on one engine with the same number of
threads gives the same numbers to the digit.`

const list = (text: string): string[] => text.split(',').map((each) => each.trim()).filter((each) => each !== '')
const idOf = (text: string) => wholeNumber('The experiment', text, { least: 1 })

export function addExperimentCommands(program: Command, context: CliContext): void {
  const experiment = program
    .command('experiment')
    .summary('tables and figures of the paper, on any model and dataset')
    .description("Runs the paper's experiments on a model and a dataset, and draws their reports.")
    .addHelpText('after', EXAMPLES)
  experiment
    .command('run', { isDefault: true })
    .description('Runs one experiment; the word run may be left out.')
    .argument('[name]', experimentNames.join(', '))
    .option('--model <id>', 'an added model')
    .option('--dataset <id>', 'an added dataset')
    .addOption(new Option('--preset <name>', 'all experiments on the bundled demo, in the order of the paper').choices(['paper'] as const))
    .option('--html <folder>', 'with --preset: write each report there')
    .option('--png <folder>', 'with --preset: write each figure there')
    .addOption(new Option('--protocol <protocol>', "the paper's text, its authors' code, or what is right").choices(protocols).default('corrected' as const))
    .option('--limit <n>', "only the dataset's first n prompts", (text) => wholeNumber('--limit', text, { least: 1 }))
    .option('--seed <n>', 'what random numbers are drawn from', (text) => wholeNumber('--seed', text, { least: 0 }), 0)
    .option('--train <id>', 'the dataset of labelled sentences that probes are trained on')
    .option('--test <id>', 'the dataset of labelled sentences that probes are tested on')
    .option('--template <name>', "how truthfulness and token-faithfulness ask facts: plain, or question (the paper's template of CounterFact)")
    .option('--masked <n>', 'tokens that truthfulness masks (default: as many as its probes say)', (text) => wholeNumber('--masked', text, { least: 1 }))
    .option('--methods <names>', 'the methods to compare, with commas (default: all)', list)
    .option('--settings <names>', 'patch-top, recover-top, patch-bottom', list)
    .option('--shares <numbers>', 'shares of the tokens to remove (default: 0.1 to 1)', (text) => list(text).map((each) => decimal('--shares', each)))
    .option('--counts <numbers>', 'how many to remove instead', (text) => list(text).map((each) => wholeNumber('--counts', each, { least: 1 })))
    .option('--prompts <which>', 'all, or only those that are answered (default: as the protocol has it)')
    .option('--by <kind>', 'head or neuron')
    .option('--layer <n>', 'the layer whose neurons cost measures, whose input language-subspace splits, or whose probe cases show', (text) => wholeNumber('--layer', text, { least: 0 }))
    .option('--bin <n>', 'neurons of a bin of component-distribution', (text) => wholeNumber('--bin', text, { least: 1 }))
    .option('--shown <n>', 'prompts whose tables words shows', (text) => wholeNumber('--shown', text, { least: 1 }))
    .option('--neurons <n>', 'neurons of each method that cases shows', (text) => wholeNumber('--neurons', text, { least: 1 }))
    .option('--no-work', 'leave the computing to workers that run elsewhere')
    .action(async (name, { model, dataset, preset, html, png, protocol, limit = null, seed, train = null, test = null, work: works, ...options }) => {
      if (preset !== undefined) {
        if (name !== undefined || model !== undefined || dataset !== undefined)
          throw new UserError('BAD_INPUT', 'A preset says which experiments run on what; leave out the name, --model and --dataset.')
        const { runPreset } = await import('../actions/experiment-preset.ts')
        return runPreset({ protocol, seed, works, html, png }, context)
      }
      if (name === undefined || model === undefined || dataset === undefined)
        throw new UserError('BAD_INPUT', `An experiment needs its name, --model ID and --dataset ID; names are ${experimentNames.join(', ')}.`)
      if (html !== undefined || png !== undefined)
        throw new UserError('BAD_INPUT', '--html and --png belong to --preset here; of one experiment, tributary experiment report writes them.')
      const { runExperiment } = await import('../actions/experiment.ts')
      await runExperiment({ name, model, dataset, protocol, limit, seed, train, test, works, options }, context)
    })
  experiment
    .command('list')
    .description('Lists experiments and how far they are.')
    .option('--json', 'print one JSON array')
    .action(async ({ json = false }) => {
      const { listExperiments } = await import('../actions/experiment-report.ts')
      await listExperiments({ json }, context)
    })
  experiment
    .command('report')
    .description('Prints the tables of an experiment, or writes its report.')
    .argument('<experiment>', 'its number', idOf)
    .option('--html <file>', 'write the whole report as one HTML file')
    .option('--svg <folder>', 'write each figure as SVG')
    .option('--png <folder>', 'write each figure as PNG')
    .option('--json', 'print the report as JSON')
    .action(async (id, said) => {
      const { reportExperiment } = await import('../actions/experiment-report.ts')
      await reportExperiment(id, said, context)
    })
  experiment
    .command('remove')
    .description('Removes an experiment with its rows.')
    .argument('<experiment>', 'its number', idOf)
    .action(async (id) => {
      const { removeExperimentById } = await import('../actions/experiment-report.ts')
      await removeExperimentById(id, context)
    })
}
