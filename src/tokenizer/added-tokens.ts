/**
 * Tokens that the files beside tokenizer.json add to a vocabulary, in the order in which transformers 5.18 adds them. The
 * order decides the ids of tokens that are not in the vocabulary.
 *
 * 1. `added_tokens_decoder` of tokenizer_config.json, by id. If it is missing: special_tokens_map.json, added_tokens.json
 *    and the added tokens of tokenizer.json.
 * 2. The special tokens by name (`bos_token` …), including the class's own, then those with names of the folder's own.
 * 3. `extra_special_tokens`, which older folders call `additional_special_tokens`.
 */
import type { ClassRule } from './classes.ts'
import { type AddedToken, type Settings, SPECIAL_NAMES, tokenOfName, type TokenValue, tokenValue } from './settings.ts'

export interface Additions {
  /** The tokens, in the order in which they are to be added. */
  tokens: AddedToken[]
  /** The special tokens by name; names that are not set are missing. */
  names: Map<string, string>
}

/** A token of tokenizer.json with the id that the file gives it. */
export type NumberedToken = AddedToken & { id: number }

type Named = Map<string, TokenValue>

/**
 * `inFile` are the added tokens of tokenizer.json. `kept` says whether the class keeps them, or first builds a vocabulary
 * without them.
 */
export function additionsOf(settings: Settings, rule: ClassRule, inFile: readonly NumberedToken[], kept: boolean): Additions {
  const { config } = settings
  const named = namedTokens(settings, rule)
  const extra = extraTokens(settings)
  const numbered = config.added_tokens_decoder
    ? new Map(Object.entries(config.added_tokens_decoder).map(([id, token]) => [Number(id), token]))
    : legacyTokens(settings, named, extra, inFile)
  const byContent = new Map([...numbered.values()].map((token) => [token.content, token]))
  for (const name of SPECIAL_NAMES) {
    const known = byContent.get(contentOf(named.get(name)))
    if (known) named.set(name, known)
  }
  const present = new Map((kept ? inFile : []).map((token) => [token.content, describe(token)]))
  const inOrder = [...numbered].sort(([a], [b]) => a - b).map(([, token]) => token)
  const tokens = inOrder.filter((token) => present.get(token.content) !== describe(token))
  const taken = new Set([...present.keys(), ...tokens.map(({ content }) => content)])
  // A token that is named with its flags and again without is added twice; the last one counts.
  const given = new Set<string>()
  for (const value of [...named.values(), ...extra]) {
    const token = typeof value === 'string' ? tokenOfName(value) : value
    const spelling = typeof value === 'string' ? value : describe(value)
    if (taken.has(token.content) || given.has(spelling)) continue
    given.add(spelling)
    tokens.push(token)
  }
  const names = new Map([...named].map(([name, value]) => [name, contentOf(value)]))
  const contents = new Set(names.values())
  const again = rule.repeats ? [...contents, ...extra.map(contentOf)].map(tokenOfName) : []
  const specials = tokens.map((token) => (contents.has(token.content) ? { ...token, special: true } : token))
  return { tokens: [...specials, ...again], names }
}

const contentOf = (value: TokenValue | undefined): string => (typeof value === 'object' ? value.content : value ?? '')

/** A key for a token: tokens with the same content but different flags are different. */
const describe = ({ content, single_word, lstrip, rstrip, normalized, special }: AddedToken): string =>
  JSON.stringify([content, single_word, lstrip, rstrip, normalized, special])

/**
 * In the order of their names: those of every class first. But a name of the folder's own with plain text comes before
 * all.
 */
function namedTokens({ config, specialTokensMap }: Settings, { names }: ClassRule): Named {
  const legacy = config.added_tokens_decoder ? null : specialTokensMap
  const isOwn = (name: string) => name.endsWith('_token') && !SPECIAL_NAMES.some((each) => each === name)
  const plain = Object.entries(config).filter(([name, value]) => isOwn(name) && typeof value === 'string')
  const given: Record<string, unknown> = { ...names, ...config, ...legacy, ...Object.fromEntries(plain) }
  const first = new Set(plain.map(([name]) => name))
  const own = Object.keys(given).filter(isOwn).sort((a, b) => Number(first.has(a)) - Number(first.has(b)))
  const found: Named = new Map()
  for (const name of [...SPECIAL_NAMES, ...own]) {
    const value = tokenValue.safeParse(given[name])
    if (value.success) found.set(name, value.data)
  }
  const dictionaries = { ...dictionaryOf(config.extra_special_tokens), ...dictionaryOf(legacy?.extra_special_tokens) }
  for (const [name, value] of Object.entries(dictionaries)) found.set(name, value)
  return found
}

/**
 * Special tokens without a name. The first list that is not empty counts; with legacy settings, the lists of both files
 * are joined.
 */
function extraTokens({ config, specialTokensMap }: Settings): TokenValue[] {
  const listed = listOf(config.extra_special_tokens)
  const own = listed.length > 0 ? listed : listOf(config.additional_special_tokens)
  if (config.added_tokens_decoder || specialTokensMap === null) return own
  const joined = [...own, ...listOf(specialTokensMap.extra_special_tokens)]
  return joined.length > 0 ? joined : listOf(specialTokensMap.additional_special_tokens)
}

type Extra = Settings['config']['extra_special_tokens']
const listOf = (value: Extra): TokenValue[] => (Array.isArray(value) ? value : [])
const dictionaryOf = (value: Extra): Record<string, TokenValue> => (value == null || Array.isArray(value) ? {} : value)

/** The added tokens if tokenizer_config.json has no `added_tokens_decoder`, as in folders from before 2023. */
function legacyTokens(
  { addedTokens }: Settings, named: Named, extra: readonly TokenValue[], inFile: readonly NumberedToken[],
): Map<number, AddedToken> {
  const special = new Set([...SPECIAL_NAMES.map((name) => contentOf(named.get(name))), ...extra.map(contentOf)])
  const numbered = new Map<number, AddedToken>()
  for (const [content, id] of Object.entries(addedTokens ?? {})) {
    const isSpecial = special.has(content)
    numbered.set(id, { content, single_word: false, lstrip: false, rstrip: false, normalized: !isSpecial, special: isSpecial })
  }
  for (const { id, ...token } of inFile) numbered.set(id, token)
  return numbered
}
