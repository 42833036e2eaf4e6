/** Which files of a repository are fetched: what is read, and none of its other forms. */
import { expect, it } from 'vitest'
import { selectModelFiles } from '../../../ingest/models/hub-files.ts'

const beside = ['config.json', 'tokenizer.json', 'tokenizer_config.json']
const other = ['README.md', '.gitattributes', 'pytorch_model.bin', 'onnx/model.onnx', 'tf_model.h5', 'training_args.json', 'original/config.json']
const select = (paths: readonly string[], folder: string | null = null) => selectModelFiles(paths, folder, 'hf:x/y')

it.each([
  ['one file', ['model.safetensors'], []],
  ['one file beside shards', ['model.safetensors'], ['model.safetensors.index.json', 'model-00001-of-00001.safetensors']],
  ['shards', ['model.safetensors.index.json', 'model-00001-of-00002.safetensors', 'model-00002-of-00002.safetensors'], ['consolidated.safetensors', 'consolidated.00.pth']],
  ['shards of other names', ['model.safetensors.index.json', 'part-a.safetensors', 'part-b.safetensors'], ['consolidated.safetensors']],
  ['a file of another name', ['gpt.safetensors'], ['adapter_model.safetensors']],
])('%s', (_, weights, not) => {
  expect(select([...other, ...beside, ...not, ...weights]).sort()).toEqual([...beside, ...weights].sort())
})

it('of a folder, with what decides ids there', () => {
  const files = ['a/config.json', 'a/model.safetensors', 'a/vocab.json', 'a/merges.txt', 'a/tokenizer.model', 'a/chat_template.jinja']
  expect(select([...files, 'config.json', 'model.safetensors', 'a/b/config.json', 'ab/config.json'], 'a').sort()).toEqual([...files].sort())
})
