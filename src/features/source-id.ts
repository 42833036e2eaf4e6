/** Source ids as Neuronpedia forms them: `{layer}-{set}`, 6-res-jb. */
import { z } from 'zod'
import type { Site, SiteName } from './site.ts'

/** The form of an id, which is used in paths and keys. */
export const sourceIdSchema = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/, 'expected letters, digits, dots, dashes and underscores, as in 6-res-jb')

const shortNames: Readonly<Record<SiteName, string>> = {
  resid_pre: 'res_pre',
  resid_mid: 'res_mid',
  resid_post: 'res',
  attn_out: 'att',
  mlp_out: 'mlp',
  z: 'att_z',
  mlp_in: 'mlp_in',
  mlp_normalized: 'mlp_norm',
  attn_out_raw: 'att_raw',
  mlp_out_raw: 'mlp_raw',
}

/** The number of features as releases abbreviate it: 16k for 16,384, 131k for 131,072, 1m for 1,048,576. */
export function widthName(F: number): string {
  if (F >= 1_000_000) return `${Math.floor(F / 1_000_000)}m`
  return F >= 1000 ? `${Math.floor(F / 1000)}k` : String(F)
}

/** For sets whose files name no id: 2-res-16k, 5-transcoder-32k. */
export function defaultId(site: Site, writes: Site | null, F: number): string {
  return `${site.layer}-${writes === null ? shortNames[site.name] : 'transcoder'}-${widthName(F)}`
}

/** The id if a folder is named after one (demo/saes/2-res); null otherwise. */
export const idOfFolder = (name: string): string | null =>
  /^[0-9]{1,4}-[a-z]/i.test(name) && sourceIdSchema.safeParse(name).success ? name : null

/** The id in a file's `neuronpedia_id`, which reads `model/source`; null if there is none. */
export function idOfNeuronpedia(name: string | null): string | null {
  const id = name?.split('/').at(-1)
  return id !== undefined && name?.includes('/') && sourceIdSchema.safeParse(id).success ? id : null
}
