/**
 * Qwen-Scope: `layer12.sae.pt`, a dict with W_enc [F, D], W_dec [D, F], b_enc, b_dec, in repositories such as
 * `SAE-Res-Qwen3.5-2B-Base-W32K-L0_50`. Only the repository's name says that 50 features are kept. The README's own
 * code keeps the k largest of x · W_encᵀ + b_enc unchanged and does not subtract b_dec. SAELens sets negative values
 * among them to 0. The two differ only if fewer than k values are positive, which does not happen in practice with
 * these widths.
 */
import { basename, join } from 'node:path'
import { UserError } from '../../errors.ts'
import { noClaims, type SetDescription } from '../description.ts'
import { openTorch } from '../files/torch.ts'
import { type Format, needTensor, readablePath } from './format.ts'
import { torchFiles } from './torch-files.ts'

const fileName = /^layer(\d{1,4})\.sae\.pt$/

export const qwenScope: Format<'qwen-scope'> = {
  name: 'qwen-scope',
  looksFor: 'layerN.sae.pt',

  async find(place) {
    const names = await torchFiles(place, fileName, ({ tensors }) => tensors.has('W_enc') && tensors.has('W_dec'))
    return names.map((name) => {
      const path = join(place.dir, name)
      return { format: 'qwen-scope', path, id: idOf(path) }
    })
  },

  async describe(path, options) {
    const { tensors } = await openTorch(path)
    const { model, k: named } = releaseOf(path)
    const k = options.k ?? named
    if (k === null) {
      throw new UserError(
        'BAD_INPUT',
        `${path} does not say how many features are kept, and neither does its folder ` + '(SAE-Res-…-L0_50); give k.',
      )
    }
    const layer = fileName.exec(basename(path))?.[1]
    return {
      format: 'qwen-scope',
      path,
      id: idOf(path),
      site: layer === undefined ? null : { layer: Number(layer), name: 'resid_post' },
      writes: null,
      transcoder: false,
      stated: { D: null, F: null, E: null },
      encoder: { tensor: needTensor(path, tensors, 'W_enc'), named: 'out,in' },
      decoder: { tensor: needTensor(path, tensors, 'W_dec'), named: 'out,in' },
      encoderBias: needTensor(path, tensors, 'b_enc'),
      decoderBias: needTensor(path, tensors, 'b_dec'),
      skip: null,
      subtractsDecoderBias: false,
      activation: { kind: 'topk', k, by: 'value', relu: false },
      normalisation: { kind: 'none' },
      rescalesByDecoderNorm: false,
      finetuningScale: null,
      claims: { ...noClaims, architecture: 'topk', model, hook: layer === undefined ? null : `layers.${layer}`, l0: k },
    } satisfies SetDescription
  },
}

/** `SAE-Res-{model}-W{features}K-L0_{k}` */
function releaseOf(path: string): { model: string | null; width: string | null; k: number | null } {
  const [, model, width, k] = /SAE-Res-([^/]+)-W(\d+)K-L0_(\d{1,6})(?:\/|$)/.exec(readablePath(path)) ?? []
  return {
    model: model === undefined ? null : `Qwen/${model}`,
    width: width ?? null,
    k: k === undefined ? null : Number(k),
  }
}

function idOf(path: string): string {
  const layer = fileName.exec(basename(path))?.[1] ?? '0'
  const { width, k } = releaseOf(path)
  return `${layer}-qwenscope-res${width === null ? '' : `-${width}k`}${k === null ? '' : `__l0-${k}`}`
}
