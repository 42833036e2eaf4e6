/** `tributary ingest`: a dataset through a model. */
import { Option, type Command } from 'commander'
import { z } from 'zod'
import type { CliContext } from '../context.ts'
import { decimal, layerOrAll, rangeList, wholeNumber, yesOrNo } from '../flags.ts'

const EXAMPLES = `
Examples:
  $ tributary ingest --model stories260k --dataset ioi --by token
  $ tributary ingest --model gpt2 --dataset known --by group --groups words --limit 100
  $ tributary ingest --model gpt2 --dataset known --by head --layer all --target next

Attributes the first token of each record's answer (or the model's own next token) at the prompt's last position. Stopped
with Ctrl-C, killed or cut off from its database, the same command goes on where it was and computes nothing twice. What
is queued stays queued: other workers may go on with it.`

export function addIngest(program: Command, context: CliContext): void {
  const choice = (flags: string, description: string, values: readonly string[]) =>
    new Option(flags, description).choices(values)
  program
    .command('ingest')
    .summary('attribute every prompt of a dataset')
    .description('Attributes every prompt of a dataset and stores the results.')
    .requiredOption('--model <id>', 'an added model')
    .requiredOption('--dataset <id>', 'an added dataset')
    .addOption(choice('--by <what>', 'what the components are', ['token', 'group', 'head', 'neuron', 'module']).default('token'))
    .addOption(choice('--groups <groups>', 'with --by group (default: words)', ['words', 'sentences']))
    .option('--layer <n|all>', 'where the split is made (default: the embedding; all layers for heads and modules)')
    .option('--neurons <list>', 'with --by neuron: 1,2,5-9 (default: all of the layer)')
    .addOption(choice('--module <name>', 'with --by module (default: attention)', ['attention', 'mlp']))
    .addOption(choice('--target <what>', "the record's answer where it has one, or the model's next token", ['answer', 'next']).default('answer'))
    .option('--position <p>', 'where the target is read (default: the last token)')
    .addOption(choice('--mode <mode>', "the method as corrected, or as in the authors' code", ['corrected', 'reference']).default('corrected'))
    .option('--exclude-first <true|false>', 'give the first token no share of MLPs (default: true where the tokenizer adds it)')
    .addOption(choice('--rule <rule>', 'how MLP outputs are shared', ['softmax', 'linear-norm', 'linear-weighted', 'relu', 'taylor']).default('softmax'))
    .option('--temperature <t>', 'of the softmax rule (default: 0.1)')
    .option('--limit <n>', "only the dataset's first n prompts")
    .addOption(choice('--priority <priority>', 'interactive overtakes bulk', ['bulk', 'interactive']).default('bulk'))
    .option('--no-work', 'leave the computing to workers that run elsewhere')
    .addHelpText('after', EXAMPLES)
    .action(async (raw: unknown) => {
      const flags = ingestFlagsSchema.parse(raw)
      const [{ ingest }, { runOptionsSchema }] = await Promise.all([import('../run/ingest.ts'), import('../run/options.ts')])
      const ifGiven = <T>(value: string | undefined, read: (value: string) => T) => (value === undefined ? undefined : read(value))
      await ingest(
        {
          model: flags.model,
          dataset: flags.dataset,
          limit: ifGiven(flags.limit, (limit) => wholeNumber('--limit', limit, { least: 1 })) ?? Infinity,
          urgency: flags.priority,
          works: flags.work,
          options: runOptionsSchema.parse({
            by: flags.by,
            groups: flags.groups,
            layer: ifGiven(flags.layer, (layer) => layerOrAll('--layer', layer)),
            neurons: ifGiven(flags.neurons, (list) => rangeList('--neurons', list)),
            module: flags.module,
            target: flags.target,
            position: ifGiven(flags.position, (position) => wholeNumber('--position', position)),
            mode: flags.mode,
            rule: flags.rule,
            temperature: ifGiven(flags.temperature, (temperature) => decimal('--temperature', temperature)),
            excludeFirst: ifGiven(flags.excludeFirst, (value) => yesOrNo('--exclude-first', value)),
          }),
        },
        context,
      )
    })
}

const text = z.string().optional()
const ingestFlagsSchema = z.object({
  model: z.string(),
  dataset: z.string(),
  by: z.string(),
  groups: text,
  layer: text,
  neurons: text,
  module: text,
  target: z.string(),
  position: text,
  mode: z.string(),
  excludeFirst: text,
  rule: z.string(),
  temperature: text,
  limit: text,
  priority: z.enum(['bulk', 'interactive']),
  work: z.boolean(),
})
