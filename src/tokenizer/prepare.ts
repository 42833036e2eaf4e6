/**
 * Resolves a folder's tokenizer: what is passed to the library, and the hash that identifies its ids.
 *
 * 1. The source: tokenizer.json, or what older folders have instead.
 * 2. The class with which transformers reads the folder, and what the class builds from it.
 * 3. The tokens that other files add.
 * 4. The hash: of tokenizer.json alone, unless 2 and 3 change ids.
 */
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { UserError } from '../errors.ts'
import { type Additions, additionsOf, type NumberedToken } from './added-tokens.ts'
import { asPublished, canonical, type Ends } from './canonical.ts'
import { classOf, type TokenizerClass } from './class-of.ts'
import { classRules, fixMistralPattern, type Pipeline, refuseUnknownSettings } from './classes.ts'
import { hasOlderFiles, readOlderFiles } from './folder-older.ts'
import { readTokenizerJson } from './folder-json.ts'
import { type AddedToken, readSettings, type Settings } from './settings.ts'
import { once, type Source } from './source.ts'
import { mapSteps } from './steps.ts'
import type { Vocabulary } from './vocabulary.ts'

export interface Prepared {
  path: string
  /**
   * A function, so that the hash is computed while the library reads the composed file: both take a while for a large
   * vocabulary.
   */
  hash: () => string
  pipeline: Pipeline
  /** Steps for text that continues other text, before which no space is put; null if they are the same. */
  continuation: Pick<Pipeline, 'normalizer' | 'pre_tokenizer'> | null
  vocabulary: () => Vocabulary
  /** Added tokens of the composed file. */
  kept: readonly NumberedToken[]
  /** Tokens to add to the composed file, in this order. */
  additions: readonly AddedToken[]
  /** Tokens put at the ends of every text instead of a post-processor; null if the post-processor decides. */
  ends: Ends | null
  /** Special tokens by name, for chat templates. */
  names: ReadonlyMap<string, string>
  /** `chat_template` of tokenizer_config.json. */
  chatTemplate: unknown
  /** A tokenizer.json for the library. */
  compose(): Buffer
}

/** Whether the folder has any tokenizer files; a cheap check. */
export const hasTokenizerFiles = (dir: string): boolean => existsSync(join(dir, 'tokenizer.json')) || hasOlderFiles(dir)

/** null if the folder has no tokenizer. */
export async function prepareTokenizer(dir: string): Promise<Prepared | null> {
  const settings = await readSettings(dir)
  const json = await readTokenizerJson(dir)
  const className = json || hasOlderFiles(dir) ? classOf(settings) : 'TokenizersBackend'
  const source = json ?? await readOlderFiles(dir, className, settings)
  return source && prepare(source, withExtra(settings, source), className)
}

function withExtra(settings: Settings, { extra }: Source): Settings {
  const { config } = settings
  if (extra.length === 0 || config.extra_special_tokens != null || config.additional_special_tokens != null) return settings
  return { ...settings, config: { ...config, additional_special_tokens: [...extra] } }
}

function prepare(source: Source, settings: Settings, className: TokenizerClass): Prepared {
  const { path, vocabulary } = source
  refuseUnknownSettings(settings.config)
  const rule = classRules[className]
  const built = rule.build?.(settings.config) ?? null
  if (built && source.pipeline.model.type !== built.model.type) {
    throw new UserError('UNSUPPORTED', `${path} has a ${source.pipeline.model.type} model, but tokenizer_config.json names the ` +
      `class ${className}, which is for ${built.model.type}; name the class PreTrainedTokenizerFast there.`)
  }
  const kept = built ? [] : source.added
  const names = { ...(rule.ignoresPadding ? {} : source.names), ...rule.names }
  const additions = additionsOf(settings, { ...rule, names }, source.added, built === null)
  const decided = {
    ...(built ?? source.pipeline),
    post_processor: rule.postProcessor === 'file' ? source.pipeline.post_processor : null,
  }
  const pipeline = fixMistralPattern(decided, settings, () => vocabulary().count)
  refuseChance(pipeline, path)
  const ends = endsOf(source, settings, className, additions)
  const hash = () => {
    const ids = canonical({ pipeline, added: merge(kept, additions.tokens), ends }, vocabulary())
    const published = asPublished(source.pipeline, className, settings)
    const alone = canonical({ pipeline: published, added: merge(source.added, []), ends: null }, vocabulary())
    return source.isTokenizerJson && ids === alone ? source.hash() : sha256(`${source.hash()}\n${ids}`)
  }
  return {
    path,
    hash: once(hash),
    pipeline,
    continuation: continuationOf(pipeline),
    vocabulary,
    kept,
    additions: additions.tokens,
    ends,
    names: additions.names,
    chatTemplate: settings.config.chat_template,
    compose: () => compose(pipeline, kept, source),
  }
}

/** Refuses steps that are left out at random: they are for training, and transformers would give other ids each time. */
function refuseChance({ model }: Pipeline, path: string): void {
  if (model.dropout == null || model.dropout === 0) return
  throw new UserError('UNSUPPORTED', `${path} has a dropout of ${String(model.dropout)}, with which a text has other ids each ` +
    'time; set model.dropout to null.')
}

/**
 * Without a tokenizer.json, `add_bos_token` and `add_eos_token` decide, and by default nothing is added. With a
 * tokenizer.json, transformers 5 ignores them. CodeLlama always adds its beginning.
 */
function endsOf(
  { isTokenizerJson }: Source, { config }: Settings, className: TokenizerClass, { names }: Additions,
): Ends | null {
  const begins = classRules[className].postProcessor === 'beginning'
  if (isTokenizerJson && !begins) return null
  const wanted = (flag: boolean | null | undefined, name: string) => (flag ? names.get(name) ?? null : null)
  const settings = isTokenizerJson ? {} : config
  return {
    first: wanted(begins ? settings.add_bos_token ?? true : settings.add_bos_token, 'bos_token'),
    last: wanted(settings.add_eos_token, 'eos_token'),
  }
}

/** All added tokens, in the order of their ids. */
function merge(kept: readonly NumberedToken[], additions: readonly AddedToken[]): AddedToken[] {
  const byContent = new Map<string, AddedToken>(inOrder(kept).map((token) => [token.content, token]))
  for (const token of additions) byContent.set(token.content, token)
  return [...byContent.values()]
}

const inOrder = (tokens: readonly NumberedToken[]) => [...tokens].sort((a, b) => a.id - b.id)

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

/** The pipeline without the steps that change the ends of a text, which must not be applied in its middle. */
function continuationOf({ normalizer, pre_tokenizer }: Pipeline): Prepared['continuation'] {
  const bare = {
    normalizer: mapSteps(normalizer, (step) => (step.type === 'Prepend' || step.type === 'Strip' ? null : step)),
    pre_tokenizer: mapSteps(pre_tokenizer, (step) => {
      if (step.type === 'Metaspace') return { ...step, prepend_scheme: 'never', add_prefix_space: undefined }
      return step.type === 'ByteLevel' ? { ...step, add_prefix_space: false } : step
    }),
  }
  const same = JSON.stringify([bare.normalizer, bare.pre_tokenizer]) === JSON.stringify([normalizer, pre_tokenizer])
  return same ? null : bare
}

/** Composes the file. Spans must include their blanks, so no step may trim them; truncation and padding are left out. */
function compose(pipeline: Pipeline, kept: readonly NumberedToken[], { vocabJson, mergesJson }: Source): Buffer {
  const { model, post_processor, ...steps } = pipeline
  const head = JSON.stringify({
    version: '1.0',
    added_tokens: kept,
    ...steps,
    post_processor: mapSteps(post_processor, (step) =>
      ('trim_offsets' in step || step.type === 'ByteLevel' ? { ...step, trim_offsets: false } : step)),
  })
  const merges = mergesJson ?? (model.type === 'BPE' ? Buffer.from('[]') : null)
  return Buffer.concat([
    Buffer.from(`${head.slice(0, -1)},"model":${JSON.stringify(model).slice(0, -1)},"vocab":`),
    vocabJson,
    ...(merges ? [Buffer.from(',"merges":'), merges] : []),
    Buffer.from('}}'),
  ])
}
