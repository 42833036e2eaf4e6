/**
 * The tensors that a configuration needs, chosen from all tensors of a folder. They may carry any known prefix and come
 * in any of the family's forms, and the head is the one that the file really has. Other tensors of the folder are
 * ignored if they are buffers or belong to another part of a larger model. They are refused if they belong to the
 * layers.
 */
import { UserError } from '../errors.ts'
import type { Naming } from './architectures/naming.ts'
import type { ModelConfig } from './config.ts'
import { equalTensors } from './safetensors-read.ts'
import type { TensorEntry } from './safetensors.ts'
import { embeddingName, headName, namingOf, wantedTensors, type Forms, type WantedTensor } from './weights-names.ts'

type Found = ReadonlyMap<string, TensorEntry>

export interface SelectedTensors {
  /** The configuration, with `tiedHead` set to what the weights have. */
  config: ModelConfig
  /** The tensors that are used, by name without prefix. All are present and have the right shape. */
  tensors: Map<string, TensorEntry>
}

/** Types that an engine can read in place. */
const usableDtypes: readonly string[] = ['F32', 'F16', 'BF16']

/** Refuses (BAD_MODEL, UNSUPPORTED) weights that do not belong to the configuration; `dir` is for messages. */
export async function selectTensors(described: ModelConfig, all: Found, dir: string): Promise<SelectedTensors> {
  const { config, found } = await settleHead(described, all, dir)
  const naming = namingOf(config)
  const tensors = new Map<string, TensorEntry>()
  const missing: string[] = []
  for (const forms of wantedTensors(config)) {
    const chosen = chooseForm(forms, naming, found, dir)
    missing.push(...chosen.missing)
    for (const { wanted, entry } of chosen.entries) tensors.set(wanted.name, checkTensor(entry, wanted, dir))
  }
  if (missing.length > 0) throw lacks(config, naming, missing, dir)
  refuseUnused(config, naming, found, new Set(tensors.values()), dir)
  return { config, tensors }
}

/**
 * Decides like transformers whether the head is the embedding. If the file has both and they differ, each is used. If
 * it has only one of a tied pair, that one serves as both.
 */
async function settleHead(config: ModelConfig, found: Found, dir: string): Promise<{ config: ModelConfig; found: Found }> {
  const naming = namingOf(config)
  if (!config.tiedHead) return { config, found }
  const head = storedAs(headName(naming), naming, found, dir)
  if (head === null) return { config, found }
  const embedding = storedAs(embeddingName(naming), naming, found, dir)
  if (embedding === null) return { config, found: new Map(found).set(embeddingName(naming), head) }
  return await equalTensors(head, embedding) ? { config, found } : { config: { ...config, tiedHead: false }, found }
}

interface ChosenForm {
  entries: { wanted: WantedTensor; entry: TensorEntry }[]
  /** Missing names of the form that comes closest. */
  missing: string[]
}

function chooseForm(forms: Forms, naming: Naming, found: Found, dir: string): ChosenForm {
  const [first, ...others] = forms.map((form): ChosenForm => {
    const looked = form.map((wanted) => ({ wanted, entry: storedAs(wanted.name, naming, found, dir) }))
    return {
      entries: looked.flatMap(({ wanted, entry }) => (entry === null ? [] : [{ wanted, entry }])),
      missing: looked.flatMap(({ wanted, entry }) => (entry === null ? [wanted.name] : [])),
    }
  })
  let best = first!
  for (const form of others) {
    if (form.missing.length === 0 && best.missing.length === 0) {
      throw new UserError('BAD_MODEL', `${dir} has the same weights in two forms, ${best.entries[0]?.wanted.name} and ` +
        `${form.entries[0]?.wanted.name}; keep one of them.`)
    }
    const isCloser = form.entries.length > 0 && (best.entries.length === 0 || form.missing.length < best.missing.length)
    if (isCloser) best = form
  }
  return best
}

/** The tensor of that name in any spelling that files use; null if there is none. */
function storedAs(name: string, naming: Naming, found: Found, dir: string): TensorEntry | null {
  const { prefixes, spellings = [] } = naming
  const spelled = [name, ...spellings.filter(([ours]) => name.includes(ours)).map(([ours, theirs]) => name.replace(ours, theirs))]
  let stored: TensorEntry | null = null
  for (const prefix of [...prefixes, '']) {
    for (const each of spelled) {
      const entry = found.get(prefix + each)
      if (entry === undefined || entry === stored) continue
      if (stored !== null) {
        throw new UserError('BAD_MODEL', `${dir} has ${name} twice, as ${stored.name} and as ${entry.name}; keep one of them.`)
      }
      stored = entry
    }
  }
  return stored
}

function checkTensor(entry: TensorEntry, { shape, packed }: WantedTensor, dir: string): TensorEntry {
  if (entry.shape.length !== shape.length || shape.some((extent, axis) => extent !== entry.shape[axis])) {
    throw new UserError('BAD_MODEL', `${dir}: ${entry.name} has the shape [${entry.shape.join(', ')}] but config.json asks ` +
      `for [${shape.join(', ')}]; check that config.json belongs to these weights.`)
  }
  const expected = packed ? ['U8'] : usableDtypes
  if (!expected.includes(entry.dtype)) {
    throw new UserError('UNSUPPORTED', `${dir}: ${entry.name} is stored as ${entry.dtype}; expected ` +
      `${expected.join(', ')}. Convert the model, for instance with \`model.float().save_pretrained(folder)\`.`)
  }
  return entry
}

function lacks({ architecture }: ModelConfig, { prefixes }: Naming, missing: readonly string[], dir: string): UserError {
  const named = missing.slice(0, 5).join(', ') + (missing.length > 5 ? ` and ${missing.length - 5} more` : '')
  return new UserError('BAD_MODEL', `${dir} lacks the ${architecture} tensors ${named} (with or without ` +
    `"${prefixes[0]}" before them); check that config.json belongs to these weights and that all files are there.`)
}

/** Buffers that older versions of the classes saved with their weights, and that nothing reads. */
const buffers = /(^|\.)(rotary_emb\.[a-z_]+|(attn|attention|self_attention)\.(masked_)?bias|position_ids)$/

/** Refuses (BAD_MODEL) weights of layers, or of the head, that the configuration does not mention. */
function refuseUnused(config: ModelConfig, naming: Naming, found: Found, used: ReadonlySet<TensorEntry>, dir: string): void {
  const bias = storedAs(`${naming.head}.bias`, naming, found, dir)
  const stray: string[] = bias === null ? [] : [bias.name]
  let layers = config.L
  for (const [name, entry] of found) {
    if (used.has(entry) || buffers.test(name)) continue
    const inside = insideLayer(name, naming)
    if (inside === null) continue
    layers = Math.max(layers, inside.layer + 1)
    if (/\.(weight|bias)$/.test(name)) stray.push(name)
  }
  if (layers > config.L) {
    throw new UserError('BAD_MODEL', `${dir} has the weights of ${layers} layers but config.json says ${config.L}; correct the ` +
      'number of layers, or use the config.json that belongs to these weights.')
  }
  if (stray.length > 0) {
    const named = stray.slice(0, 3).join(', ') + (stray.length > 3 ? ` and ${stray.length - 3} more` : '')
    throw new UserError('BAD_MODEL', `${dir} has weights that config.json leaves no place for: ${named}; check that the two ` +
      'belong together (flags such as attention_bias, say), or remove them.')
  }
}

/** Which layer a tensor of the decoder lies in; null outside of the layers. */
function insideLayer(name: string, { prefixes, layer }: Naming): { layer: number } | null {
  const [before = '', after = ''] = layer.split('{i}')
  for (const prefix of [...prefixes, '']) {
    if (!name.startsWith(prefix + before)) continue
    const rest = name.slice(prefix.length + before.length)
    const number = /^\d+/.exec(rest)?.[0]
    if (number !== undefined && rest.startsWith(after, number.length)) return { layer: Number(number) }
  }
  return null
}
