/**
 * Sites: the places in a model whose vectors a feature set reads or writes.
 *
 * Glossary. All vectors are of one position of one layer l (counted from 0).
 * - resid_pre      the residual stream before layer l
 * - resid_mid      the stream after the layer's attention, before its MLP (not in parallel-residual models)
 * - resid_post     the stream after layer l, before any final norm; the same vector as resid_pre of layer l + 1
 * - attn_out       what attention adds to the stream: after a post-norm, where the model has one
 * - mlp_out        what the MLP adds to the stream: after a post-norm, where the model has one
 * - attn_out_raw   attention's output before a post-norm; the same as attn_out where there is none
 * - mlp_out_raw    the MLP's output before a post-norm; the same as mlp_out where there is none
 * - z              the heads' mixtures of values, concatenated, before the output projection
 * - mlp_in         what the MLP multiplies its weights by: normed, with the norm's gain and bias
 * - mlp_normalized the same before the gain: centred where the norm centres, times the norm's scale
 *
 * Canonical text: the layer, a point, the name; `2.resid_pre`.
 */
import { z } from 'zod'
import { UserError } from '../errors.ts'

export const siteNames = [
  'resid_pre',
  'resid_mid',
  'resid_post',
  'attn_out',
  'mlp_out',
  'z',
  'mlp_in',
  'mlp_normalized',
  'attn_out_raw',
  'mlp_out_raw',
] as const
export type SiteName = (typeof siteNames)[number]

export interface Site {
  /** From 0. */
  layer: number
  name: SiteName
}

/** No known model has more; a larger number in a name is not a layer. */
const MAX_LAYER = 9999

export const siteSchema: z.ZodType<Site, Site> = z.strictObject({
  layer: z.number().int().min(0).max(MAX_LAYER),
  name: z.enum(siteNames),
})

/** `2.resid_pre` */
export const formatSite = ({ layer, name }: Site): string => `${layer}.${name}`

const canonical = new RegExp(`^(0|[1-9][0-9]{0,3})\\.(${siteNames.join('|')})$`)

/** The site that a canonical text names; null if the text is not canonical. */
export function siteOfText(text: string): Site | null {
  const found = canonical.exec(text)
  const name = siteNames.find((each) => each === found?.[2])
  return found === null || name === undefined ? null : { layer: Number(found[1]), name }
}

/** The site of a canonical text that a user gave. Throws BAD_INPUT for any other text. */
export function parseSite(text: string): Site {
  const site = siteOfText(text)
  if (site !== null) return site
  throw new UserError(
    'BAD_INPUT',
    `"${text.slice(0, 80)}" is no site; expected a layer and one of ${siteNames.join(', ')}, as in 2.resid_pre.`,
  )
}

/** Text in, site out: for options and stored records. */
export const siteTextSchema = z.string().transform((text, context): Site => {
  const site = siteOfText(text)
  if (site !== null) return site
  context.addIssue({
    code: 'custom',
    message: `expected a site such as 2.resid_pre, with one of ${siteNames.join(', ')}`,
  })
  return z.NEVER
})

/** Whether the two name the same vector in every model: resid_post(l) and resid_pre(l + 1) do. */
export function sameSite(a: Site, b: Site): boolean {
  const [x, y] = [asPre(a), asPre(b)]
  return x.layer === y.layer && x.name === y.name
}

const asPre = (site: Site): Site => (site.name === 'resid_post' ? { layer: site.layer + 1, name: 'resid_pre' } : site)

/**
 * Sites that a site is easily mistaken for: they have the same width, and the formats' hook names differ by a few
 * letters.
 */
const confusable: Readonly<Record<SiteName, readonly SiteName[]>> = {
  resid_pre: ['resid_mid', 'resid_post'],
  resid_mid: ['resid_pre', 'resid_post', 'mlp_in', 'mlp_normalized'],
  resid_post: ['resid_pre', 'resid_mid'],
  attn_out: ['attn_out_raw', 'mlp_out', 'resid_mid', 'z'],
  mlp_out: ['mlp_out_raw', 'attn_out', 'resid_post'],
  attn_out_raw: ['attn_out', 'mlp_out_raw', 'resid_mid', 'z'],
  mlp_out_raw: ['mlp_out', 'attn_out_raw', 'resid_post'],
  z: ['attn_out', 'attn_out_raw'],
  mlp_in: ['mlp_normalized', 'resid_mid'],
  mlp_normalized: ['mlp_in', 'resid_mid'],
}

/**
 * Sites that a set may have been trained on if the named one is wrong: the same name one layer before and after, and
 * the other vectors of the layer. Each vector is listed once, and `site` itself is left out. `layers`: L of the
 * model.
 */
export function neighbouringSites(site: Site, layers: number): Site[] {
  const candidates: Site[] = [
    ...[site.layer - 1, site.layer + 1].map((layer) => ({ layer, name: site.name })),
    ...confusable[site.name].map((name) => ({ layer: site.layer, name })),
  ]
  const found: Site[] = []
  for (const each of candidates) {
    const exists = each.layer >= 0 && each.layer < layers
    if (exists && ![site, ...found].some((other) => sameSite(other, each))) found.push(each)
  }
  return found
}
