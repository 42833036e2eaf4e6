/** An autoencoder in SAELens' folder format, and beside it its figures and the features' automatic labels. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { saeFolder } from '../paths.ts'
import { encodeSafetensors } from '../safetensors.ts'
import type { FeatureLabel } from './labels.ts'
import type { SaeFigures } from './measure.ts'
import type { Sae } from './program.ts'

export const saeName = (layer: number) => `${layer}-res`

const folderOf = (layer: number) => join(saeFolder, saeName(layer))

export async function saveSae(sae: Sae): Promise<void> {
  const folder = folderOf(sae.layer)
  const { D, F } = sae.shape
  const config = {
    architecture: 'jumprelu', d_in: D, d_sae: F, dtype: 'float32', device: 'cpu', model_name: 'tributary-demo',
    hook_name: `blocks.${sae.layer}.hook_resid_post`, hook_layer: sae.layer, hook_head_index: null,
    activation_fn_str: 'relu', apply_b_dec_to_input: true, normalize_activations: 'none', finetuning_scaling_factor: false,
    prepend_bos: true, context_size: 64, dataset_path: 'demo/corpus', sae_lens_training_version: null,
  }
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'cfg.json'), `${JSON.stringify(config, null, 2)}\n`)
  await writeFile(join(folder, 'sae_weights.safetensors'), encodeSafetensors([
    { name: 'W_enc', shape: [D, F], data: sae.W_enc }, { name: 'W_dec', shape: [F, D], data: sae.W_dec },
    { name: 'b_enc', shape: [F], data: sae.b_enc }, { name: 'b_dec', shape: [D], data: sae.b_dec },
    { name: 'threshold', shape: [F], data: sae.threshold },
  ]))
}

export async function saveLabels(layer: number, figures: SaeFigures, labels: readonly FeatureLabel[]): Promise<void> {
  const folder = folderOf(layer)
  await writeFile(join(folder, 'figures.json'), `${JSON.stringify(figures, null, 2)}\n`)
  await writeFile(join(folder, 'explanations.jsonl'), labels.map((label) => `${JSON.stringify(label)}\n`).join(''))
}
