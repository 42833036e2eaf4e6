/**
 * Llama Scope: hyperparams.json and checkpoints/final.safetensors with encoder.weight [F, D], decoder.weight [E, F] and
 * biases, in folders `Llama3_1-8B-Base-L15R-8x` (He et al. 2024; the code that trained them is Language-Model-SAEs).
 * Inputs are multiplied by √D / average norm of the training data, and outputs are divided by the same factor of the
 * outputs. b_dec is not subtracted. The rule is JumpReLU with one threshold. With `sparsity_include_decoder_norm`, the
 * threshold is compared with pre · ‖W_dec[f]‖, as in the release's own code. SAELens compares pre with the threshold
 * times the input's factor, and so other features fire. The self-test tells which of the two reconstructs a model's
 * vectors.
 */
import { readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { z } from 'zod'
import { UserError } from '../../errors.ts'
import { type ActivationRule, noClaims, type SetDescription } from '../description.ts'
import type { Normalisation } from '../feature-set.ts'
import { readJson, shown } from '../files/documents.ts'
import { openTensors } from '../files/safetensors.ts'
import { llamaScopeSites, siteOfHook } from '../hook-names.ts'
import type { Site } from '../site.ts'
import { widthName } from '../source-id.ts'
import { firstOf, fieldsOf, type Format, needTensor, unsupported } from './format.ts'

const CONFIG = 'hyperparams.json'
const WEIGHTS = ['final.safetensors', 'pruned.safetensors']

const settings = z.looseObject({
  d_model: z.number().int().positive(),
  d_sae: z.number().int().positive(),
  hook_point_in: z.string(),
  hook_point_out: z.string().nullish(),
  act_fn: z.string().default('jumprelu'),
  jump_relu_threshold: z.number().nullish(),
  top_k: z.number().nullish(),
  norm_activation: z.string().default('none'),
  dataset_average_activation_norm: z.looseObject({ in: z.number().positive(), out: z.number().positive() }).nullish(),
  sparsity_include_decoder_norm: z.boolean().default(false),
  apply_decoder_bias_to_pre_encoder: z.boolean().default(false),
  use_decoder_bias: z.boolean().default(true),
  use_glu_encoder: z.boolean().default(false),
})
type Settings = z.output<typeof settings>

const setNames: Readonly<Record<string, string>> = {
  R: 'llamascope-res',
  A: 'llamascope-att',
  M: 'llamascope-mlp',
  TC: 'llamascope-tc',
}

export const llamaScope: Format<'llama-scope'> = {
  name: 'llama-scope',
  looksFor: `${CONFIG} with checkpoints/${WEIGHTS[0]}`,

  async find({ dir, files, file }) {
    if (!files.has(CONFIG) || (file !== null && file !== CONFIG)) return []
    if ((await weightsIn(dir)) === null) return []
    return [{ format: 'llama-scope', path: dir, id: nameIn(dir)?.id(null) ?? basename(dir) }]
  },

  async describe(path) {
    const config = join(path, CONFIG)
    const cfg = fieldsOf(config, settings, await readJson(config))
    if (cfg.use_glu_encoder)
      throw unsupported(config, 'has a gated linear encoder (use_glu_encoder)', 'a linear encoder')
    if (cfg.apply_decoder_bias_to_pre_encoder) {
      throw unsupported(
        config,
        'subtracts its decoder bias first (apply_decoder_bias_to_pre_encoder)',
        'what the published sets have, false',
      )
    }
    const weights = await weightsIn(path)
    if (weights === null) throw new UserError('BAD_FEATURES', `${path} has no checkpoints/${WEIGHTS[0]}; download it.`)
    const tensors = await openTensors(join(path, 'checkpoints', weights))
    const hookOut = cfg.hook_point_out ?? cfg.hook_point_in
    const transcoder = hookOut !== cfg.hook_point_in
    const name = nameIn(path)
    const fallback = (letter: 'reads' | 'writes'): Site | null => name?.[letter] ?? null
    return {
      format: 'llama-scope',
      path,
      id: name?.id(cfg.d_sae) ?? null,
      site: siteOfHook(cfg.hook_point_in) ?? fallback('reads'),
      writes: transcoder ? (siteOfHook(hookOut) ?? fallback('writes')) : null,
      transcoder,
      stated: { D: cfg.d_model, F: cfg.d_sae, E: null },
      encoder: { tensor: needTensor(path, tensors, 'encoder.weight'), named: 'out,in' },
      decoder: { tensor: needTensor(path, tensors, 'decoder.weight'), named: 'out,in' },
      encoderBias: needTensor(path, tensors, 'encoder.bias'),
      decoderBias: cfg.use_decoder_bias ? needTensor(path, tensors, 'decoder.bias') : firstOf(tensors, 'decoder.bias'),
      skip: null,
      subtractsDecoderBias: false,
      activation: ruleOf(config, cfg),
      normalisation: normalisationOf(config, cfg),
      rescalesByDecoderNorm: false,
      finetuningScale: null,
      claims: {
        ...noClaims,
        architecture: cfg.act_fn,
        model: name === null ? null : 'meta-llama/Llama-3.1-8B',
        hook: cfg.hook_point_in,
        hookOut: transcoder ? hookOut : null,
        contextSize: 1024,
        prependBos: true,
        l0: cfg.top_k ?? null,
      },
    } satisfies SetDescription
  },
}

function ruleOf(config: string, cfg: Settings): ActivationRule {
  if (cfg.act_fn === 'relu') return { kind: 'relu' }
  if (cfg.act_fn !== 'jumprelu')
    throw unsupported(config, `has the activation function "${shown(cfg.act_fn)}"`, 'jumprelu or relu')
  const value = cfg.jump_relu_threshold ?? null
  if (value === null)
    throw new UserError('BAD_FEATURES', `${config} names no jump_relu_threshold, which its activation function needs.`)
  return { kind: 'jumprelu', threshold: { value }, relu: true, timesDecoderNorm: cfg.sparsity_include_decoder_norm }
}

function normalisationOf(config: string, cfg: Settings): Normalisation {
  if (cfg.norm_activation === 'none' || cfg.norm_activation === 'inference') return { kind: 'none' }
  if (cfg.norm_activation !== 'dataset-wise') {
    throw unsupported(
      config,
      `has norm_activation "${shown(cfg.norm_activation)}"`,
      'none, inference or dataset-wise',
    )
  }
  const norms = cfg.dataset_average_activation_norm ?? null
  if (norms === null) {
    throw new UserError(
      'BAD_FEATURES',
      `${config} scales by a norm of the training data and does not give it ` +
        '(dataset_average_activation_norm); download it again.',
    )
  }
  const root = Math.sqrt(cfg.d_model)
  return { kind: 'constant', scale: root / norms.in, unscale: norms.out / root }
}

async function weightsIn(dir: string): Promise<string | null> {
  const files: string[] = await readdir(join(dir, 'checkpoints')).catch(() => [])
  return WEIGHTS.find((name) => files.includes(name)) ?? null
}

/** The parts of the folder's name: L15R-8x. */
function nameIn(path: string): { reads: Site; writes: Site | null; id(F: number | null): string } | null {
  const [, digits, letters, expansion] = /-L(\d{1,3})(TC|R|A|M)-(\d{1,3})x$/.exec(basename(path)) ?? []
  const sites = letters === undefined ? undefined : llamaScopeSites[letters]
  if (digits === undefined || sites === undefined) return null
  const layer = Number(digits)
  // Expansions are relative to a width of 4096: 8x is 32k.
  const width = (F: number | null) => widthName(F ?? Number(expansion) * 4096)
  return {
    reads: { layer, name: sites.reads },
    writes: sites.writes === null ? null : { layer, name: sites.writes },
    id: (F) => `${layer}-${setNames[letters!]}-${width(F)}`,
  }
}
