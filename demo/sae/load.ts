/** A saved autoencoder, its figures and its labels. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { openSafetensors } from '../../src/model/safetensors.ts'
import { readTensorAsFloat32 } from '../../src/model/safetensors-read.ts'
import { saeFolder } from '../paths.ts'
import type { Sae } from './program.ts'
import { saeName } from './save.ts'

const figures = z.object({ active: z.number(), explained: z.number(), dead: z.number(), tokens: z.number() })
const label = z.object({
  index: z.number(), description: z.string(), typeName: z.literal('automatic'), share: z.number(), frac_nonzero: z.number(),
  maxActApprox: z.number(),
})
const config = z.object({ d_in: z.number(), d_sae: z.number(), hook_layer: z.number() })
export type LoadedLabel = z.infer<typeof label>

const textOf = (layer: number, file: string) => readFile(join(saeFolder, saeName(layer), file), 'utf8')

export async function loadSae(layer: number): Promise<Sae> {
  const folder = join(saeFolder, saeName(layer))
  const { d_in, d_sae } = config.parse(JSON.parse(await textOf(layer, 'cfg.json')))
  const entries = new Map((await openSafetensors(join(folder, 'sae_weights.safetensors'))).map((entry) => [entry.name, entry]))
  const tensor = (name: string) => {
    const entry = entries.get(name)
    if (entry === undefined) throw new Error(`${folder} has no tensor ${name}`)
    return readTensorAsFloat32(entry)
  }
  return {
    layer, shape: { D: d_in, F: d_sae }, W_enc: await tensor('W_enc'), W_dec: await tensor('W_dec'),
    b_enc: await tensor('b_enc'), b_dec: await tensor('b_dec'), threshold: await tensor('threshold'),
  }
}

export async function loadLabels(layer: number) {
  const labels = (await textOf(layer, 'explanations.jsonl')).trim().split('\n').map((line) => label.parse(JSON.parse(line)))
  return { labels, figures: figures.parse(JSON.parse(await textOf(layer, 'figures.json'))) }
}

/** [D]: what a feature's pre-activation reads. */
export const encoderDirection = ({ W_enc, shape: { D, F } }: Sae, feature: number): number[] =>
  Array.from({ length: D }, (_, d) => W_enc[d * F + feature]!)
