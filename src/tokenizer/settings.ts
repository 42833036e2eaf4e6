/** Reads and checks the files beside tokenizer.json that decide ids, all of which come from strangers. */
import { stat, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { UserError } from '../errors.ts'

/** Several times the largest vocabulary in use (262,144 tokens, 33 MB). */
const MAX_FILE_BYTES = 256_000_000

/** Refuses (BAD_MODEL) a larger file unread; null if there is no file. */
export async function readLimited(path: string): Promise<Buffer | null> {
  const stats = await stat(path).catch(() => null)
  if (!stats) return null
  if (stats.size > MAX_FILE_BYTES) {
    throw new UserError('BAD_MODEL', `${path} has ${stats.size} bytes, more than the ${MAX_FILE_BYTES} allowed; expected a ` +
      'Hugging Face tokenizer.')
  }
  return readFile(path)
}

const addedTokenSchema = z.looseObject({
  content: z.string(),
  single_word: z.boolean().default(false),
  lstrip: z.boolean().default(false),
  rstrip: z.boolean().default(false),
  /** If absent: special tokens are matched in the text as written, others in the normalised text. */
  normalized: z.boolean().nullish(),
  special: z.boolean().default(false),
})

export interface AddedToken {
  content: string
  single_word: boolean
  lstrip: boolean
  rstrip: boolean
  normalized: boolean
  special: boolean
}

export function addedToken(given: z.infer<typeof addedTokenSchema>): AddedToken {
  const { content, single_word, lstrip, rstrip, special } = given
  return { content, single_word, lstrip, rstrip, normalized: given.normalized ?? !special, special }
}

export const tokenOfName = (content: string): AddedToken => addedToken(addedTokenSchema.parse({ content, special: true }))

export const tokenValue = z.union([z.string(), addedTokenSchema.transform(addedToken)])
export type TokenValue = z.infer<typeof tokenValue>
const tokenList = z.array(tokenValue)
const flag = z.boolean().nullish()

/** Names of special tokens that every tokenizer class has, in the order in which the tokens are added. */
export const SPECIAL_NAMES = ['bos_token', 'eos_token', 'unk_token', 'sep_token', 'pad_token', 'cls_token', 'mask_token'] as const
export type SpecialName = (typeof SPECIAL_NAMES)[number]

const specialNames = Object.fromEntries(SPECIAL_NAMES.map((name) => [name, tokenValue.nullish()])) as
  Record<SpecialName, z.ZodOptional<z.ZodNullable<typeof tokenValue>>>

const configSchema = z.looseObject({
  tokenizer_class: z.string().nullish(),
  add_prefix_space: flag,
  add_bos_token: flag,
  add_eos_token: flag,
  legacy: flag,
  split_special_tokens: flag,
  fix_mistral_regex: flag,
  fast_tokenizer_files: z.array(z.string()).nullish(),
  auto_map: z.unknown().optional(),
  added_tokens_decoder: z.record(z.string().regex(/^\d{1,8}$/), addedTokenSchema.transform(addedToken)).nullish(),
  additional_special_tokens: tokenList.nullish(),
  extra_special_tokens: z.union([tokenList, z.record(z.string(), tokenValue)]).nullish(),
  ...specialNames,
})
export type TokenizerConfig = z.infer<typeof configSchema>

const specialTokensMapSchema = z.looseObject({
  additional_special_tokens: tokenList.nullish(),
  extra_special_tokens: z.union([tokenList, z.record(z.string(), tokenValue)]).nullish(),
  ...specialNames,
})
export type SpecialTokensMap = z.infer<typeof specialTokensMapSchema>

const addedTokensFileSchema = z.record(z.string(), z.number().int().nonnegative().max(10_000_000))

/** The fields of config.json that say which tokenizer class belongs to the architecture. */
const modelConfigSchema = z.looseObject({
  model_type: z.string().nullish().catch(null),
  tokenizer_class: z.string().nullish().catch(null),
  transformers_version: z.string().nullish().catch(null),
})
export type ModelConfigNames = z.infer<typeof modelConfigSchema>

export interface Settings {
  config: TokenizerConfig
  /** special_tokens_map.json */
  specialTokensMap: SpecialTokensMap | null
  /** added_tokens.json: ids by token. */
  addedTokens: Record<string, number> | null
  model: ModelConfigNames | null
}

export async function readSettings(dir: string): Promise<Settings> {
  const [config, specialTokensMap, addedTokens, model] = await Promise.all([
    readJson(join(dir, 'tokenizer_config.json'), configSchema),
    readJson(join(dir, 'special_tokens_map.json'), specialTokensMapSchema),
    readJson(join(dir, 'added_tokens.json'), addedTokensFileSchema),
    readJson(join(dir, 'config.json'), modelConfigSchema),
  ])
  return { config: config ?? {}, specialTokensMap, addedTokens, model }
}

async function readJson<T>(path: string, schema: z.ZodType<T>): Promise<T | null> {
  const bytes = await readLimited(path)
  if (bytes === null) return null
  let content: unknown
  try {
    content = JSON.parse(bytes.toString('utf8'))
  } catch (cause) {
    throw new UserError('BAD_MODEL', `${path} is not JSON; download it again.`, { cause })
  }
  return parseAs(content, schema, path)
}

/** Refuses (BAD_MODEL) content that does not fit the schema, and names the place. */
export function parseAs<T>(content: unknown, schema: z.ZodType<T>, path: string): T {
  const parsed = schema.safeParse(content)
  if (parsed.success) return parsed.data
  const { path: at, message } = parsed.error.issues[0]!
  throw new UserError('BAD_MODEL', `${path} is malformed at ${at.join('.') || 'its top'} (${message}); download it again.`)
}
