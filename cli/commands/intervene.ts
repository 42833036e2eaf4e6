/** `tributary intervene`: a pass changed on its way. Needs no database when the model is a folder. */
import { Option, type Command } from '@commander-js/extra-typings'
import { deviceNames, engineNames } from '../../src/config.ts'
import { UserError } from '../../src/errors.ts'
import { readChat } from '../../src/tokenizer/chat.ts'
import type { OpenAttributor } from '../actions/open-model.ts'
import type { CliContext } from '../context.ts'
import { openSets } from '../feature-sets.ts'
import { idList, wholeNumber } from '../flags.ts'
import { readChangeFlags, withChangeOptions } from './change-options.ts'
import { readPartitionFlags, readTargetFlags, withPartitionOptions, withRuleOptions, withTargetOptions } from './question-options.ts'

const EXAMPLES = `
Examples:
  $ tributary intervene --model demo --text "The capital of France is" --mask 4
  $ tributary intervene --model demo --text "The capital of France is" --heads 2.5,3.1 --target Paris
  $ tributary intervene --model demo --text "The capital of France is" --top 3 --by head
  $ tributary intervene --model demo --text "The capital of France is" --modules 2.mlp --mean demo-facts
  $ tributary intervene --model demo --text "The capital of France is" --ablate demo/2-res/320 demo/2-res/7
  $ tributary intervene --model demo --text "The capital of France is" --steer demo/2-res/320 --factor 8

Printed is the target as it is, with attention free to look elsewhere, and with attention frozen where it looked, beside the
fall that the attribution says: the scores of what was taken out, summed. With attention frozen, a position that is taken out
is one that attention leaves out.`

/** `open`: for tests, which give fixed answers. */
export function addIntervene(program: Command, context: CliContext, open?: OpenAttributor): void {
  const command = program
    .command('intervene')
    .summary('take parts of a model or prompt out, or steer it, and see what it says then')
    .description('Changes a pass: positions, heads, neurons, sublayers and features taken out, or a direction added.')
    .requiredOption('--model <dir|id>', 'a model folder, or the id of an added model')
    .option('--text <text>', 'the prompt')
    .option('--chat <file>', 'the prompt as messages, written by the model\'s chat template: JSON of [{"role", "content"}, …]')
    .option('--tokens <ids>', 'the prompt as token ids: 1,2,3', (text) => idList('--tokens', text))
  const changing = withPartitionOptions(withChangeOptions(command))
  withRuleOptions(withTargetOptions(changing, {
    target: "what is looked at: a text that is one token, or #id (default: the model's next token)",
    minus: 'look at the difference to this token instead: a text, or #id',
  }))
    .option('--show <k>', "how many of the model's first choices are shown (default: 5)", (text) => wholeNumber('--show', text, { least: 1 }))
    .option('--estimate', 'say what it would cost, and compute nothing')
    .option('--json', 'print one JSON object')
    .addOption(new Option('--engine <name>', 'what computes (default: onnx)').choices(engineNames))
    .addOption(new Option('--device <name>', 'where it computes (default: cpu)').choices(deviceNames))
    .option('--threads <n>', 'threads of the engine (default: one per core)')
    .option('--memory-limit <amount>', 'memory of one pass beyond the weights, such as 4GiB')
    .option('--weight-limit <amount>', 'memory of the weights; a larger model streams through layer by layer')
    .addHelpText('after', EXAMPLES)
    .action(async (flags) => {
      const { model, text, chat, tokens, show, estimate = false, json = false, engine, device, threads, ...said } = flags
      const { memoryLimit: memoryLimitBytes, weightLimit: weightLimitBytes, mean, mode, rule, temperature, excludeFirst } = said
      const sets = openSets(context)
      const partition = await readPartitionFlags(said, sets)
      const chosen = chosenBy(said)
      if (chosen === null && isSaid(command, ['by', 'groups', 'layer', 'neurons', 'module', 'basis', 'sae', 'features', 'only', 'per']))
        throw new UserError('BAD_INPUT', 'How components are split matters where some are chosen by their scores; give --top K or --bottom K.')
      const question = {
        ...(await readChangeFlags(said, sets)), ...(await readTargetFlags(said, sets)),
        text, messages: chat === undefined ? null : await readChat(chat), tokenIds: tokens, mode, rule, temperature, excludeFirst, shown: show,
        ...(chosen && { choose: { ...chosen, partition } }),
      }
      const { intervene } = await import('../actions/intervene.ts')
      const settings = { engine, device, threads, memoryLimitBytes, weightLimitBytes }
      await intervene({ model, question, mean, sets, estimate, json, settings }, context, open)
    })
}

/** Whether one of these flags was typed (and is not a default). */
const isSaid = (command: { getOptionValueSource(name: string): string | undefined }, names: readonly string[]) =>
  names.some((name) => command.getOptionValueSource(name) === 'cli')

function chosenBy({ top, bottom, how }: { top?: number | undefined; bottom?: number | undefined; how?: 'remove' | 'mask' | undefined }) {
  if (top !== undefined && bottom !== undefined) throw new UserError('BAD_INPUT', 'Both --top and --bottom were given; choose one end.')
  const count = top ?? bottom
  if (count === undefined) {
    if (how === undefined) return null
    throw new UserError('BAD_INPUT', '--how says how chosen positions are taken out; give --top K or --bottom K.')
  }
  return { order: top === undefined ? ('bottom' as const) : ('top' as const), count, ...(how && { how }) }
}
