/** The hash tells whose ids these are: stored results are found by it. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { hashTokenizer, openTokenizer } from '../../src/tokenizer/open.ts'
import { hasShared, reason, sharedPath } from '../shared.ts'
import { byteLevel, type Json, llama2, tokenizerFolder } from './tokenizer-files.ts'

const DEMO = join(import.meta.dirname, '../../demo/model')

it('is that of earlier versions for the demo', async () => {
  const hash = '8495777409a9'
  expect((await hashTokenizer(DEMO))!.slice(0, 12)).toBe(hash)
  expect((await openTokenizer(DEMO))!.hash.slice(0, 12)).toBe(hash)
})

it.skipIf(!hasShared)(`is that of earlier versions for stories260k${hasShared ? '' : ` (skipped: ${reason})`}`, async () => {
  expect((await hashTokenizer(sharedPath('models/stories260k')))!.slice(0, 12)).toBe('eb4d8ae72410')
})

const json = byteLevel()
const alone = createHash('sha256').update(JSON.stringify(json)).digest('hex')
const hashWith = (files: Json, tokenizer: Json = json) => hashTokenizer(tokenizerFolder({ 'tokenizer.json': tokenizer, ...files }))
const token = (content: string, special = true) =>
  ({ content, special, normalized: false, lstrip: false, rstrip: false, single_word: false })
const ENDOFTEXT = Object.keys((json.model as { vocab: Json }).vocab).length

it('is that of tokenizer.json where other files change no id', async () => {
  const same: Json[] = [
    {},
    { 'tokenizer_config.json': { tokenizer_class: 'PreTrainedTokenizerFast', eos_token: '<|endoftext|>', chat_template: '{{ x }}', model_max_length: 5 } },
    // The class of GPT-2 builds just what the file says.
    { 'tokenizer_config.json': { tokenizer_class: 'GPT2Tokenizer', add_prefix_space: false, add_bos_token: true } },
    { 'tokenizer_config.json': { added_tokens_decoder: { [ENDOFTEXT]: token('<|endoftext|>') } } },
    { 'special_tokens_map.json': { eos_token: '<|endoftext|>' }, 'added_tokens.json': { '<|endoftext|>': ENDOFTEXT } },
  ]
  for (const files of same) expect(await hashWith(files), JSON.stringify(files)).toBe(alone)
})

it('is another for everything that changes ids', async () => {
  const different: Json[] = [
    { 'tokenizer_config.json': { tokenizer_class: 'GPT2Tokenizer', add_prefix_space: true } },
    { 'tokenizer_config.json': { tokenizer_class: 'Qwen2Tokenizer' } },
    { 'tokenizer_config.json': { additional_special_tokens: ['<tool>'] } },
    { 'tokenizer_config.json': { additional_special_tokens: ['<tools>'] } },
    { 'tokenizer_config.json': { pad_token: '<pad>' } },
    { 'tokenizer_config.json': { added_tokens_decoder: { [ENDOFTEXT]: { ...token('<|endoftext|>'), rstrip: true } } } },
    { 'added_tokens.json': { '<tool>': ENDOFTEXT + 1 } },
    { 'special_tokens_map.json': { bos_token: 'the' } },
    { 'config.json': { model_type: 'gpt_neox' }, 'tokenizer_config.json': { tokenizer_class: 'GPTNeoXTokenizer' } },
  ]
  const hashes = await Promise.all(different.map((files) => hashWith(files)))
  expect(new Set([alone, ...hashes]).size).toBe(different.length + 1)
})

it('is that of tokenizer.json for published Llama 2 folders, whose class moves the space before a text', async () => {
  const known = createHash('sha256').update(JSON.stringify(llama2())).digest('hex')
  const config = { tokenizer_class: 'LlamaTokenizer', bos_token: '<s>', eos_token: '</s>', unk_token: '<unk>' }
  expect(await hashWith({ 'tokenizer_config.json': config }, llama2())).toBe(known)
  expect(await hashWith({ 'tokenizer_config.json': { ...config, add_prefix_space: false } }, llama2())).not.toBe(known)
})

it('is told without starting the library', async () => {
  expect(await hashTokenizer(tokenizerFolder({}))).toBeNull()
  expect(readFileSync(join(DEMO, 'tokenizer.json')).length).toBeGreaterThan(0)
})
