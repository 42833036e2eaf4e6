/** config.json as well-known folders are published with, down to keys that mean nothing (only lists of LongRoPE factors are made up). */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { parseConfig } from '../../src/model/read-config.ts'

const file = join(import.meta.dirname, '../fixtures/published-configs.json')
const published = z.record(z.string(), z.record(z.string(), z.unknown())).parse(JSON.parse(readFileSync(file, 'utf8')))

/** Family, width of a head, how much of it turns, longest sequence, windows, RoPE, experts × neurons : chosen. */
const expected: Readonly<Record<string, string>> = {
  'Llama-3.2-1B': 'llama 64 64 262144 none llama3',
  'Llama-2-7b': 'llama 128 128 4096 none default',
  'Falcon3-1B': 'llama 256 256 8192 none default',
  SmolLM2: 'llama 64 64 8192 none default',
  TinyLlama: 'llama 64 64 2048 none default',
  'Mistral-7B-v0.1': 'mistral 128 128 32768 4096 default',
  'Mistral-Nemo': 'mistral 128 128 131072 none default',
  'Ministral-8B': 'mistral 128 128 32768 32768 default',
  'Mixtral-8x7B': 'mixtral 128 128 32768 none default 8×14336:2',
  'Qwen2.5-0.5B': 'qwen2 64 64 32768 none default',
  'Qwen2.5-7B with YaRN': 'qwen2 128 128 131072 none yarn',
  'DeepSeek-R1-Distill-Qwen-1.5B': 'qwen2 128 128 131072 none default',
  'Qwen3-0.6B': 'qwen3 128 128 40960 none default',
  'Qwen3-30B-A3B': 'qwen3_moe 128 128 40960 none default 128×768:8',
  'gemma-2b': 'gemma 256 256 8192 none default',
  'gemma-2-2b': 'gemma2 256 256 8192 4096,none default',
  'gemma-3-1b': 'gemma3 256 256 32768 512,none default',
  'gemma-3-4b': 'gemma3 256 256 1048576 1024,none default,linear',
  'Phi-3-mini-4k': 'phi3 96 96 4096 2047 default',
  'Phi-3-mini-128k': 'phi3 96 96 131072 262144 longrope',
  'Phi-4-mini': 'phi3 128 96 131072 262144 longrope',
  'phi-4': 'phi3 128 128 16384 none default',
  'OLMo-1B-hf': 'olmo 128 128 2048 none default',
  'OLMo-2-1B': 'olmo2 128 128 4096 none default',
  'gpt-oss-20b': 'gpt_oss 64 64 131072 128,none yarn 32×2880:4',
  'granite-3.1-2b': 'granite 64 64 131072 none default',
  'SmolLM3-3B': 'smollm3 128 128 65536 none default,none',
  'stablelm-2-1_6b': 'stablelm 64 16 4096 none default',
  'stablelm-3b': 'stablelm 80 20 4096 none default',
  'falcon-7b': 'falcon 64 64 2048 none default',
  'falcon-40b': 'falcon 64 64 2048 none default',
  'command-r': 'cohere 128 128 8192 none default',
  'command-r7b': 'cohere2 128 128 8192 4096,none default,none',
  'pythia-70m': 'gpt_neox 64 16 2048 none default',
  gpt2: 'gpt2 64 0 1024 none none',
}

it.each(Object.entries(published))('%s', (name, raw) => {
  const { architecture, headWidth, maxPositions, slidingWindow, rope, experts } = parseConfig(JSON.stringify(raw), name)
  const kinds = (list: readonly unknown[]) => [...new Set(list.map((each) => each ?? 'none'))].join()
  const widths = Math.max(...rope.map((each) => each?.rotaryWidth ?? 0))
  const mixture = experts === null ? [] : [`${experts.count}×${experts.I}:${experts.chosen}`]
  expect([
    architecture, headWidth, widths, maxPositions, kinds(slidingWindow), kinds(rope.map((each) => each?.scaling.type)), ...mixture,
  ].join(' ')).toBe(expected[name])
})

it('each has its line', () => {
  expect(Object.keys(published).sort()).toEqual(Object.keys(expected).sort())
})
