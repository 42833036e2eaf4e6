/** The demo model's tokenizer, in Hugging Face's format, learned from a sample of the corpus. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Corpus } from '../corpus/corpus.ts'
import { textOf } from '../corpus/document.ts'
import { Random } from '../random.ts'
import { companyEnds, companyStarts, surnameEnds, surnameStarts } from '../world/people.ts'
import { makeWorld, type World } from '../world/world.ts'
import { byteCharacters, learnMerges, wordsOf } from './bpe.ts'

const SAMPLE_SEED = 7
const SAMPLE_DOCUMENTS = 60_000
export const VOCABULARY = 1536

const specials = ['<unk>', '<s>', '</s>'] as const
export const BEGIN = 1
export const END = 2

export async function trainTokenizer(modelFolder: string): Promise<void> {
  const merges = learnMerges(wordCounts(makeWorld()), VOCABULARY - specials.length - byteCharacters.length)
  const tokens = [...specials, ...byteCharacters, ...merges.map(([left, right]) => left + right)]
  const added = specials.map((content, id) => ({
    id, content, single_word: false, lstrip: false, rstrip: false, normalized: false, special: true,
  }))
  const begin = { SpecialToken: { id: '<s>', type_id: 0 } }
  const tokenizer = {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: added,
    normalizer: null,
    pre_tokenizer: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true },
    post_processor: {
      type: 'TemplateProcessing',
      single: [begin, { Sequence: { id: 'A', type_id: 0 } }],
      pair: [begin, { Sequence: { id: 'A', type_id: 0 } }, { Sequence: { id: 'B', type_id: 1 } }],
      special_tokens: { '<s>': { id: '<s>', ids: [BEGIN], tokens: ['<s>'] } },
    },
    decoder: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true },
    model: {
      type: 'BPE', dropout: null, unk_token: null, continuing_subword_prefix: null, end_of_word_suffix: null,
      fuse_unk: false, byte_fallback: false, ignore_merges: false,
      vocab: Object.fromEntries(tokens.map((token, id) => [token, id])),
      merges: merges.map(([left, right]) => `${left} ${right}`),
    },
  }
  const config = {
    tokenizer_class: 'PreTrainedTokenizerFast', bos_token: '<s>', eos_token: '</s>', unk_token: '<unk>',
    clean_up_tokenization_spaces: false, model_max_length: 128,
  }
  await mkdir(modelFolder, { recursive: true })
  await writeFile(join(modelFolder, 'tokenizer.json'), `${JSON.stringify(tokenizer, null, 1)}\n`)
  await writeFile(join(modelFolder, 'tokenizer_config.json'), `${JSON.stringify(config, null, 2)}\n`)
}

/**
 * How often words occur, dampened (to the power 0.35), so that rare words are learned too. Surnames and companies are left out and
 * their syllables put in: these names are to be several tokens.
 */
function wordCounts(world: World): Map<string, number> {
  const random = new Random(SAMPLE_SEED)
  const corpus = new Corpus(world)
  const split = new Set([...world.people.map(({ name }) => ` ${name.split(' ')[1]}`), ...world.companies.map(({ name }) => ` ${name}`)])
  const counts = new Map<string, number>()
  for (let n = 0; n < SAMPLE_DOCUMENTS; n++) {
    for (const word of wordsOf(` ${textOf(corpus.sample(random))}`)) {
      if (!split.has(word)) counts.set(word, (counts.get(word) ?? 0) + 1)
    }
  }
  const syllables = [...[...surnameStarts, ...companyStarts].map((start) => ` ${start}`), ...surnameEnds, ...companyEnds]
  return new Map([
    ...[...counts].map(([word, count]): [string, number] => [word, count ** 0.35]),
    ...syllables.map((syllable): [string, number] => [syllable, 10]),
  ])
}
