/** `tributary attribute`: one prompt, answered on the spot. Needs no database when the model is a folder. */
import { Option, type Command } from '@commander-js/extra-typings'
import { deviceNames, engineNames } from '../../src/config.ts'
import type { OpenAttributor } from '../actions/open-model.ts'
import type { CliContext } from '../context.ts'
import { readChat } from '../../src/tokenizer/chat.ts'
import { openSets } from '../feature-sets.ts'
import { UserError } from '../../src/errors.ts'
import { idList, layerList, wholeNumber } from '../flags.ts'
import { alignments } from '../../src/attribution/contrast.ts'
import { modes, rules } from '../../src/depass/rule.ts'
import { groupsOf, readPartitionFlags, readQuestionFlags, withQuestionOptions } from './question-options.ts'

const EXAMPLES = `
Examples:
  $ tributary attribute --model ./gpt2 --text "The Eiffel Tower is in the city of" --target Paris
  $ tributary attribute --model demo --text "The capital of France is" --by group --groups words --json
  $ tributary attribute --model ./qwen --tokens 9707,11,847 --by head --layer all
  $ tributary attribute --model ./qwen --text "…" --by neuron --layer 3 --neurons 1,2,5-9 --target " he" --minus " she"
  $ tributary attribute --model ./gpt2 --text "The Eiffel Tower is in" --answer "the city of Paris"
  $ tributary attribute --model ./qwen --text "…" --direction probe.npy --at-layer 12
  $ tributary attribute --model demo --text "The capital of France is" --feature demo/2-res/320
  $ tributary attribute --model demo --text "The capital of France is" --attention 2.5 --query -1
  $ tributary attribute --model demo --text "The capital of France is" --attention 2.5 --pattern
  $ tributary attribute --model demo --text "The capital of France is" --against "The capital of Italy is" --target Paris
  $ tributary attribute --model demo --text "The capital of France is" --by feature --sae demo/1-res --target Paris

The target is a text that is one token where it follows the prompt, #ID, or next (the model's own next token; for the
word itself write " next"). Positions count from 0, or from the end when negative. Groups as JSON are arrays of
positions and [first,last] spans, such as [[0],[[1,4]],{"label":"the verb","positions":[5]}]; what none names is one
more group. With --json every component is printed in order, with --top K the K largest.`

/** `open`: for tests, which give fixed answers. */
export function addAttribute(program: Command, context: CliContext, open?: OpenAttributor): void {
  const command = program
    .command('attribute')
    .summary('say which parts of a model or prompt make it say what it says')
    .description('Attributes a prediction to tokens, groups of tokens, heads, neurons, modules, a subspace or features.')
    .requiredOption('--model <dir|id>', 'a model folder, the id of an added model, or hf:org/name of one on the hub')
    .option('--text <text>', 'the prompt')
    .option('--chat <file>', 'the prompt as messages, written by the model\'s chat template: JSON of [{"role", "content"}, …]')
    .option('--tokens <ids>', 'the prompt as token ids: 1,2,3', (text) => idList('--tokens', text))
  withQuestionOptions(command, {
    target: "what is attributed: a text that is one token, or #id (default: the model's next token)",
    minus: 'attribute the difference to this token instead: a text, or #id',
    answer: 'attribute a whole answer, every token where it is predicted: a text of any length, or #1,#2',
  })
    .option('--attention <layer.head>', 'why this head attends where it does, instead of a target: its score before the softmax', (text) => layerList('--attention', text, 'heads'))
    .option('--query <p>', 'with --attention: the position that attends (default: the last)', (text) => wholeNumber('--query', text))
    .option('--key <p>', 'with --attention: the position that is attended to (default: those with the highest attention)', (text) => wholeNumber('--key', text))
    .option('--pattern', 'with --attention: where it attends from every position, instead of why')
    .option('--keys <k>', 'with --attention and no key: how many of them (default: 5)', (text) => wholeNumber('--keys', text, { least: 1 }))
    .option('--against <text>', 'a second prompt: what is printed is how its parts differ')
    .option('--against-chat <file>', 'the second prompt as messages')
    .option('--against-tokens <ids>', 'the second prompt as token ids', (text) => idList('--against-tokens', text))
    .option('--against-target <token>', 'what is attributed in the second prompt (default: as --target)')
    .option('--against-position <p>', 'where it is read in the second prompt (default: as --position)', (text) => wholeNumber('--against-position', text))
    .option('--against-groups <groups>', 'the groups of the second prompt (default: as --groups)', groupsOf)
    .addOption(new Option('--align <how>', 'with a second prompt: its tokens, groups and features beside those at the same position, counted from the end, or of the same role (default: position)').choices(alignments))
    .option('--top <k>', 'only the k components with the largest |score|', (text) => wholeNumber('--top', text, { least: 1 }))
    .option('--estimate', 'say what it would cost, and compute nothing')
    .option('--json', 'print one JSON object')
    .addOption(new Option('--engine <name>', 'what computes (default: onnx)').choices(engineNames))
    .addOption(new Option('--device <name>', 'where it computes (default: cpu)').choices(deviceNames))
    .option('--threads <n>', 'threads of the engine (default: one per core)')
    .option('--memory-limit <amount>', 'memory of one pass beyond the weights, such as 4GiB')
    .option('--weight-limit <amount>', 'memory of the weights; a larger model streams through layer by layer')
    .addHelpText('after', EXAMPLES)
    .action(async (flags) => {
      const { model, text, chat, tokens, top, estimate = false, json = false, attention: heads, query, key, keys, pattern = false, ...rest } = flags
      const { against, againstChat, againstTokens, againstTarget, againstPosition, againstGroups, align, ...others } = rest
      const { engine, device, threads, memoryLimit: memoryLimitBytes, weightLimit: weightLimitBytes, ...said } = others
      const sets = openSets(context)
      const messages = chat === undefined ? null : await readChat(chat)
      const settings = { engine, device, threads, memoryLimitBytes, weightLimitBytes }
      const prompt = { text, messages, tokenIds: tokens }
      const isContrast = against !== undefined || againstChat !== undefined || againstTokens !== undefined
      const lost = Object.entries({ target: againstTarget, position: againstPosition, groups: againstGroups }).find(([, value]) => value !== undefined)
      if (!isContrast && (lost !== undefined || align !== undefined))
        throw new UserError('BAD_INPUT', `${lost ? `--against-${lost[0]}` : '--align'} is about a second prompt; give one with --against, --against-chat or --against-tokens.`)
      if (heads !== undefined) {
        if (isContrast) throw new UserError('BAD_INPUT', 'A head is explained in one prompt; leave the second prompt or --attention out.')
        if (pattern) {
          const asked = { ...readPatternFlags({ ...said, query, key, keys, top }, heads), ...prompt }
          const { pattern: print } = await import('../actions/pattern.ts')
          return print({ model, question: asked, sets, estimate, json, settings }, context, open)
        }
        const asked = { ...(await readAttentionFlags(said, heads, sets)), ...prompt, query, key, keys }
        const { attention } = await import('../actions/attention.ts')
        return attention({ model, question: asked, sets, top, estimate, json, settings }, context, open)
      }
      if (query !== undefined || key !== undefined || keys !== undefined || pattern)
        throw new UserError('BAD_INPUT', '--query, --key, --keys and --pattern say where a head attends; give the head with --attention L.H.')
      const question = { ...(await readQuestionFlags(said, sets)), ...prompt }
      if (isContrast) {
        const other = {
          ...question,
          text: against, messages: againstChat === undefined ? null : await readChat(againstChat), tokenIds: againstTokens,
          ...(againstTarget !== undefined && { target: againstTarget }),
          ...(againstPosition !== undefined && { position: againstPosition }),
          ...(againstGroups !== undefined && { groups: againstGroups }),
        }
        const { contrastPrompts } = await import('../actions/contrast.ts')
        return contrastPrompts({ model, question, against: other, align, sets, top, estimate, json, settings }, context, open)
      }
      const { attribute } = await import('../actions/attribute.ts')
      await attribute({ model, question, sets, top, estimate, json, settings }, context, open)
    })
}

type Said = Parameters<typeof readQuestionFlags>[0]

function onlyHead([only, ...others]: readonly { layer: number; index: number }[]) {
  if (only === undefined || others.length > 0) throw new UserError('BAD_INPUT', 'One head is explained at a time; give one with --attention, such as 2.5.')
  return { layer: only.layer, head: only.index }
}

/** The question about a head's pattern, which is read from a plain pass: flags that split or place an explanation are refused. */
function readPatternFlags(
  { by, mode, rule, ...others }: Said & { query: unknown; key: unknown; keys: unknown; top: unknown }, heads: readonly { layer: number; index: number }[],
) {
  const foreign = [
    ...Object.entries(others).filter(([, value]) => value !== undefined).map(([name]) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)),
    ...(by === 'token' ? [] : ['by']), ...(mode === modes[0] ? [] : ['mode']), ...(rule === rules[0] ? [] : ['rule']),
  ]
  if (foreign[0] !== undefined)
    throw new UserError('BAD_INPUT', `--pattern prints the attention of every position to every position, and nothing is split; leave --${foreign[0]} out.`)
  return onlyHead(heads)
}

/**
 * The question about a head. Flags for targets are refused, since a head has a score and no target. So are other modes,
 * since sums close only in corrected mode.
 */
async function readAttentionFlags(said: Said, heads: readonly { layer: number; index: number }[], sets: Parameters<typeof readPartitionFlags>[1]) {
  const only = onlyHead(heads)
  const { target, minus, answer, feature, direction, atLayer, position, decode, mode, rule, temperature, excludeFirst } = said
  const foreign = Object.entries({ target, minus, answer, feature, direction, 'at-layer': atLayer, position, decode }).find(([, value]) => value !== undefined)
  if (foreign) throw new UserError('BAD_INPUT', `--${foreign[0]} says what is attributed, and --attention explains the score of a head; leave one of them out.`)
  if (mode !== 'corrected') throw new UserError('BAD_INPUT', 'The score of a head is split in corrected mode, in which sums close; leave --mode out.')
  return { ...(await readPartitionFlags(said, sets)), attention: only, rule, temperature, excludeFirst }
}
