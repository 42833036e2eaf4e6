/** How facts are asked: CounterFact's template (Appendix C.1.1) beside the facts' own wording. */
import { expect, it } from 'vitest'
import type { Row } from '../../experiments/experiment.ts'
import { trainProbes } from '../../experiments/probe/probe.ts'
import { factAsked, recordsAsked } from '../../experiments/template.ts'
import { tokenFaithfulness } from '../../experiments/token-faithfulness.ts'
import { truthfulness } from '../../experiments/truthfulness.ts'
import { demoRecords, recordsOf, runAll, useDemo } from './demo.ts'

const demo = useDemo()
const corrected = <O>(options: O) => ({ options, protocol: 'corrected' as const, seed: 0 })
const right = (rows: readonly Row[], method: string) => rows.filter((row) => row.method === method && row.metric === 'right' && row.value === 1).length

const facts = recordsOf([['France', 'Paris', 'Madrid'], ['Germany', 'Berlin', 'Rome'], ['Portugal', 'Lisbon', 'Athens'], ['Italy', 'Rome', 'Paris']]
  .map(([country, answer, wrong]) => ({ text: `The capital of ${country} is`, answer: answer!, extra: { target_new: wrong } })))

it('a fact of CounterFact is asked as Appendix C.1.1 has it, without information and with wrong information', () => {
  const prompt = 'The mother tongue of Go Hyeon-jeong is'
  expect(factAsked({ prompt }, 'question')).toBe(
    'According to the given information and your knowledge, answer the question.\nQuestion: The mother tongue of Go Hyeon-jeong is\nThe answer is:')
  expect(factAsked({ prompt, information: `${prompt} French.` }, 'question')).toBe(
    'According to the given information and your knowledge, answer the question.\nInformation: The mother tongue of Go Hyeon-jeong is French.\n' +
    'Question: The mother tongue of Go Hyeon-jeong is\nThe answer is:')
  expect(factAsked({ prompt, information: `${prompt} French.` }, 'plain')).toBe(`${prompt} French. ${prompt}`)
})

it('token faithfulness asks prompts as they are unless the template is asked for, and then removes its tokens too', async () => {
  const options = { methods: ['depass'], shares: [1], settings: ['patch-top'], prompts: 'all' }
  const ask = async (template?: string) => {
    const asked = corrected(tokenFaithfulness.options.parse({ ...options, ...(template !== undefined && { template }) }))
    return runAll(tokenFaithfulness, facts, asked, demo())
  }
  const [plain, question, own] = [await ask(), await ask('question'), await runAll(tokenFaithfulness, recordsAsked(facts, 'question'), corrected(tokenFaithfulness.options.parse(options)), demo())]
  expect(plain.filter(({ metric, value }) => metric === 'answered' && value === 1)).toHaveLength(4)
  expect(question).toEqual(own)
  expect(question).not.toEqual(plain)
})

it('truthfulness tells facts of CounterFact their wrong target, by the template that is asked for, and takes tokens out of what was told', async () => {
  const model = demo()
  const probes = await trainProbes(await demoRecords('truthful_probe_train.json', 40), [], model)
  const ask = (template: string, masked = 1) => runAll(truthfulness, facts, corrected(truthfulness.options.parse({ masked, template })), { ...model, probes })
  const maskedOf = (rows: readonly Row[]) => rows.filter(({ method, metric }) => method === 'depass-logits' && metric === 'masked').map(({ value }) => value)
  const count = async (text: string) => (await model.tokenizer.encode(text)).length
  const plain = await ask('plain')
  expect(right(plain, 'none')).toBe(4)
  expect(right(plain, 'depass-logits')).toBeGreaterThanOrEqual(right(plain, 'misinformation'))
  // Of more tokens than were told, only those that were told are taken.
  for (const template of ['plain', 'question'] as const) {
    const told = await Promise.all(facts.map(async ({ text: prompt, extra }) =>
      await count(factAsked({ prompt, information: `${prompt} ${String(extra.target_new)}.` }, template)) - await count(factAsked({ prompt }, template))))
    expect(maskedOf(await ask(template, 500))).toEqual(told)
  }
  // This model was never chatted with, and the refusal says what else to try.
  const question = await ask('question')
  const asked = corrected(truthfulness.options.parse({}))
  expect(truthfulness.refusal(question, asked)).toMatch(/^Without any information the model answers 0 of 4 prompts \(0\.0 %\).*which the template plain asks in its own words\)\.$/)
})
