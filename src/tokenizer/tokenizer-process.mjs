/**
 * One tokenizer in a process of its own, which tokenizer-host.ts starts and, where need be, ends. Plain JavaScript with the
 * library alone, so that it starts in a tenth of a second.
 *
 * It is a process and not a thread because of what a stranger's pattern can do in the library: one that backtracks without
 * end keeps a thread that nothing can stop, and at ten million steps the library aborts the whole process.
 */
import { AddedToken, sequenceNormalizer, sequencePreTokenizer, templateProcessing, Tokenizer } from 'tokenizers'

/** Beyond what it had when it was opened: a normalizer can make a text a million times longer. */
const MOST_BYTES_OF_WORK = 2 * 2 ** 30
const LOOK_EVERY_MS = 50
/** A process that nobody asks goes away; it is started again when somebody does. */
const IDLE_MS = 10 * 60_000

/** @typedef {{ normalizer: unknown, preTokenizer: unknown }} Steps */

/** @type {Tokenizer} */
let tokenizer
/** @type {Steps} */
let steps
/** @type {Steps | null} For text that continues other text. */
let continuing = null
/** @type {Steps | null} Those that are set. */
let current = null

const idle = setTimeout(() => process.exit(0), IDLE_MS)

/**
 * What a tokenizer.json without a vocabulary makes of two steps.
 * @param {{ normalizer: unknown, pre_tokenizer: unknown }} given
 * @returns {Steps}
 */
function stepsOf({ normalizer, pre_tokenizer }) {
  const empty = { type: 'BPE', vocab: {}, merges: [] }
  const json = { version: '1.0', added_tokens: [], normalizer, pre_tokenizer, model: empty }
  return stepsIn(Tokenizer.fromString(JSON.stringify(json)))
}

/** An absent step is an empty sequence: the library takes none for none. @param {Tokenizer} of @returns {Steps} */
const stepsIn = (of) => ({
  normalizer: of.getNormalizer() ?? sequenceNormalizer([]),
  preTokenizer: of.getPreTokenizer() ?? sequencePreTokenizer([]),
})

/** @param {Steps} wanted */
function use(wanted) {
  if (current === wanted) return
  tokenizer.setNormalizer(wanted.normalizer)
  tokenizer.setPreTokenizer(wanted.preTokenizer)
  current = wanted
}

/**
 * Answers with the ids that the library gives to the added tokens, whatever the file says of them.
 * @param {{ json: Uint8Array, kept: string[], additions: any[], ends: any, continuation: any }} message
 * @returns {[string, number | null][]}
 */
function open({ json, kept, additions, ends, continuation }) {
  tokenizer = Tokenizer.fromString(Buffer.from(json.buffer, json.byteOffset, json.byteLength).toString('utf8'))
  steps = stepsIn(tokenizer)
  current = steps
  tokenizer.addAddedTokens(additions.map(({ content, special, single_word, lstrip, rstrip, normalized }) =>
    new AddedToken(content, special, { singleWord: single_word, leftStrip: lstrip, rightStrip: rstrip, normalized })))
  if (ends) tokenizer.setPostProcessor(template(ends))
  if (continuation) continuing = stepsOf(continuation)
  return [...kept, ...additions.map(({ content }) => content)].map((content) => [content, tokenizer.tokenToId(content)])
}

/** @param {{ first: string | null, last: string | null }} ends */
function template({ first, last }) {
  const single = [first && `${first}:0`, '$A:0', last && `${last}:0`].filter(Boolean).join(' ')
  const pair = `${single} $B:1`
  return templateProcessing(single, pair, [first, last].filter(Boolean).map((token) => [token, tokenizer.tokenToId(token)]))
}

/** @param {{ texts: string[], specials: boolean, continues: boolean }} message */
async function encode({ texts, specials, continues }) {
  use(continues && continuing ? continuing : steps)
  const encodings = []
  for (const text of texts) {
    const encoding = await tokenizer.encode(text, null, { addSpecialTokens: specials })
    const offsets = encoding.getOffsets()
    const flat = new Int32Array(2 * offsets.length)
    offsets.forEach(([start, end], k) => {
      flat[2 * k] = start
      flat[2 * k + 1] = end
    })
    encodings.push({ ids: encoding.getIds(), offsets: flat, special: encoding.getSpecialTokensMask() })
  }
  return encodings
}

/**
 * A chat template, with the messages and with marks in their place. Loaded when somebody asks.
 * @param {{ template: string, names: Record<string, unknown>, messages: object[], marked: object[] }} message
 */
async function render({ template, names, messages, marked }) {
  const { Template } = await import('@huggingface/jinja')
  const compiled = new Template(template)
  const withMarks = () => {
    try {
      return compiled.render({ ...names, messages: marked })
    } catch {
      return null
    }
  }
  return { text: compiled.render({ ...names, messages }), marked: withMarks() }
}

const answers = { open, encode, render }

const allowed = () => process.memoryUsage.rss() + MOST_BYTES_OF_WORK
let most = allowed()

async function answer(message) {
  const watch = setInterval(() => {
    if (process.memoryUsage.rss() > most) process.exit(3)
  }, LOOK_EVERY_MS)
  try {
    return { value: await answers[message.kind](message) }
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) }
  } finally {
    clearInterval(watch)
    if (message.kind === 'open') most = allowed()
  }
}

process.on('message', async (message) => {
  idle.refresh()
  process.send?.(await answer(message))
})
process.on('disconnect', () => process.exit(0))
// A signal from the terminal is for the one who asks; this process ends with it.
process.on('SIGINT', () => undefined)
