/** tokenizer.json, read and checked, except for its vocabulary and merges. */
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { z } from 'zod'
import { UserError } from '../errors.ts'
import { type NumberedToken } from './added-tokens.ts'
import { OPEN_ARRAY } from './json-bytes.ts'
import { type Outline, outlineOf } from './json-outline.ts'
import { addedToken, parseAs, readLimited } from './settings.ts'
import { stepSchema } from './steps.ts'
import { readVocabulary } from './vocabulary.ts'
import { once, type Source } from './source.ts'

const numberedTokenSchema = z.looseObject({
  id: z.number().int().nonnegative().max(10_000_000),
  content: z.string().min(1),
  single_word: z.boolean().default(false),
  lstrip: z.boolean().default(false),
  rstrip: z.boolean().default(false),
  normalized: z.boolean().nullish(),
  special: z.boolean().default(false),
}).transform((token): NumberedToken => ({ id: token.id, ...addedToken(token) }))

const step = stepSchema.nullish().transform((value) => value ?? null)

const tokenizerSchema = z.looseObject({
  added_tokens: z.array(numberedTokenSchema).nullish().transform((tokens) => tokens ?? []),
  normalizer: step,
  pre_tokenizer: step,
  post_processor: step,
  decoder: step,
  /** Texts are not padded, but the padding token is added. */
  padding: z.looseObject({ pad_token: z.string().optional() }).nullish(),
  model: z.looseObject({ type: z.string().optional() }),
})

const modelTypes = ['BPE', 'Unigram', 'WordPiece', 'WordLevel']

/** The oldest files leave out the type, so the library finds it from the fields. */
function typeByFields({ vocab, merges }: Outline, bytes: Buffer, model: object): string {
  if (merges) return 'BPE'
  if (vocab && bytes[vocab.start] === OPEN_ARRAY) return 'Unigram'
  return 'max_input_chars_per_word' in model ? 'WordPiece' : 'WordLevel'
}

/** null when the folder has no tokenizer.json. */
export async function readTokenizerJson(dir: string): Promise<Source | null> {
  const path = join(dir, 'tokenizer.json')
  const bytes = await readLimited(path)
  if (bytes === null) return null
  const outline = outlineOf(bytes, path)
  const parsed = parseAs(outline.rest, tokenizerSchema, path)
  const { added_tokens, normalizer, pre_tokenizer, post_processor, decoder, model, padding } = parsed
  const { vocab } = outline
  if (vocab === null) throw new UserError('BAD_MODEL', `${path} is malformed at model.vocab (there is none); download it again.`)
  const { vocab: _hole, merges: _merges, ...settings } = model
  const type = model.type ?? typeByFields(outline, bytes, model)
  if (!modelTypes.includes(type)) {
    throw new UserError('UNSUPPORTED', `${path} has a tokenizer model of the type ${type}; supported are ${modelTypes.join(', ')}.`)
  }
  return {
    path,
    pipeline: { normalizer, pre_tokenizer, post_processor, decoder, model: { ...settings, type } },
    added: added_tokens,
    vocabulary: once(() => readVocabulary(bytes, vocab, path)),
    vocabJson: bytes.subarray(vocab.start, vocab.end),
    mergesJson: outline.mergesJson,
    hash: once(() => createHash('sha256').update(bytes).digest('hex')),
    isTokenizerJson: true,
    names: padding?.pad_token === undefined ? {} : { pad_token: padding.pad_token },
    extra: [],
  }
}
