/** `tributary graph`: how a prompt leads to its logits. Needs no database when the model is a folder. */
import { Option, type Command } from '@commander-js/extra-typings'
import { deviceNames, engineNames } from '../../src/config.ts'
import { UserError } from '../../src/errors.ts'
import { edgeKinds } from '../../src/graph/request.ts'
import { readChat } from '../../src/tokenizer/chat.ts'
import type { OpenAttributor } from '../actions/open-model.ts'
import type { CliContext } from '../context.ts'
import { openSets } from '../feature-sets.ts'
import { decimal, idList, wholeNumber } from '../flags.ts'
import { withRuleOptions } from './question-options.ts'

const EXAMPLES = `
Examples:
  $ tributary graph --model demo --text "The capital of France is" --sae demo/1-res,demo/2-res
  $ tributary graph --model ./gpt2 --text "…" --by head --threshold 0.9
  $ tributary graph --model demo --text "The capital of France is" --sae demo/1-res,demo/2-res --targets " Paris" " Lyon" --json > graph.json
  $ tributary graph --show graph.json
  $ tributary graph --show graph.json --to 2_320_5 --paths 3
  $ tributary graph import graph.json
  $ tributary graph remove KEY

Nodes are tokens, features and logits, or (by head, by module) what heads and MLPs add to the stream; edges into a node sum to its
value. --json prints the form that circuit-tracer and Neuronpedia exchange; --show draws such a file, also of others, and
import stores it: a graph of another program as it is, told apart from those that were computed here. KEY is what import printed.`

/** Ways that are told of a graph. */
const PATHS = 8

/** `open`: for tests, which give fixed answers. */
export function addGraph(program: Command, context: CliContext, open?: OpenAttributor): void {
  const command = program
    .command('graph')
    .summary('show how tokens, features, heads and MLPs lead to what a model says')
    .description('The attribution graph of one prompt, pruned to what matters.')
    .option('--model <dir|id>', 'a model folder, the id of an added model, or hf:org/name of one on the hub')
    .option('--text <text>', 'the prompt')
    .option('--chat <file>', 'the prompt as messages, written by the model\'s chat template: JSON of [{"role", "content"}, …]')
    .option('--tokens <ids>', 'the prompt as token ids: 1,2,3', (text) => idList('--tokens', text))
    .option('--position <n>', 'where the logits are read; negative counts from the end (default: -1)', (text) => wholeNumber('--position', text))
    .option('--sae <set,set…>', 'feature sets whose features are the nodes', (text) => text.split(',').filter((name) => name !== ''))
    .addOption(new Option('--by <what>', 'instead of feature sets: heads and MLPs, or whole sublayers (default: head)').choices(['head', 'module'] as const))
    .option('--features <n>', 'of each set, at most so many features are nodes before pruning (default: 512)', (text) => wholeNumber('--features', text, { least: 1 }))
    .addOption(new Option('--edges <kind>', 'what goes through no node between, or everything on the way (default: direct)').choices(edgeKinds))
    .option('--targets <token...>', "logits that are nodes: texts that are one token, or #id (default: the model's first choices)")
    .option('--threshold <x>', 'keep the nodes that make up this share of all influence (default: 0.8)', (text) => decimal('--threshold', text))
    .option('--edge-threshold <x>', 'keep the edges that make up this share of what goes through edges (default: 0.98)', (text) => decimal('--edge-threshold', text))
    .option('--max-nodes <n>', 'keep at most so many nodes (default: 500)', (text) => wholeNumber('--max-nodes', text, { least: 1 }))
  withRuleOptions(command)
    .option('--show <file>', 'draw a graph that was exported, instead of computing one')
    .option('--stored <key>', 'draw a graph of the database by its key, instead of computing one')
    .option('--from <node>', 'tell the strongest ways from this node, by its id (default: from any token)')
    .option('--to <node>', 'tell the strongest ways to this node, by its id (default: to the likeliest logit)')
    .option('--paths <n>', `tell at most so many ways (default: ${PATHS})`, (text) => wholeNumber('--paths', text, { least: 1 }))
    .option('--estimate', 'say what it would cost, and compute nothing')
    .option('--json', 'print the JSON that circuit-tracer and Neuronpedia exchange')
    .addOption(new Option('--engine <name>', 'what computes (default: onnx)').choices(engineNames))
    .addOption(new Option('--device <name>', 'where it computes (default: cpu)').choices(deviceNames))
    .option('--threads <n>', 'threads of the engine (default: one per core)')
    .option('--memory-limit <amount>', 'memory of one pass beyond the weights, such as 4GiB')
    .option('--weight-limit <amount>', 'memory of the weights; a larger model streams through layer by layer')
    .addHelpText('after', EXAMPLES)
    .action(async (flags) => {
      const { model, text, chat, tokens, position, sae, by, features, edges, targets, threshold, edgeThreshold, maxNodes } = flags
      const { show, estimate = false, json = false, mode, rule, temperature, excludeFirst } = flags
      const { graph } = await import('../actions/graph.ts')
      const { showGraph, showStoredGraph } = await import('../actions/graph-store.ts')
      const ends = { from: flags.from ?? null, to: flags.to ?? null }
      const tellsWays = [flags.from, flags.to, flags.paths].some((flag) => flag !== undefined)
      if (estimate && tellsWays)
        throw new UserError('BAD_INPUT', '--estimate computes no graph, so there are no ways to tell; leave --from, --to and --paths out.')
      if (json && tellsWays)
        throw new UserError('BAD_INPUT', '--json prints the whole graph; --from, --to and --paths say which ways a person reads, so leave them out.')
      const print = { json, paths: { ...ends, count: flags.paths ?? PATHS } }
      const [given, ...more] = Object.entries({ show, stored: flags.stored }).flatMap(([name, value]) => (value === undefined ? [] : [{ name, value }]))
      if (given !== undefined) {
        if (more.length > 0) throw new UserError('BAD_INPUT', `--${given.name} and --${more[0]!.name} were given; give one of them.`)
        if (model !== undefined) throw new UserError('BAD_INPUT', `--${given.name} draws what is there and computes nothing; leave --model out.`)
        if (estimate) throw new UserError('BAD_INPUT', `--${given.name} draws what is there and computes nothing; leave --estimate out.`)
        return given.name === 'show' ? showGraph(given.value, print, context) : showStoredGraph(given.value, print, context)
      }
      if (model === undefined) throw new UserError('BAD_INPUT', 'A graph needs a model; give one with --model, or a file with --show.')
      if (mode !== 'corrected')
        throw new UserError('BAD_INPUT', 'Sums close in corrected mode only, and a graph rests on them; leave --mode out.')
      const sets = openSets(context)
      const sources = []
      for (const name of sae ?? []) sources.push(await sets.source(name))
      const messages = chat === undefined ? null : await readChat(chat)
      const question = {
        text, messages, tokenIds: tokens, position, by, features, edges, targets, nodeThreshold: threshold, edgeThreshold, maxNodes, rule, temperature, excludeFirst,
        ...(sae !== undefined && { sets: sources }),
      }
      const { engine, device, threads, memoryLimit: memoryLimitBytes, weightLimit: weightLimitBytes } = flags
      await graph({ model, question, sets, estimate, print, settings: { engine, device, threads, memoryLimitBytes, weightLimitBytes } }, context, open)
    })
  command
    .command('import')
    .description('Stores a graph from a file, of Tributary or of another program, and prints its key.')
    .argument('<file>', 'the JSON that circuit-tracer and Neuronpedia exchange')
    .action(async (file) => {
      const { importGraphFile } = await import('../actions/graph-store.ts')
      await importGraphFile(file, context)
    })
  command
    .command('remove')
    .description('Removes a stored graph, with what people saved with it.')
    .argument('<key>', 'of attribution_graph, 64 hex digits')
    .action(async (key) => {
      const { removeStoredGraph } = await import('../actions/graph-store.ts')
      await removeStoredGraph(key, context)
    })
}
