/**
 * OpenAI's autoencoders of GPT-2 small: `resid_post_mlp_v5_32k/autoencoders/6.pt`, a state dict with pre_bias [D],
 * latent_bias [F], encoder.weight [F, D], decoder.weight [D, F], the activation's class and its settings
 * (sparse_autoencoder/model.py). A set with TopK normalises its inputs as a LayerNorm does, and a set with ReLU does
 * not. Their code calls this rule hacky, but the released files need it. A tied decoder is the encoder's transpose.
 */
import { basename, dirname, join } from 'node:path'
import { z } from 'zod'
import { UserError } from '../../errors.ts'
import { type ActivationRule, type NamedMatrix, noClaims, type SetDescription } from '../description.ts'
import { shown } from '../files/documents.ts'
import type { StoredTensor } from '../files/stored-tensor.ts'
import { openTorch, type TorchFile } from '../files/torch.ts'
import { openaiSites } from '../hook-names.ts'
import type { Site } from '../site.ts'
import { type Format, needTensor, readablePath, unsupported } from './format.ts'
import { torchFiles } from './torch-files.ts'

const topk = z.object({ k: z.number(), postact_fn: z.string() })

export const openai: Format<'openai'> = {
  name: 'openai',
  looksFor: '.pt files with pre_bias and latent_bias',

  async find(place) {
    // A file that was named may have any name. In a folder, only names like 6.pt are sets.
    const names = await torchFiles(
      place,
      place.file === null ? /^\d{1,4}\.pt$/ : /\.pt$/,
      ({ tensors }) => tensors.has('pre_bias') && tensors.has('latent_bias'),
    )
    return names.map((name) => {
      const path = join(place.dir, name)
      return { format: 'openai', path, id: placeOf(path)?.id ?? basename(name, '.pt') }
    })
  },

  async describe(path) {
    const file = await openTorch(path)
    const place = placeOf(path)
    if (place !== null && place.site === null) {
      throw unsupported(
        path,
        `reads the MLP's neurons (${place.location}), which are no site`,
        'resid_delta_attn, resid_post_attn, resid_delta_mlp or resid_post_mlp',
      )
    }
    const architecture = activationName(file)
    const encoder = needTensor(path, file.tensors, 'encoder.weight')
    return {
      format: 'openai',
      path,
      id: place?.id ?? null,
      site: place?.site ?? null,
      writes: null,
      transcoder: false,
      stated: { D: null, F: null, E: null },
      encoder: { tensor: encoder, named: 'out,in' },
      decoder: decoderOf(path, file, encoder),
      encoderBias: needTensor(path, file.tensors, 'latent_bias'),
      decoderBias: needTensor(path, file.tensors, 'pre_bias'),
      skip: null,
      subtractsDecoderBias: true,
      activation: ruleOf(path, file, architecture),
      normalisation: architecture === 'TopK' ? { kind: 'layer_norm', epsilon: 1e-5, restores: true } : { kind: 'none' },
      rescalesByDecoderNorm: false,
      finetuningScale: null,
      claims: {
        ...noClaims,
        architecture,
        model: place === null ? null : 'gpt2',
        hook: place?.location ?? null,
        contextSize: 64,
        prependBos: false,
      },
    } satisfies SetDescription
  },
}

function activationName({ values }: TorchFile): string {
  const name = values.get('activation')
  return typeof name === 'string' ? name : 'ReLU'
}

function ruleOf(path: string, { values }: TorchFile, name: string): ActivationRule {
  if (name === 'ReLU') return { kind: 'relu' }
  if (name !== 'TopK') throw unsupported(path, `has the activation "${shown(name)}"`, 'ReLU or TopK')
  const state = values.get('activation_state_dict')
  const parsed = topk.safeParse(state instanceof Map ? Object.fromEntries(state) : state)
  if (!parsed.success)
    throw new UserError('BAD_FEATURES', `${path} does not give k and postact_fn of its TopK; download it again.`)
  const { k, postact_fn: after } = parsed.data
  if (after !== 'ReLU' && after !== 'Identity')
    throw unsupported(path, `has the postact_fn "${shown(after)}"`, 'ReLU or Identity')
  return { kind: 'topk', k, by: 'value', relu: after === 'ReLU' }
}

function decoderOf(path: string, { tensors }: TorchFile, encoder: StoredTensor): NamedMatrix {
  const tied = tensors.has('decoder.linear.weight')
  return tied
    ? { tensor: encoder, named: 'in,out' }
    : { tensor: needTensor(path, tensors, 'decoder.weight'), named: 'out,in' }
}

/** The parts of `…/resid_post_mlp_v5_32k/autoencoders/6.pt`; null for a file elsewhere. */
function placeOf(path: string): { location: string; site: Site | null; id: string } | null {
  const layer = /^(\d{1,4})\.pt$/.exec(basename(path))?.[1]
  const folder = readablePath(dirname(path))
  const [, location, version] =
    /\/(resid_(?:delta|post)_(?:attn|mlp)|mlp_post_act)((?:_v\d+)?(?:_\d+k)?)(?:\/autoencoders)?$/.exec(
      folder,
    ) ?? []
  if (layer === undefined || location === undefined) return null
  const name = openaiSites[location] ?? null
  // Neuronpedia: 6-res_post_32k-oai.
  const short = location
    .replace('resid_post_mlp', 'res_post')
    .replace('resid_post_attn', 'res_mid')
    .replace('resid_delta_', '')
    .replace('attn', 'att')
  const width = /\d+k$/.exec(version ?? '')?.[0]
  return {
    location,
    site: name === null ? null : { layer: Number(layer), name },
    id: `${layer}-${short}${width === undefined ? '' : `_${width}`}-oai`,
  }
}
