/** Chat templates, rendered as transformers renders them (Jinja, with trimmed blocks), and where each message stands. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { readChat } from '../../src/tokenizer/chat.ts'
import { openTokenizer } from '../../src/tokenizer/open.ts'
import { byteLevel, type Json, tokenizerFolder } from './tokenizer-files.ts'

const LLAMA3 = "{% set loop_messages = messages %}{% for message in loop_messages %}{% set content = '<|start_header_id|>' + message['role'] + " +
  "'<|end_header_id|>\n\n'+ message['content'] | trim + '<|eot_id|>' %}{% if loop.index0 == 0 %}{% set content = bos_token + content %}{% endif %}" +
  "{{ content }}{% endfor %}{% if add_generation_prompt %}{{ '<|start_header_id|>assistant<|end_header_id|>\n\n' }}{% endif %}"
const ALTERNATING = "{% for m in messages %}\n{% if (m.role == 'user') != (loop.index0 % 2 == 0) %}\n{{ raise_exception('roles must alternate') }}\n{% endif %}\n" +
  "{% if m.role == 'user' %}[INST] {{ m.content }} [/INST]{% else %}{{ ' ' + m.content + eos_token }}{% endif %}\n{% endfor %}"

const chat = [{ role: 'system', content: ' Be short. ' }, { role: 'user', content: 'a' }, { role: 'assistant', content: 'the' }, { role: 'user', content: 'time' }]

const open = async (config: Json, files: Json = {}) => (await openTokenizer(tokenizerFolder({
  'tokenizer.json': byteLevel(), 'tokenizer_config.json': { bos_token: '<|endoftext|>', eos_token: '</s>', ...config }, ...files,
})))!

it('writes the text that transformers writes, and finds each message in it', async () => {
  const { text, messages } = await (await open({ chat_template: LLAMA3 })).renderChat(chat)
  expect(text).toBe('<|endoftext|><|start_header_id|>system<|end_header_id|>\n\nBe short.<|eot_id|><|start_header_id|>user<|end_header_id|>\n\na<|eot_id|>' +
    '<|start_header_id|>assistant<|end_header_id|>\n\nthe<|eot_id|><|start_header_id|>user<|end_header_id|>\n\ntime<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n')
  expect(messages.map(({ role, span }) => [role, span && text.slice(span.start, span.end)])).toEqual(
    [['system', 'Be short.'], ['user', 'a'], ['assistant', 'the'], ['user', 'time']])
  // Not the letter in "start_header_id": the place where the message is.
  expect(text.slice(messages[1]!.span!.start - 2, messages[1]!.span!.end + 10)).toBe('\n\na<|eot_id|>')
})

it('asks for no reply after one', async () => {
  const tokenizer = await open({ chat_template: LLAMA3 })
  expect((await tokenizer.renderChat(chat.slice(0, 3))).text).toMatch(/the<\|eot_id\|>$/)
})

it('trims blocks, and passes on what the template refuses', async () => {
  const tokenizer = await open({ chat_template: ALTERNATING })
  expect((await tokenizer.renderChat(chat.slice(1))).text).toBe('[INST] a [/INST] the</s>[INST] time [/INST]')
  await expect(tokenizer.renderChat(chat)).rejects.toMatchObject({ code: 'BAD_INPUT', message: expect.stringContaining('roles must alternate') })
})

it('finds messages by their words where the template looks at them', async () => {
  const shouting = "{% for m in messages %}{{ m.role }}: {% if 'time' in m.content %}!{% endif %}{{ m.content }}\n{% endfor %}"
  const { text, messages } = await (await open({ chat_template: shouting })).renderChat(chat.slice(2))
  expect(text).toBe('assistant: the\nuser: !time\n')
  expect(messages.map(({ span }) => span && text.slice(span.start, span.end))).toEqual(['the', 'time'])
})

it('gives no place to a message that the template leaves out', async () => {
  const { messages } = await (await open({ chat_template: '{{ messages[-1].content }}' })).renderChat(chat)
  expect(messages.map(({ span }) => span)).toEqual([null, null, null, { start: 0, end: 4 }])
})

it('takes a file before the settings, and of several templates the default', async () => {
  const fromFile = await open({ chat_template: 'settings' }, { 'chat_template.jinja': 'file' })
  expect((await fromFile.renderChat(chat)).text).toBe('file')
  const named = [{ name: 'tool_use', template: 'tools' }, { name: 'default', template: 'default' }]
  expect((await (await open({ chat_template: named })).renderChat(chat)).text).toBe('default')
  await expect(open({ chat_template: named.slice(0, 1) })).rejects.toMatchObject({
    code: 'UNSUPPORTED', message: expect.stringContaining('chat templates tool_use, and none named default'),
  })
  const dir = tokenizerFolder({ 'tokenizer.json': byteLevel() })
  mkdirSync(join(dir, 'additional_chat_templates'))
  writeFileSync(join(dir, 'additional_chat_templates', 'rag.jinja'), 'rag')
  await expect(openTokenizer(dir)).rejects.toThrow(/none named default/)
})

it('is refused where there is none, and where the template never ends', async () => {
  await expect((await open({})).renderChat(chat)).rejects.toThrow('The model has no chat template; give the prompt as text.')
  // The caller's word for the model, never the server's folder.
  await expect((await open({})).renderChat(chat, 'demo')).rejects.toThrow('The model demo has no chat template; give the prompt as text.')
  const endless = '{% for i in range(100000) %}{% for j in range(100000) %}{% for k in range(100000) %}{% endfor %}{% endfor %}{% endfor %}'
  const tokenizer = await open({ chat_template: endless })
  await expect(tokenizer.renderChat(chat)).rejects.toMatchObject({ code: 'BAD_INPUT' })
  expect(await tokenizer.encode('the')).toHaveLength(1)
})

it('reads a file of messages, bare or as training data has it', async () => {
  const dir = tokenizerFolder({ 'bare.json': chat, 'wrapped.json': { messages: chat }, 'empty.json': [], 'odd.json': [{ role: 'user' }] })
  expect(await readChat(join(dir, 'bare.json'))).toEqual(chat)
  expect(await readChat(join(dir, 'wrapped.json'))).toEqual(chat)
  for (const name of ['empty.json', 'odd.json']) await expect(readChat(join(dir, name))).rejects.toMatchObject({ code: 'BAD_INPUT' })
  await expect(readChat(join(dir, 'none.json'))).rejects.toMatchObject({ code: 'NOT_FOUND' })
})
