/** `tributary ingest`: a dataset through a model. */
import { Option, type Command } from '@commander-js/extra-typings'
import { UserError } from '../../src/errors.ts'
import { defaultSizes } from '../../src/sweeps/sizes.ts'
import type { CliContext } from '../context.ts'
import { openSets } from '../feature-sets.ts'
import { decimal, positionList, rangeList, weightOf, wholeNumber } from '../flags.ts'
import { readIntervene, ways } from './change-options.ts'
import { readQuestionFlags, withQuestionOptions } from './question-options.ts'

const EXAMPLES = `
Examples:
  $ tributary ingest --model demo --dataset demo-ioi --by token
  $ tributary ingest --model gpt2 --dataset my-prompts --by group --groups words --limit 100
  $ tributary ingest --model gpt2 --dataset my-prompts --by head --layer all --target next
  $ tributary ingest --model gpt2 --dataset my-counterfact --target answer --minus field:target_false
  $ tributary ingest --model gpt2 --dataset my-truthfulqa --answer answer
  $ tributary ingest --model qwen --dataset my-dialogues --chat messages --by group --groups roles
  $ tributary ingest --model gpt2 --dataset my-prompts --direction probe.npy --at-layer 6
  $ tributary ingest --sae demo/1-res demo/2-res --dataset demo-truthful
  $ tributary ingest --fired demo/2-res --by token
  $ tributary ingest --fired demo/2-res --by feature --sae demo/1-res --among 320
  $ tributary ingest --model demo --dataset demo-ioi --intervene top:5 --by head --limit 100
  $ tributary ingest --model demo --dataset demo-facts --intervene steer:demo/2-res/320 --factor 4

Attributes the first token of each record's answer (or the model's own next token) at the prompt's last position. A target
may also be a field of the record (field:NAME), or the same text or #ID for every prompt. Stopped with Ctrl-C, killed or
cut off from its database, the same command goes on where it was and computes nothing twice. What is queued stays queued:
other workers may go on with it.

With --sae and no --by, nothing is attributed: the dataset is swept for what its texts do with the features of these sets.
With --fired, the strongest examples of a sweep are attributed: why each feature fired there, by whatever --by says.`

const priorities = ['bulk', 'interactive'] as const

export function addIngest(program: Command, context: CliContext): void {
  const command = program
    .command('ingest')
    .summary('attribute every prompt of a dataset')
    .description('Attributes every prompt of a dataset and stores the results.')
    .option('--model <id>', 'an added model (of feature sets: the one that they belong to)')
    .option('--dataset <id>', 'an added dataset')
  withQuestionOptions(command, {
    target: "answer (the record's answer where it has one, else the model's next token), next, field:NAME, a text or #id (default: answer)",
    minus: 'attribute the difference to this token instead: field:NAME, a text or #id',
    sae: 'sweep these feature sets; with --by feature: the one whose features are the components (path or id)',
    answer: "attribute a whole answer, every token where it is predicted: answer (the record's), field:NAME or a text",
  })
    .option('--chat <field>', "the prompt as messages: the field of every record that holds them, written by the model's chat template")
    .option('--limit <n>', "only the dataset's first n prompts", (text) => wholeNumber('--limit', text, { least: 1 }))
    .addOption(new Option('--priority <priority>', 'interactive overtakes bulk').choices(priorities).default('bulk' as const))
    .option('--fired <set>', 'attribute the features of this set at their strongest examples, instead of a dataset')
    .option('--among <list>', 'with --fired: only these features, 1,2,5-9', (text) => rangeList('--among', text))
    .option(
      '--examples <n>',
      `strongest examples of a feature: that a sweep keeps (default: ${defaultSizes.strongest}), that --fired attributes (3)`,
      count('--examples', 1),
    )
    .option(
      '--per-interval <n>',
      `of a sweep: examples kept from each octave of strength (default: ${defaultSizes.perInterval})`,
      count('--per-interval', 0),
    )
    .option(
      '--context <n>',
      'of a sweep: longest sequence; longer texts are read in pieces (default: what the set was trained on, else 1024)',
      count('--context', 2),
    )
    .option('--seed <n>', `of a sweep: chooses the examples of the intervals (default: ${defaultSizes.seed})`, count('--seed', 0))
    .option(
      '--intervene <what>',
      'change every pass instead of attributing it: top:K, bottom:K, heads:2.5,3.1, neurons:1.120, modules:2.mlp, remove:1,-2, mask:3, ' +
        'features:demo/2-res/320, steer:FILE or steer:demo/2-res/320',
    )
    .addOption(new Option('--how <way>', 'with --intervene top:K and bottom:K: how positions are taken out (default: remove)').choices(ways))
    .option('--mean <dataset>', 'with --intervene: the mean over an added dataset in the place of what is taken out, instead of nothing')
    .option('--factor <x>', 'with --intervene steer: multiplies the direction as it is (default: 1)', (text) => decimal('--factor', text))
    .option('--steer-layer <n>', 'with --intervene steer:FILE: the layer at whose input it is added', (text) => wholeNumber('--steer-layer', text, { least: 0 }))
    .option('--at <list>', 'with --intervene: change parts of the model at these positions only (default: everywhere)', (text) => positionList('--at', text))
    .option('--weight <w>', 'its share of the workers beside other runs (default: 1, or as it was)', weightOf)
    .option('--no-work', 'leave the computing to workers that run elsewhere')
    .addHelpText('after', EXAMPLES)
    .action(async (flags) => {
      const { dataset, limit = Infinity, priority: urgency, weight = null, work: works, ...rest } = flags
      const common = { limit, urgency, weight, works }
      const { fired, among, model, examples, perInterval, context: length, seed, chat, intervene, how, mean, factor, steerLayer, at, ...said } = rest
      const given = (name: string) => command.getOptionValueSource(name) === 'cli'
      const { runOptionsSchema } = await import('../../ingest/run/options.ts')
      if (fired !== undefined) {
        refuseOthers(command, FIRED_HAS, '--fired attributes the examples of a sweep')
        const { attributeFiredSets, DEFAULT_FIRED } = await import('../actions/fired.ts')
        const options = runOptionsSchema.parse(await readQuestionFlags(said, openSets(context)))
        return attributeFiredSets(
          { source: fired, model, dataset, examples: examples ?? DEFAULT_FIRED, features: among ?? null, options, urgency, works }, context)
      }
      if (dataset === undefined) throw new UserError('BAD_INPUT', 'No dataset was named; give one with --dataset.')
      if (said.sae !== undefined && !given('by')) {
        refuseOthers(command, SWEEP_HAS, '--sae without --by sweeps feature sets')
        const { sweepSets } = await import('../actions/sweep.ts')
        const sizes = {
          ...(examples !== undefined && { strongest: examples }), ...(perInterval !== undefined && { perInterval }),
          ...(length !== undefined && { context: length }), ...(seed !== undefined && { seed }),
        }
        return sweepSets({ sources: said.sae, model, dataset, sizes, ...common }, context)
      }
      if (model === undefined)
        throw new UserError('BAD_INPUT', 'No model was named; give one with --model, or feature sets to sweep with --sae.')
      const stray = OF_FEATURES.find(given)
      if (stray !== undefined)
        throw new UserError('BAD_INPUT', `--${flagOf(stray)} is of a sweep; name the feature sets with --sae, without --by.`)
      const changes = await readIntervene({ intervene, how, mean, factor, steerLayer, at }, openSets(context))
      const question = { ...(await readQuestionFlags(said, openSets(context))), ...(chat !== undefined && { chat }), ...(changes && { intervene: changes }) }
      const { ingest } = await import('../actions/ingest.ts')
      await ingest({ model, dataset, options: runOptionsSchema.parse(question), mean, ...common }, context)
    })
}

const count = (flag: string, least: number) => (text: string) => wholeNumber(flag, text, { least })
const flagOf = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)

const OF_FEATURES = ['examples', 'perInterval', 'context', 'seed', 'among'] as const
const ALWAYS = ['model', 'dataset', 'limit', 'priority', 'work'] as const
const SWEEP_HAS: ReadonlySet<string> = new Set([...ALWAYS, 'sae', 'examples', 'perInterval', 'context', 'seed'])
const FIRED_HAS: ReadonlySet<string> = new Set([
  ...ALWAYS.filter((name) => name !== 'limit'), 'fired', 'examples', 'among',
  'by', 'groups', 'layer', 'neurons', 'module', 'basis', 'sae', 'features', 'only', 'per', 'mode', 'rule', 'temperature', 'excludeFirst',
])
interface GivenOptions {
  readonly options: readonly Option[]
  getOptionValueSource(name: string): string | undefined
}

/** Refuses flags that would have no effect beside the given kind of ingest. */
function refuseOthers(command: GivenOptions, allowed: ReadonlySet<string>, what: string): void {
  const names = command.options.map((option) => option.attributeName())
  const other = names.find((name) => !allowed.has(name) && command.getOptionValueSource(name) === 'cli')
  if (other !== undefined) throw new UserError('BAD_INPUT', `${what}; --${flagOf(other)} says nothing there, leave it out.`)
}
