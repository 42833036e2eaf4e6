/** Each form that upstream projects publish becomes the prompts it stands for. */
import { describe, expect, it } from 'vitest'
import { readDataset } from '../../../ingest/datasets/read.ts'
import { datasetFile } from './files.ts'

const read = async (content: unknown) => {
  const { format, records, broken } = await readDataset(datasetFile(JSON.stringify(content)))
  expect(broken).toEqual([])
  return { format, records }
}

describe('counterfact', () => {
  it('takes the fact of a ROME record, with its subject filled in', async () => {
    const record = {
      case_id: 7,
      pararel_idx: 1,
      requested_rewrite: {
        prompt: '{} was born in',
        relation_id: 'P19',
        subject: "Ke$ha $& Co",
        target_true: { str: 'Los Angeles', id: 'Q65' },
        target_new: { str: 'Oslo', id: 'Q585' },
      },
      paraphrase_prompts: ['…'],
    }
    expect(await read([record])).toEqual({
      format: 'counterfact',
      records: [
        {
          index: 0,
          text: 'Ke$ha $& Co was born in',
          answer: 'Los Angeles',
          subject: 'Ke$ha $& Co',
          extra: { case_id: 7, relation_id: 'P19', target_new: 'Oslo' },
        },
      ],
    })
  })
})

describe('truthfulqa', () => {
  const text = 'Q: Is it so?\nA:'

  it('takes the right answer of both forms of mc1_targets', async () => {
    const published = { question: 'Is it so?', mc1_targets: { Yes: 0, No: 1 }, mc2_targets: { Yes: 0, No: 1 } }
    const hub = { question: 'Is it so?', mc1_targets: { choices: ['No', 'Yes'], labels: [1, 0] } }
    const { format, records } = await read([published, hub])
    expect(format).toBe('truthfulqa')
    expect(records).toMatchObject([
      { text, answer: 'No', extra: { mc2_targets: { Yes: 0, No: 1 } } },
      { text, answer: 'No' },
    ])
  })

  it('refuses a question without exactly one right answer', async () => {
    const question = { question: 'Is it so?', mc1_targets: { Yes: 1, No: 1 } }
    const { broken } = await readDataset(datasetFile(JSON.stringify([question])))
    expect(broken).toEqual([
      { record: 1, line: 1, reason: 'has a "mc1_targets" that marks 2 answers as right, expected 1' },
    ])
  })

  it('reads the published CSV, with commas, quotes and line breaks in its fields', async () => {
    const csv = '\uFEFFType,Question,Best Answer\r\nA,"Is it\n""so"", really?",No\r\nB,What?,"Nothing, really"\r\n'
    const { format, records, broken } = await readDataset(datasetFile(csv, 'TruthfulQA.csv'))
    expect(broken).toEqual([])
    expect(format).toBe('truthfulqa')
    expect(records).toEqual([
      { index: 0, text: 'Q: Is it\n"so", really?\nA:', answer: 'No', subject: null, extra: { Type: 'A' } },
      { index: 1, text: 'Q: What?\nA:', answer: 'Nothing, really', subject: null, extra: { Type: 'B' } },
    ])
  })
})

describe('jsonl', () => {
  it('takes prompt or text, answer or target, and keeps every other field', async () => {
    const lines = '{"prompt":"a","answer":"b","n":1}\r\n\n{"text":"c","target":"d","subject":"e"}\n{"text":"f","answer":null}'
    const { format, records } = await readDataset(datasetFile(lines, 'mine.jsonl'))
    expect(format).toBe('jsonl')
    expect(records).toEqual([
      { index: 0, text: 'a', answer: 'b', subject: null, extra: { n: 1 } },
      { index: 1, text: 'c', answer: 'd', subject: 'e', extra: {} },
      { index: 2, text: 'f', answer: null, subject: null, extra: {} },
    ])
  })

  it('holds any format, one record per line', async () => {
    const { format } = await readDataset(datasetFile('{"prompt":"a","target_token":"b"}\n', 'ioi.jsonl'))
    expect(format).toBe('ioi')
  })
})

describe('the format a user names', () => {
  it('is taken instead of the one recognised', async () => {
    const path = datasetFile('[{"text":"a b","label":"c"}]')
    expect(await readDataset(path)).toMatchObject({ format: 'probe', records: [{ text: 'a b', answer: null }] })
    const dataset = await readDataset(path, { format: 'lambada' })
    expect(dataset.records).toMatchObject([{ text: 'a', answer: 'b', extra: { label: 'c' } }])
  })

  it('is held against every record', async () => {
    const dataset = await readDataset(datasetFile('[{"prompt":"a","target_token":"b"}]'), { format: 'known' })
    expect(dataset.broken).toEqual([{ record: 1, line: 1, reason: 'lacks "attribute"' }])
  })
})
