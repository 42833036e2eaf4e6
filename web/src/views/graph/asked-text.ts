/**
 * The text of a stored graph as someone asks it. With a graph its tokens are stored, not what was typed, and some tokenizers put
 * a blank before the first word, which belongs to its token. If the text becomes the same tokens without that blank, nobody typed it.
 */
import { type GraphHeadQuery, TokenizeDocument } from '../../api/generated.ts'
import { useLarge } from '../../api/use-large.ts'

type Head = Extract<NonNullable<GraphHeadQuery['node']>, { wholeNodeCount: unknown }>

const BLANK = ' '

/** '' while it is not known, and without a graph. */
export function useAskedText(graph: Head | null): string {
  const { prompt = '', model = null, sequence = null } = graph ?? {}
  const input = model && sequence && prompt.startsWith(BLANK) ? { model: model.slug, text: prompt.slice(BLANK.length) } : null
  const { data, error, loading } = useLarge(TokenizeDocument, input && { input })
  if (input === null || error) return prompt
  if (loading || !data) return ''
  return isSame(data.tokenize ?? [], sequence?.tokens ?? []) ? input.text : prompt
}

interface Token {
  tokenId: number
}

const isSame = (ours: readonly Token[], theirs: readonly Token[]): boolean =>
  ours.length === theirs.length && ours.every(({ tokenId }, at) => tokenId === theirs[at]?.tokenId)
