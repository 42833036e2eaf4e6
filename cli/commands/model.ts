/** `tributary model …`: which models there are. */
import type { Command } from '@commander-js/extra-typings'
import type { CliContext } from '../context.ts'

const EXAMPLES = `
Examples:
  $ tributary model add ./my-model
  $ tributary model add hf:EleutherAI/pythia-70m --id pythia
  $ tributary model remove gpt2 --yes

A model folder is what Hugging Face projects publish: config.json, model.safetensors (or its shards) and tokenizer.json.
Nothing is copied. A model is known by its weights: the same weights in two folders are one model. What hf:org/name@revision
names is fetched into the cache that Hugging Face's Python library uses (HF_HOME), with HF_TOKEN where one is needed, and
read from there; HF_HUB_OFFLINE=1 asks for nothing that is not there.`

export function addModelCommands(program: Command, context: CliContext): void {
  const model = program.command('model').summary('add, list and remove models').description('Adds, lists and removes models.')
  model
    .command('add')
    .description('Checks a model folder and adds it.')
    .argument('<dir>', 'a folder with config.json and safetensors, or hf:org/name of one on the Hugging Face hub')
    .option('--id <id>', "what to call it (default: the folder's name)")
    .action(async (dir, { id }) => {
      const { addModelFolder } = await import('../actions/model-add.ts')
      await addModelFolder(dir, id, context)
    })
  model
    .command('list')
    .description('Lists the models.')
    .option('--json', 'print one JSON array')
    .action(async ({ json = false }) => {
      const { listModels } = await import('../actions/model-list.ts')
      await listModels({ json }, context)
    })
  model
    .command('remove')
    .description('Removes a model with everything that was computed with it. The folder stays.')
    .argument('<id>')
    .option('--yes', 'even when results and runs go with it')
    .action(async (id, { yes = false }) => {
      const { removeModelById } = await import('../actions/model-remove.ts')
      await removeModelById(id, { yes }, context)
    })
  model.addHelpText('after', EXAMPLES)
}
