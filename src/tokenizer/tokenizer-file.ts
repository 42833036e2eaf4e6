/** tokenizer.json and tokenizer_config.json, read and checked: both are files from strangers. */
import { createHash } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { UserError } from '../errors.ts'

/** Several times the largest vocabulary in use (262,144 tokens, 33 MB). */
const MAX_FILE_BYTES = 256_000_000
const MAX_ID = 10_000_000

const id = z.number().int().nonnegative().max(MAX_ID)
/** A step of the pipeline: its type and whatever else that type reads. */
const stepSchema = z.looseObject({ type: z.string() })
export type Step = z.infer<typeof stepSchema>

const addedTokenSchema = z.looseObject({ id, content: z.string().min(1), special: z.boolean().default(false) })

/** Schemas built of smaller ones take a second over the hundred thousands of entries here; a loop takes none. */
const isVocabulary = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && Object.values(value).every(isId)

const isId = (value: unknown): boolean => Number.isInteger(value) && Number(value) >= 0 && Number(value) <= MAX_ID

const isMerges = (value: unknown): boolean => Array.isArray(value) && value.every((merge) =>
  typeof merge === 'string' || (Array.isArray(merge) && merge.length === 2 && merge.every((part) => typeof part === 'string')))

const tokenizerSchema = z.looseObject({
  added_tokens: z.array(addedTokenSchema).nullish().transform((tokens) => tokens ?? []),
  normalizer: stepSchema.nullish().transform((step) => step ?? null),
  pre_tokenizer: stepSchema.nullish().transform((step) => step ?? null),
  post_processor: stepSchema.nullish().transform((step) => step ?? null),
  decoder: stepSchema.nullish().transform((step) => step ?? null),
  model: z.discriminatedUnion('type', [
    z.looseObject({
      type: z.literal('BPE'),
      vocab: z.custom<Record<string, number>>(isVocabulary, 'expected an object of token ids'),
      merges: z.custom<(string | [string, string])[]>(isMerges, 'expected an array of pairs'),
      unk_token: z.string().nullish(),
    }),
    z.looseObject({
      type: z.literal('Unigram'),
      vocab: z.array(z.tuple([z.string(), z.number()])),
      unk_id: id.nullish(),
    }),
  ]),
})
export type TokenizerJson = z.infer<typeof tokenizerSchema>

const tokenName = z.union([z.string(), z.looseObject({ content: z.string() }).transform((token) => token.content)]).nullish()
const configSchema = z.looseObject({
  tokenizer_class: z.string().nullish(),
  add_bos_token: z.boolean().nullish(),
  add_eos_token: z.boolean().nullish(),
  bos_token: tokenName,
  eos_token: tokenName,
})
export type TokenizerConfig = z.infer<typeof configSchema>

export interface TokenizerFile {
  json: TokenizerJson
  config: TokenizerConfig
  /** sha256 (hex) of tokenizer.json. */
  hash: string
}

/** null when the folder has no tokenizer.json. */
export async function readTokenizerFile(dir: string): Promise<TokenizerFile | null> {
  const path = join(dir, 'tokenizer.json')
  const bytes = await readLimited(path)
  if (!bytes) return null
  const json = parse(path, bytes, tokenizerSchema)
  checkMerges(path, json)
  const configPath = join(dir, 'tokenizer_config.json')
  const configBytes = await readLimited(configPath)
  return {
    json,
    config: configBytes ? parse(configPath, configBytes, configSchema) : {},
    hash: createHash('sha256').update(bytes).digest('hex'),
  }
}

async function readLimited(path: string): Promise<Buffer | null> {
  const stats = await stat(path).catch(() => null)
  if (!stats) return null
  if (stats.size > MAX_FILE_BYTES) {
    throw new UserError('BAD_MODEL', `${path} has ${stats.size} bytes, more than the ${MAX_FILE_BYTES} allowed; expected a ` +
      'Hugging Face tokenizer.')
  }
  return readFile(path)
}

function parse<T>(path: string, bytes: Buffer, schema: z.ZodType<T>): T {
  let content: unknown
  try {
    content = JSON.parse(bytes.toString('utf8'))
  } catch (cause) {
    throw new UserError('BAD_MODEL', `${path} is not JSON; download it again.`, { cause })
  }
  const parsed = schema.safeParse(content)
  if (parsed.success) return parsed.data
  const { path: at, message } = parsed.error.issues[0]!
  if (at.join('.') === 'model.type') {
    throw new UserError('UNSUPPORTED', `${path} has a tokenizer model that is not supported; supported are BPE and Unigram.`)
  }
  throw new UserError('BAD_MODEL', `${path} is malformed at ${at.join('.') || 'its top'} (${message}); download it again.`)
}

/** A merge of what is not in the vocabulary would silently turn text into unknown tokens. */
function checkMerges(path: string, { model }: TokenizerJson): void {
  if (model.type !== 'BPE') return
  for (const [rank, merge] of model.merges.entries()) {
    const [left, right] = typeof merge === 'string' ? merge.split(' ') : merge
    const inVocabulary = (token: string | undefined) => token !== undefined && Object.hasOwn(model.vocab, token)
    if (!inVocabulary(left) || !inVocabulary(right) || !inVocabulary(`${left}${right}`)) {
      throw new UserError('BAD_MODEL', `${path}: merge ${rank} (${JSON.stringify(merge)}) makes or uses a token that the ` +
        'vocabulary lacks; download the file again.')
    }
  }
}

/** `step` and all that it contains, outermost first. */
export function flattenSteps(step: Step | null): Step[] {
  if (!step) return []
  return [step, ...innerSteps(step).flatMap(flattenSteps)]
}

const innerKeys = ['normalizers', 'pretokenizers', 'processors', 'decoders'] as const

const innerSteps = (step: Step): Step[] =>
  innerKeys.flatMap((key) => z.array(stepSchema).safeParse(step[key]).data ?? [])

/** `step` with each simple step in it replaced; null drops one. */
export function mapSteps(step: Step | null, replace: (step: Step) => Step | null): Step | null {
  if (!step) return null
  const key = innerKeys.find((candidate) => candidate in step)
  if (!key) return replace(step)
  const inner = innerSteps(step).map((each) => mapSteps(each, replace)).filter((each) => each !== null)
  return { ...step, [key]: inner }
}
