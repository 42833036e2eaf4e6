/** `tributary model …`: which models there are. */
import type { Command } from 'commander'
import { z } from 'zod'
import type { CliContext } from '../context.ts'

const EXAMPLES = `
Examples:
  $ tributary model add ./stories260k
  $ tributary model add ~/.cache/huggingface/hub/models--gpt2/snapshots/607a30d --id gpt2
  $ tributary model remove gpt2 --yes

A model folder is what Hugging Face projects publish: config.json, model.safetensors (or its shards) and tokenizer.json.
Nothing is copied. A model is known by its weights: the same weights in two folders are one model.`

export function addModelCommands(program: Command, context: CliContext): void {
  const model = program.command('model').summary('add, list and remove models').description('Adds, lists and removes models.')
  model
    .command('add')
    .description('Checks a model folder and adds it.')
    .argument('<dir>', 'a folder with config.json and safetensors')
    .option('--id <id>', "what to call it (default: the folder's name)")
    .action(async (dir: string, raw: unknown) => {
      const { id } = z.object({ id: z.string().optional() }).parse(raw)
      const { addModelFolder } = await import('../models/add.ts')
      await addModelFolder(dir, id, context)
    })
  model
    .command('list')
    .description('Lists the models.')
    .option('--json', 'print one JSON array')
    .action(async (raw: unknown) => {
      const { json } = z.object({ json: z.boolean().default(false) }).parse(raw)
      const { listModels } = await import('../models/list.ts')
      await listModels({ json }, context)
    })
  model
    .command('remove')
    .description('Removes a model with everything that was computed with it. The folder stays.')
    .argument('<id>')
    .option('--yes', 'even when results and runs go with it')
    .action(async (id: string, raw: unknown) => {
      const { yes } = z.object({ yes: z.boolean().default(false) }).parse(raw)
      const { removeModelById } = await import('../models/remove.ts')
      await removeModelById(id, { yes }, context)
    })
  model.addHelpText('after', EXAMPLES)
}
