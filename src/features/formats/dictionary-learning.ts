/**
 * dictionary_learning: ae.pt, a state dict, and config.json with `trainer` (dictionary_learning/dictionary.py and
 * trainers/ of 0.1). The class of the dictionary decides which tensors it has and how they are used.
 *
 * AutoEncoder's own loader normalises decoder rows to unit vectors and scales the encoder accordingly, which gives
 * the same reconstruction. Here weights and activations stay as they were trained.
 */
import { basename, join } from 'node:path'
import { z } from 'zod'
import { type ActivationRule, noClaims, type SetDescription } from '../description.ts'
import type { Claims } from '../feature-set.ts'
import { exists, readJson, shown } from '../files/documents.ts'
import { readNumber } from '../files/stored-tensor.ts'
import { openTorch, type TorchFile } from '../files/torch.ts'
import { type Side, siteOfSubmodule } from '../hook-names.ts'
import type { Site } from '../site.ts'
import { firstOf, fieldsOf, type Format, holds, nameOf, needTensor, unsupported } from './format.ts'

const CONFIG = 'config.json'
const WEIGHTS = 'ae.pt'

const settings = z.looseObject({
  trainer: z.looseObject({
    dict_class: z.string(),
    activation_dim: z.number().int().positive().nullish(),
    dict_size: z.number().int().positive().nullish(),
    k: z.number().nullish(),
    layer: z.number().int().nonnegative().nullish(),
    lm_name: z.string().nullish(),
    submodule_name: z.string().nullish(),
  }),
  buffer: z.looseObject({ ctx_len: z.number().nullish(), io: z.string().nullish() }).nullish(),
})
type Settings = z.output<typeof settings>

interface DictionaryClass {
  subtractsDecoderBias: boolean
  rule(path: string, file: TorchFile, cfg: Settings): Promise<ActivationRule>
}

const batchTopK: DictionaryClass = {
  subtractsDecoderBias: true,
  // encode() compares with the running threshold, unless it is asked to select within the batch.
  rule: async (path, { tensors }) => ({
    kind: 'jumprelu',
    threshold: { tensor: needTensor(path, tensors, 'threshold'), log: false },
    relu: true,
    timesDecoderNorm: false,
  }),
}

const classes: Readonly<Record<string, DictionaryClass>> = {
  AutoEncoder: { subtractsDecoderBias: true, rule: async () => ({ kind: 'relu' }) },
  AutoEncoderNew: { subtractsDecoderBias: false, rule: async () => ({ kind: 'relu' }) },
  GatedAutoEncoder: {
    subtractsDecoderBias: true,
    rule: async (path, { tensors }) => ({
      kind: 'gated',
      gateBias: needTensor(path, tensors, 'gate_bias'),
      magnitudeBias: needTensor(path, tensors, 'mag_bias'),
      logScale: needTensor(path, tensors, 'r_mag'),
    }),
  },
  JumpReluAutoEncoder: { ...batchTopK, subtractsDecoderBias: false },
  AutoEncoderTopK: {
    subtractsDecoderBias: true,
    rule: async (_, { tensors }, { trainer }) => {
      const saved = tensors.get('k')
      return {
        kind: 'topk',
        k: saved === undefined ? (trainer.k ?? 0) : await readNumber(saved),
        by: 'value',
        relu: true,
      }
    },
  },
  BatchTopKSAE: batchTopK,
  // All groups are active after loading, so the same features fire as in BatchTopK.
  MatryoshkaBatchTopKSAE: batchTopK,
}

export const dictionaryLearning: Format<'dictionary-learning'> = {
  name: 'dictionary-learning',
  looksFor: `${WEIGHTS} with ${CONFIG}`,

  async find(place) {
    if (!holds(place, CONFIG, WEIGHTS)) return []
    return [{ format: 'dictionary-learning', path: place.dir, id: nameOf(place.dir) }]
  },

  async describe(path) {
    const config = join(path, CONFIG)
    const cfg = fieldsOf(config, settings, await readJson(config))
    const name = cfg.trainer.dict_class
    const dictionary = Object.hasOwn(classes, name) ? classes[name]! : null
    if (dictionary === null)
      throw unsupported(config, `has the dict_class "${shown(name)}"`, Object.keys(classes).join(', '))
    const file = await openTorch(join(path, WEIGHTS))
    const { tensors } = file
    const gated = name === 'GatedAutoEncoder'
    const { hook, site, writes, transcoder } = placeOf(path, cfg)
    return {
      format: 'dictionary-learning',
      path,
      id: null,
      site,
      writes,
      transcoder,
      stated: { D: cfg.trainer.activation_dim ?? null, F: cfg.trainer.dict_size ?? null, E: null },
      encoder: {
        tensor: needTensor(path, tensors, 'encoder.weight', 'W_enc'),
        named: tensors.has('encoder.weight') ? 'out,in' : 'in,out',
      },
      decoder: {
        tensor: needTensor(path, tensors, 'decoder.weight', 'W_dec'),
        named: tensors.has('decoder.weight') ? 'out,in' : 'in,out',
      },
      encoderBias: gated ? null : needTensor(path, tensors, 'encoder.bias', 'b_enc'),
      decoderBias: needTensor(path, tensors, 'b_dec', 'bias', 'decoder_bias', 'decoder.bias'),
      skip:
        firstOf(tensors, 'W_skip') === null ? null : { tensor: needTensor(path, tensors, 'W_skip'), named: 'out,in' },
      subtractsDecoderBias: dictionary.subtractsDecoderBias && !transcoder,
      activation: await dictionary.rule(path, file, cfg),
      normalisation: { kind: 'none' },
      rescalesByDecoderNorm: false,
      finetuningScale: null,
      claims: {
        ...noClaims,
        architecture: name,
        model: cfg.trainer.lm_name ?? null,
        hook,
        contextSize: cfg.buffer?.ctx_len ?? null,
        ...(await measured(path, cfg)),
      },
    } satisfies SetDescription
  },
}

/** The submodule and its side. Older releases name them in the folder (`resid_out_layer3/10_32768`). */
function placeOf(
  path: string,
  cfg: Settings,
): { hook: string | null; site: Site | null; writes: Site | null; transcoder: boolean } {
  const { submodule_name: name, layer } = cfg.trainer
  const io = cfg.buffer?.io ?? 'out'
  const transcoder = io === 'in_and_out'
  const side: Side = io === 'in' || transcoder ? 'input' : 'output'
  const folders = path.split(/[\\/]/).reverse()
  const hook = name ?? folders.find((folder) => siteOfSubmodule(folder, side) !== null) ?? null
  const find = (wanted: Side): Site | null => {
    if (hook !== null) return siteOfSubmodule(hook, wanted)
    // Without a submodule's name, the library's get_submodule gives the whole layer.
    return layer === null || layer === undefined
      ? null
      : { layer, name: wanted === 'input' ? 'resid_pre' : 'resid_post' }
  }
  return {
    hook: hook === null ? null : basename(hook),
    site: find(side),
    writes: transcoder ? find('output') : null,
    transcoder,
  }
}

const evaluation = z.looseObject({
  l0: z.number().optional(),
  frac_variance_explained: z.number().optional(),
  frac_alive: z.number().optional(),
})

/** The measurements in eval_results.json, which the library's evaluation writes next to the weights. */
async function measured(path: string, cfg: Settings): Promise<Pick<Claims, 'l0' | 'varianceExplained' | 'dead'>> {
  const file = join(path, 'eval_results.json')
  const k = cfg.trainer.k ?? null
  if (!(await exists(file))) return { l0: k, varianceExplained: null, dead: null }
  const { l0, frac_variance_explained: explained, frac_alive: alive } = fieldsOf(file, evaluation, await readJson(file))
  return { l0: l0 ?? k, varianceExplained: explained ?? null, dead: alive === undefined ? null : 1 - alive }
}
