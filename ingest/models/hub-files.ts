/**
 * Which files of a repository on the hub make up a model folder: only those that are read, not the model in other
 * formats.
 */
import { UserError } from '../../src/errors.ts'

/** Files beside the weights; they include everything that decides token ids. */
const settings: ReadonlySet<string> = new Set([
  'config.json', 'generation_config.json', 'tokenizer.json', 'tokenizer_config.json', 'special_tokens_map.json',
  'added_tokens.json', 'tokenizer.model', 'vocab.json', 'merges.txt', 'chat_template.json', 'chat_template.jinja',
])
const WHOLE = 'model.safetensors'
const INDEX = 'model.safetensors.index.json'
const SHARD = /^model-\d+-of-\d+\.safetensors$/
/** Copies in another layout, and weights that are added to a model. */
const OTHER = /^(?:consolidated|adapter)/
const FOREIGN = /\.(?:bin|pt|pth|gguf|h5|msgpack|onnx)$/

/**
 * `folder`: of the repository, where the model lies; null for its root. Refuses (UserError) a repository without a
 * model.
 */
export function selectModelFiles(paths: readonly string[], folder: string | null, name: string): string[] {
  const prefix = folder === null ? '' : `${folder}/`
  const names = paths.flatMap((path) => {
    const rest = path.startsWith(prefix) ? path.slice(prefix.length) : ''
    return rest === '' || rest.includes('/') ? [] : [rest]
  })
  if (!names.includes('config.json'))
    throw new UserError('BAD_MODEL', `${name} has no config.json; expected a model folder${withConfig(paths)}.`)
  const weights = weightsOf(names)
  if (weights.length === 0) {
    const foreign = names.filter((each) => FOREIGN.test(each)).slice(0, 5)
    const has = foreign.length > 0 ? `, only ${foreign.join(', ')}` : ''
    throw new UserError(
      'UNSUPPORTED',
      `${name} has no safetensors${has}; look for a revision or a repository that has them.`,
    )
  }
  return [...names.filter((each) => settings.has(each)), ...weights].map((each) => prefix + each)
}

function weightsOf(names: readonly string[]): string[] {
  if (names.includes(WHOLE)) return [WHOLE]
  const shards = names.filter((each) => SHARD.test(each))
  if (names.includes(INDEX) && shards.length > 0) return [INDEX, ...shards]
  const others = names.filter((each) => each.endsWith('.safetensors') && !OTHER.test(each))
  return others.length > 0 && names.includes(INDEX) ? [INDEX, ...others] : others
}

function withConfig(paths: readonly string[]): string {
  const folders = paths
    .filter((path) => path.endsWith('/config.json'))
    .map((path) => path.slice(0, -'/config.json'.length))
  return folders.length > 0
    ? `, which there is in ${folders.slice(0, 5).join(', ')}: name it behind the repository`
    : ''
}
