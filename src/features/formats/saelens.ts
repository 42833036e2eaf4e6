/**
 * SAELens: cfg.json and sae_weights.safetensors, versions 1 to 6 (sae_lens/saes, sae_lens/loading of 6.54). Older names
 * of settings are translated to those of version 6, as the library does.
 *
 * Where this differs from the library, and why:
 * - `expected_average_only_in` means that inputs were multiplied by a factor in training. The library ignores this for a
 *   folder. Here the factor is read from activation_scaler.json next to the weights, or has to be given.
 * - `scaling_factor` (versions 2 to 5, `finetuning_scaling_factor`) multiplies activations in the reconstruction;
 *   version 6 can no longer load such sets.
 */
import { join } from 'node:path'
import { z } from 'zod'
import { UserError } from '../../errors.ts'
import { type ActivationRule, noClaims, type SetDescription } from '../description.ts'
import type { Normalisation } from '../feature-set.ts'
import { exists, readJson, shown } from '../files/documents.ts'
import { openTensors } from '../files/safetensors.ts'
import { readVector, type StoredTensor } from '../files/stored-tensor.ts'
import { siteOfHook } from '../hook-names.ts'
import { idOfFolder, idOfNeuronpedia } from '../source-id.ts'
import { measured } from './saelens-claims.ts'
import { fieldsOf, type Format, holds, nameOf, needTensor, unsupported } from './format.ts'

const CONFIG = 'cfg.json'
const WEIGHTS = 'sae_weights.safetensors'

const settings = z.looseObject({
  architecture: z.string().optional(),
  d_in: z.number().int().positive(),
  d_sae: z.number().int().positive().optional(),
  d_out: z.number().int().positive().optional(),
  k: z.number().optional(),
  activation_fn: z.string().nullish(),
  activation_fn_str: z.string().nullish(),
  activation_fn_kwargs: z.looseObject({ k: z.number().optional() }).nullish(),
  apply_b_dec_to_input: z.boolean().default(true),
  normalize_activations: z.union([z.boolean(), z.string()]).nullish(),
  reshape_activations: z.string().nullish(),
  rescale_acts_by_decoder_norm: z.boolean().default(false),
  finetuning_scaling_factor: z.boolean().nullish(),
  metadata: z.looseObject({}).default({}),
})
type Settings = z.output<typeof settings>

/**
 * The settings about where a set was trained. Version 6 keeps them under `metadata`, earlier versions at the top level.
 */
const origin = z.looseObject({
  model_name: z.string().nullish(),
  hook_name: z.string().nullish(),
  hook_point: z.string().nullish(),
  hook_name_out: z.string().nullish(),
  hf_hook_name: z.string().nullish(),
  hf_hook_name_out: z.string().nullish(),
  hook_head_index: z.number().nullish(),
  hook_point_head_index: z.number().nullish(),
  dataset_path: z.string().nullish(),
  context_size: z.number().nullish(),
  prepend_bos: z.boolean().nullish(),
  neuronpedia_id: z.string().nullish(),
  l0: z.number().nullish(),
  num_dead_features: z.number().nullish(),
  training_architecture_details: z.looseObject({ k: z.number().nullish() }).nullish(),
})

type Architecture = 'standard' | 'gated' | 'topk' | 'abstopk' | 'jumprelu' | 'batchtopk'
const architectures: Readonly<Record<string, { rule: Architecture; transcoder: boolean; skip: boolean }>> = {
  standard: { rule: 'standard', transcoder: false, skip: false },
  gated: { rule: 'gated', transcoder: false, skip: false },
  topk: { rule: 'topk', transcoder: false, skip: false },
  abstopk: { rule: 'abstopk', transcoder: false, skip: false },
  jumprelu: { rule: 'jumprelu', transcoder: false, skip: false },
  // These two are checkpoints of a training; the set saved at its end is called jumprelu.
  batchtopk: { rule: 'batchtopk', transcoder: false, skip: false },
  matryoshka_batchtopk: { rule: 'batchtopk', transcoder: false, skip: false },
  transcoder: { rule: 'standard', transcoder: true, skip: false },
  skip_transcoder: { rule: 'standard', transcoder: true, skip: true },
  jumprelu_transcoder: { rule: 'jumprelu', transcoder: true, skip: false },
  jumprelu_skip_transcoder: { rule: 'jumprelu', transcoder: true, skip: true },
}

/**
 * Known architectures that are no sets of this kind: what fires at a row depends on more than one product with the row.
 */
const refused: Readonly<Record<string, string>> = {
  matching_pursuit: 'chooses its features one after another, each from what the others left',
  temporal: 'reads earlier positions as well',
}

export const saelens: Format<'saelens'> = {
  name: 'saelens',
  looksFor: `${CONFIG} with ${WEIGHTS}`,

  async find(place) {
    if (!holds(place, CONFIG, WEIGHTS)) return []
    return [{ format: 'saelens', path: place.dir, id: idOfFolder(nameOf(place.dir)) ?? nameOf(place.dir) }]
  },

  async describe(path, options) {
    const config = join(path, CONFIG)
    const fields = await readJson(config)
    const cfg = fieldsOf(config, settings, fields)
    const from = { ...fieldsOf(config, origin, fields), ...fieldsOf(config, origin, cfg.metadata) }
    const name = architectureOf(config, cfg)
    const kind = architectures[name]!
    const tensors = await openTensors(join(path, WEIGHTS))
    refuseStrangers(path, name, kind, tensors)
    const hook = from.hook_name ?? from.hook_point ?? null
    const hookOut = from.hook_name_out ?? null
    checkHook(config, cfg, hook, from.hook_head_index ?? from.hook_point_head_index ?? null)
    const neuronpedia = from.neuronpedia_id ?? null
    return {
      format: 'saelens',
      path,
      id: idOfNeuronpedia(neuronpedia) ?? idOfFolder(nameOf(path)),
      site: siteOf(hook, from.hf_hook_name ?? null),
      writes: kind.transcoder ? siteOf(hookOut, from.hf_hook_name_out ?? null) : null,
      transcoder: kind.transcoder,
      stated: { D: cfg.d_in, F: cfg.d_sae ?? null, E: kind.transcoder ? (cfg.d_out ?? null) : null },
      encoder: { tensor: needTensor(path, tensors, 'W_enc'), named: 'in,out' },
      decoder: { tensor: needTensor(path, tensors, 'W_dec'), named: 'in,out' },
      encoderBias: kind.rule === 'gated' ? null : needTensor(path, tensors, 'b_enc'),
      decoderBias: needTensor(path, tensors, 'b_dec'),
      skip: kind.skip ? { tensor: needTensor(path, tensors, 'W_skip'), named: 'out,in' } : null,
      subtractsDecoderBias: cfg.apply_b_dec_to_input && !kind.transcoder,
      activation: ruleOf(config, cfg, kind.rule, tensors),
      normalisation: await normalisationOf(path, cfg, kind.transcoder, options.scale),
      rescalesByDecoderNorm: cfg.rescale_acts_by_decoder_norm,
      finetuningScale: await finetuningScaleOf(path, cfg, tensors),
      claims: {
        ...noClaims,
        architecture: name,
        model: from.model_name ?? null,
        hook,
        hookOut,
        dataset: from.dataset_path ?? null,
        contextSize: from.context_size ?? null,
        prependBos: from.prepend_bos ?? null,
        neuronpedia,
        ...(await measured(path, {
          l0: from.l0 ?? from.training_architecture_details?.k ?? null,
          dead: cfg.d_sae === undefined || from.num_dead_features == null ? null : from.num_dead_features / cfg.d_sae,
        })),
      },
    } satisfies SetDescription
  },
}

/** Before version 6, a TopK set was a standard one with another activation function. */
function architectureOf(config: string, cfg: Settings): string {
  const name = cfg.architecture ?? 'standard'
  const activation = cfg.activation_fn ?? cfg.activation_fn_str ?? 'relu'
  const why = Object.hasOwn(refused, name) ? refused[name] : undefined
  if (why !== undefined)
    throw unsupported(config, `has the architecture "${name}", which ${why}`, Object.keys(architectures).join(', '))
  if (!Object.hasOwn(architectures, name))
    throw unsupported(config, `has the architecture "${shown(name)}"`, Object.keys(architectures).join(', '))
  if (activation === 'topk') return 'topk'
  if (activation !== 'relu')
    throw unsupported(config, `has the activation function "${shown(activation)}"`, 'relu or topk')
  return name
}

const tensorsOf: Readonly<Record<Architecture, readonly string[]>> = {
  standard: ['b_enc'],
  topk: ['b_enc'],
  abstopk: ['b_enc'],
  jumprelu: ['b_enc', 'threshold', 'log_threshold'],
  batchtopk: ['b_enc', 'topk_threshold'],
  gated: ['b_gate', 'b_mag', 'r_mag'],
}

/** Refuses a threshold that the rule does not use: it means that the architecture is not the one in cfg.json. */
function refuseStrangers(
  path: string,
  name: string,
  { rule, skip }: { rule: Architecture; skip: boolean },
  tensors: ReadonlyMap<string, StoredTensor>,
): void {
  const known = new Set([
    'W_enc',
    'W_dec',
    'b_dec',
    'scaling_factor',
    'finetuning_scaling_factor',
    ...tensorsOf[rule],
    ...(skip ? ['W_skip'] : []),
  ])
  const strangers = [...tensors.keys()].filter((each) => !known.has(each))
  if (strangers.length === 0) return
  throw new UserError(
    'BAD_FEATURES',
    `${join(path, WEIGHTS)} has tensors that the architecture "${name}" does not use ` +
      `(${shown(strangers.slice(0, 5).join(', '))}); check the architecture in ${CONFIG}.`,
  )
}

function ruleOf(
  config: string,
  cfg: Settings,
  rule: Architecture,
  tensors: ReadonlyMap<string, StoredTensor>,
): ActivationRule {
  switch (rule) {
    case 'standard':
      return { kind: 'relu' }
    case 'topk':
      return { kind: 'topk', k: kOf(config, cfg), by: 'value', relu: true }
    case 'abstopk':
      return { kind: 'topk', k: kOf(config, cfg), by: 'magnitude', relu: false }
    case 'gated':
      return {
        kind: 'gated',
        gateBias: needTensor(config, tensors, 'b_gate'),
        magnitudeBias: needTensor(config, tensors, 'b_mag'),
        logScale: needTensor(config, tensors, 'r_mag'),
      }
    case 'jumprelu': {
      const log = !tensors.has('threshold') && tensors.has('log_threshold')
      const tensor = needTensor(config, tensors, 'threshold', 'log_threshold')
      return { kind: 'jumprelu', threshold: { tensor, log }, relu: true, timesDecoderNorm: false }
    }
    case 'batchtopk': {
      const tensor = needTensor(config, tensors, 'topk_threshold')
      return { kind: 'jumprelu', threshold: { tensor, log: false }, relu: true, timesDecoderNorm: false }
    }
    default:
      return rule satisfies never
  }
}

function kOf(config: string, cfg: Settings): number {
  const k = cfg.activation_fn_kwargs?.k ?? cfg.k
  if (k === undefined)
    throw new UserError('BAD_FEATURES', `${config} does not say how many features fire; expected a number k.`)
  return k
}

const siteOf = (hook: string | null, module: string | null) =>
  (hook === null ? null : siteOfHook(hook)) ?? (module === null ? null : siteOfHook(module))

function checkHook(config: string, cfg: Settings, hook: string | null, head: number | null): void {
  if (head !== null)
    throw unsupported(config, `reads head ${head} of its hook only`, 'a set that reads the whole vector')
  const reshape = cfg.reshape_activations ?? 'none'
  if (reshape === 'none') return
  if (reshape !== 'hook_z')
    throw unsupported(config, `has reshape_activations "${shown(reshape)}"`, 'none or hook_z')
  if (hook !== null && !hook.endsWith('_z')) {
    throw new UserError(
      'BAD_FEATURES',
      `${config} joins heads (reshape_activations hook_z) of ${shown(hook)}, which has none; check the hook.`,
    )
  }
}

async function normalisationOf(
  path: string,
  cfg: Settings,
  transcoder: boolean,
  given: number | undefined,
): Promise<Normalisation> {
  const said = cfg.normalize_activations ?? 'none'
  const method = said === true ? 'expected_average_only_in' : said === false ? 'none' : said
  switch (method) {
    case 'none':
      return { kind: 'none' }
    case 'constant_norm_rescale':
      return { kind: 'length', restores: !transcoder }
    case 'layer_norm':
      return { kind: 'layer_norm', epsilon: 1e-5, restores: !transcoder }
    case 'expected_average_only_in': {
      const scale = given ?? (await savedScale(path))
      if (scale === null) {
        throw new UserError(
          'BAD_INPUT',
          `${join(path, CONFIG)} says that inputs were scaled (${method}) and not by how much; give the ` +
            'scale (√d_in over the mean norm in training), or 1 if it is in the weights already.',
        )
      }
      return { kind: 'constant', scale, unscale: 1 / scale }
    }
    default:
      throw unsupported(
        join(path, CONFIG),
        `has normalize_activations "${shown(method)}"`,
        'none, expected_average_only_in, constant_norm_rescale or layer_norm (whitening is folded into the weights ' +
          'when a training ends)',
      )
  }
}

const scaler = z.looseObject({ scaling_factor: z.number().positive().nullish() })

/** The scale in a training checkpoint next to the weights; null if there is none. */
async function savedScale(path: string): Promise<number | null> {
  const file = join(path, 'activation_scaler.json')
  if (!(await exists(file))) return null
  return fieldsOf(file, scaler, await readJson(file)).scaling_factor ?? null
}

async function finetuningScaleOf(
  path: string,
  cfg: Settings,
  tensors: ReadonlyMap<string, StoredTensor>,
): Promise<StoredTensor | null> {
  const tensor = tensors.get('scaling_factor') ?? tensors.get('finetuning_scaling_factor')
  if (tensor === undefined) return null
  // Versions that did not finetune wrote ones here.
  const values = await readVector(tensor)
  if (values.every((value) => Math.abs(value - 1) <= 1.1e-5)) return null
  if (cfg.finetuning_scaling_factor !== true) {
    throw new UserError(
      'BAD_FEATURES',
      `${path} has a scaling_factor other than 1 and its ${CONFIG} says that it was not finetuned; ` +
        'set finetuning_scaling_factor to what is true.',
    )
  }
  return tensor
}
