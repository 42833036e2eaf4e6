/** `tributary attribute`: one prompt, answered on the spot. Needs no database when the model is a folder. */
import { Option, type Command } from 'commander'
import { z } from 'zod'
import { deviceNames, engineNames } from '../../src/config.ts'
import type { CliContext } from '../context.ts'

const EXAMPLES = `
Examples:
  $ tributary attribute --model ./gpt2 --text "The Eiffel Tower is in the city of" --target Paris
  $ tributary attribute --model stories --text "Once upon a time" --by group --groups words --json
  $ tributary attribute --model ./qwen --tokens 9707,11,847 --by head --layer all
  $ tributary attribute --model ./qwen --text "…" --by neuron --layer 3 --neurons 1,2,5-9 --target " he" --minus " she"
  $ tributary attribute --model ./qwen --text "…" --direction probe.npy --at-layer 12

The target is a text that is one token where it follows the prompt, #ID, or next (the model's own next token; for the
word itself write " next"). Positions count from 0, or from the end when negative. Groups as JSON are arrays of
positions and [first,last] spans, such as [[0],[[1,4]],{"label":"the verb","positions":[5]}]; what none names is one
more group. With --json every component is printed in order, with --top K the K largest.`

export function addAttribute(program: Command, context: CliContext): void {
  const choice = (flags: string, description: string, values: readonly string[]) =>
    new Option(flags, description).choices(values)
  program
    .command('attribute')
    .summary('say which parts of a model or prompt make it say what it says')
    .description('Attributes a prediction to tokens, groups of tokens, heads, neurons, modules or a subspace.')
    .requiredOption('--model <dir|id>', 'a model folder, or the id of an added model')
    .option('--text <text>', 'the prompt')
    .option('--tokens <ids>', 'the prompt as token ids: 1,2,3')
    .addOption(choice('--by <what>', 'what the components are', ['token', 'group', 'head', 'neuron', 'module', 'subspace']).default('token'))
    .option('--groups <groups>', 'with --by group: words, sentences or JSON (default: words)')
    .option('--layer <n|all>', 'where the split is made (default: the embedding; all layers for heads and modules)')
    .option('--neurons <list>', 'with --by neuron: the neurons to split out, 1,2,5-9 (default: all of the layer)')
    .addOption(choice('--module <name>', 'with --by module (default: attention)', ['attention', 'mlp']))
    .option('--basis <file>', 'with --by subspace: vectors that span it (.json, .npy, .safetensors)')
    .option('--target <text|#id>', "what is attributed (default: the model's next token)")
    .option('--minus <text|#id>', 'attribute the difference to this token instead')
    .option('--direction <file>', 'attribute the projection on a vector (.json, .npy, .safetensors) instead of a logit')
    .option('--at-layer <n>', 'with --direction: the layer whose input is read (default: before the final norm)')
    .option('--position <p>', 'where the target is read (default: the last token)')
    .addOption(choice('--mode <mode>', 'the method as corrected, or as in the authors\' code', ['corrected', 'reference']).default('corrected'))
    .option('--exclude-first <true|false>', 'give the first token no share of MLPs (default: true where the tokenizer adds it)')
    .addOption(choice('--rule <rule>', 'how MLP outputs are shared', ['softmax', 'linear-norm', 'linear-weighted', 'relu', 'taylor']).default('softmax'))
    .option('--temperature <t>', 'of the softmax rule (default: 0.1)')
    .option('--top <k>', 'only the k components with the largest |score|')
    .option('--decode <k>', 'also the k tokens that each component speaks for most')
    .option('--estimate', 'say what it would cost, and compute nothing')
    .option('--json', 'print one JSON object')
    .addOption(choice('--engine <name>', 'what computes (default: onnx)', engineNames))
    .addOption(choice('--device <name>', 'where it computes (default: cpu)', deviceNames))
    .option('--threads <n>', 'threads of the engine (default: one per core)')
    .option('--memory-limit <amount>', 'memory of one pass beyond the weights, such as 4GiB')
    .option('--weight-limit <amount>', 'memory of the weights; a larger model streams through layer by layer')
    .addHelpText('after', EXAMPLES)
    .action(async (raw: unknown) => {
      const { attribute } = await import('../attribute.ts')
      await attribute(attributeFlagsSchema.parse(raw), context)
    })
}

const text = z.string().optional()

/** As typed; what each means is for those who use it. */
export const attributeFlagsSchema = z.object({
  model: z.string(),
  text,
  tokens: text,
  by: z.enum(['token', 'group', 'head', 'neuron', 'module', 'subspace']),
  groups: text,
  layer: text,
  neurons: text,
  module: z.enum(['attention', 'mlp']).optional(),
  basis: text,
  target: text,
  minus: text,
  direction: text,
  atLayer: text,
  position: text,
  mode: z.enum(['corrected', 'reference']),
  excludeFirst: text,
  rule: z.enum(['softmax', 'linear-norm', 'linear-weighted', 'relu', 'taylor']),
  temperature: text,
  top: text,
  decode: text,
  estimate: z.boolean().default(false),
  json: z.boolean().default(false),
  engine: text,
  device: text,
  threads: text,
  memoryLimit: text,
  weightLimit: text,
})
export type AttributeFlags = z.infer<typeof attributeFlagsSchema>
