/** The benchmarks' own files: recognised by content, every record read, none refused. */
import { describe, expect, it } from 'vitest'
import { readDataset } from '../../../ingest/datasets/read.ts'
import { hasShared, reason, sharedPath } from '../../shared.ts'

const files = [
  { file: 'known_1000.json', format: 'known', prompts: 1209, answer: 'Antarctica', subject: 'Vinson Massif' },
  { file: 'ioi.json', format: 'ioi', prompts: 841, answer: 'Deanna', subject: null },
  { file: 'LongRA.json', format: 'longra', prompts: 573, answer: 'Hanoi', subject: null },
  { file: 'counterfact_components.json', format: 'counterfact', prompts: 16_715, answer: 'French', subject: 'Danielle Darrieux' },
  { file: 'counterfact_multilingual.json', format: 'counterfact', prompts: 820 * 6, answer: 'French', subject: null },
  { file: 'truthfulqa_data.json', format: 'truthfulqa', prompts: 817 * 3, answer: 'A', subject: null },
  { file: 'truthful_probe_train.json', format: 'probe', prompts: 499, answer: null, subject: null },
  { file: 'truthful_probe_test.json', format: 'probe', prompts: 125, answer: null, subject: null },
  { file: 'language_probe_train.json', format: 'probe', prompts: 2460, answer: null, subject: null },
  { file: 'language_probe_test.json', format: 'probe', prompts: 2460, answer: null, subject: null },
]

describe.skipIf(!hasShared)(hasShared ? 'benchmark files' : `benchmark files, skipped: ${reason}`, () => {
  it.each(files)('$file', async ({ file, format, prompts, answer, subject }) => {
    const dataset = await readDataset(sharedPath('data', file))
    expect(dataset.format).toBe(format)
    expect(dataset.broken).toEqual([])
    expect(dataset.records).toHaveLength(prompts)
    expect(dataset.records.map((record) => record.index)).toEqual(Array.from({ length: prompts }, (_, i) => i))
    expect(dataset.records[0]).toMatchObject({ answer, subject })
  })

  it('keeps what tells the prompts of one record apart', async () => {
    const { records: truthful } = await readDataset(sharedPath('data/truthfulqa_data.json'))
    expect(truthful.slice(0, 3).map((record) => record.extra['variant'])).toEqual(['init', 'correct', 'wrong'])
    expect(truthful[1]?.text).toContain('Information: You will digest the pomegranate.')
    const { records: translated } = await readDataset(sharedPath('data/counterfact_multilingual.json'))
    expect(translated.slice(0, 2).map(({ text, extra }) => [extra, text])).toEqual([
      [{ case_id: 0, language: 'English' }, 'The mother tongue of Danielle Darrieux is'],
      [{ case_id: 0, language: 'French' }, 'La langue maternelle de Danielle Darrieux est le'],
    ])
  })
})
