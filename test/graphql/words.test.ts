/** What is said over HTTP: no options of a command line, which a client has not. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { forClients } from '../../schema/words.ts'

it.each([
  ['… has 1 GiB; raise --memory-limit, shorten the sequence.', "… has 1 GiB; raise the worker's memory limit, shorten the sequence."],
  ["Take the first with --target '#12'.", 'Take the first with target: { logit: { id: 12 } }.'],
  ['or use --device cpu', 'or use a worker on cpu'],
  ['use --engine onnx --device webgpu.', 'use a worker with the engine onnx on webgpu.'],
  ['Another engine or device (--engine, --device) may get through.', 'Another engine or device (the engine, the device) may get through.'],
  ['install cuDNN (ONNXRUNTIME_NODE_INSTALL=cuda12 npm rebuild onnxruntime-node --ignore-scripts=false), or', 'install cuDNN, or'],
  ['see --some-other thing', 'see the option some other thing'],
  ['/some/folder/demo/model has no weights; expected model.safetensors.', '…/model has no weights; expected model.safetensors.'],
  ['There is no folder /srv/models/gpt2; add it again.', 'There is no folder …/gpt2; add it again.'],
  ['C:\\models\\gpt2\\config.json is malformed at "a/b/c".', '…/config.json is malformed at "a/b/c".'],
  ['See https://example.org/a/b and POST /graphql; "/their/own/path" is JSON and/or text, 3/4/5.',
    'See https://example.org/a/b and POST /graphql; "/their/own/path" is JSON and/or text, 3/4/5.'],
  ['a -- b, 1--2 and the text "-- x"', 'a -- b, 1--2 and the text "-- x"'],
])('%s', (said, heard) => {
  expect(forClients(said)).toBe(heard)
})

it('no sentence of the parts that serve HTTP keeps an option', () => {
  const root = join(import.meta.dirname, '../..')
  const folders = ['src/tensor', 'src/tokenizer', 'src/model', 'src/depass', 'src/attribution', 'src/store', 'workers', 'schema', 'server']
  for (const folder of folders) {
    for (const file of readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })) {
      if (!file.endsWith('.ts')) continue
      for (const [text] of readFileSync(join(root, folder, file), 'utf8').matchAll(/(['"`])(?:(?!\1).)*--[a-z].*?\1/g)) {
        expect(forClients(text), `${folder}/${file}`).not.toMatch(/--[a-z]/)
      }
    }
  }
})
