/** A model and tokenizers small enough to know by heart. */
import { UserError } from '../../src/errors.ts'
import { parseConfig } from '../../src/model/read-config.ts'
import type { ModelIdentity } from '../../src/model/identity.ts'
import type { EncodedToken, Tokenizer } from '../../src/tokenizer/tokenizer.ts'
import type { TokenView } from '../../src/attribution/result.ts'

export const tinyModel: ModelIdentity = {
  hash: 'a'.repeat(64),
  tokenizerHash: 'b'.repeat(64),
  name: 'tiny',
  architecture: 'llama',
  layers: 2,
  residualWidth: 4,
  heads: 2,
  keyValueHeads: 1,
  headWidth: 2,
  neurons: 8,
  vocabularySize: 100,
  maxPositions: 12,
  parameters: 1000,
}

/** The same sizes as a configuration, so that costs can be told. */
export const tinyConfig = parseConfig(JSON.stringify({
  model_type: 'llama', hidden_size: 4, intermediate_size: 8, num_hidden_layers: 2, num_attention_heads: 2,
  num_key_value_heads: 1, vocab_size: 100, max_position_embeddings: 12,
}), 'the tiny configuration')

const vocabulary = ['<s>', ' Paris', 'Paris', ' Rome', ' Dar', 'rie', 'ux', ' is', ' in', 'ing', 'The', ' tower', '.', '\n']

/** Cuts text greedily into the vocabulary above, byte-level BPE's way: a blank belongs to the token that follows it. */
export function tinyTokenizer({ beginning = true } = {}): Tokenizer {
  const longestFirst = [...vocabulary.keys()].slice(1).sort((a, b) => textOf(b).length - textOf(a).length)
  const cut = (text: string): EncodedToken[] => {
    const tokens: EncodedToken[] = []
    for (let start = 0; start < text.length; start = tokens.at(-1)?.end ?? text.length) {
      const id = longestFirst.find((candidate) => text.startsWith(textOf(candidate), start))
      if (id === undefined) throw new Error(`not in the tiny vocabulary: ${text.slice(start)}`)
      tokens.push({ id, text: textOf(id), start, end: start + textOf(id).length })
    }
    return tokens
  }
  const bos: EncodedToken = { id: 0, text: '<s>', start: null, end: null }
  const ids = (text: string) => cut(text).map((token) => token.id)
  const following = (prompt: string, answer: string) => ids(/\s$/.test(prompt) ? answer : ` ${answer}`)
  return {
    hash: 'b'.repeat(64),
    beginningOfSequence: beginning ? 0 : null,
    encode: async (text, { specials = true } = {}) => [...(beginning && specials ? [bos] : []), ...cut(text)],
    renderChat: async (messages) => {
      const said = messages.map(({ content }) => String(content)).join('\n')
      return { text: said, messages: messages.map(({ role, content }) => ({ role, span: spanIn(said, String(content)) })) }
    },
    encodeContinuation: async (text) => ids(text),
    encodeAnswer: async (prompt, answer) => following(prompt, answer),
    findTarget: async (text, prompt) => {
      const [id, ...more] = prompt === undefined || text.startsWith(' ') ? ids(text) : following(prompt, text)
      if (id === undefined || more.length > 0) throw new UserError('BAD_INPUT', `${text} is ${1 + more.length} tokens.`)
      return id
    },
    describe: (sequence) => sequence.map((id) => (id === 0 ? bos : { id, text: textOf(id), start: 0, end: 0 })),
    tokenText: textOf,
    size: vocabulary.length,
  }
}

const spanIn = (text: string, part: string) => ({ start: text.indexOf(part), end: text.indexOf(part) + part.length })

const textOf = (id: number) => vocabulary[id] ?? `<${id}>`

/** Tokens of a text from their pieces; `<…>` pieces are specials, which stand for no part of it. */
export function tokensOf(...pieces: string[]): { tokens: TokenView[]; text: string } {
  let text = ''
  const tokens = pieces.map((piece, index): TokenView => {
    if (/^<\S+>$/.test(piece)) return { index, id: index, text: piece, start: null, end: null }
    const start = text.length
    text += piece
    return { index, id: index, text: piece, start, end: text.length }
  })
  return { tokens, text }
}
