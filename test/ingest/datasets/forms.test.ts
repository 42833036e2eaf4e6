/**
 * Records as the field's projects publish them: each form gives its prompt, its answer, and what is wrong beside it. The
 * records are made up; their fields are those of the files that are named.
 */
import { describe, expect, it } from 'vitest'
import { readDataset } from '../../../ingest/datasets/read.ts'
import type { FormatName } from '../../../ingest/datasets/formats/format.ts'
import { datasetFile } from './files.ts'

interface Expected {
  format: FormatName
  text: string
  answer: string | null
  subject?: string | null
  /** Some of the other fields. */
  extra?: Record<string, unknown>
}

const read = async (records: readonly unknown[]) =>
  readDataset(datasetFile(records.map((record) => `${JSON.stringify(record)}\n`).join(''), 'set.jsonl'))

async function expectOne(record: unknown, { format, text, answer, subject = null, extra = {} }: Expected) {
  const dataset = await read([record])
  expect(dataset.broken).toEqual([])
  expect(dataset.format).toBe(format)
  expect(dataset.records).toMatchObject([{ text, answer, subject, extra }])
}

const darrieux = { subject: 'Danielle Darrieux', relation_id: 'P103' }
const fact = { ...darrieux, prompt: 'The mother tongue of {} is' }

describe('facts', () => {
  it.each<[string, object, Expected]>([
    [
      'counterfact-tracing',
      { ...darrieux, relation: 'The mother tongue of {} is', prompt: 'The mother tongue of Danielle Darrieux is', target_true: ' French', target_false: ' English', target_true_id: 'Q150' },
      { format: 'counterfact', text: 'The mother tongue of Danielle Darrieux is', answer: 'French', subject: 'Danielle Darrieux', extra: { target_false: ' English', target_true_id: 'Q150', relation: 'The mother tongue of {} is' } },
    ],
    [
      'flat, with a template and objects',
      { ...fact, target_true: { str: 'French', id: 'Q150' }, target_new: { str: 'English', id: 'Q1860' } },
      { format: 'counterfact', text: 'The mother tongue of Danielle Darrieux is', answer: 'French', subject: 'Danielle Darrieux', extra: { target_true: { str: 'French', id: 'Q150' }, target_new: { str: 'English', id: 'Q1860' } } },
    ],
    [
      'requested_rewrite with texts and target_false',
      { case_id: 3, requested_rewrite: { ...fact, target_true: 'French', target_false: 'English' } },
      { format: 'counterfact', text: 'The mother tongue of Danielle Darrieux is', answer: 'French', subject: 'Danielle Darrieux', extra: { case_id: 3, relation_id: 'P103', target_false: 'English' } },
    ],
    [
      'zsRE',
      { subject: 'Watts Humphrey', src: 'What university did Watts Humphrey attend?', answers: ['Illinois Institute of Technology'], alt: 'University of Michigan' },
      { format: 'jsonl', text: 'What university did Watts Humphrey attend?', answer: 'Illinois Institute of Technology', subject: 'Watts Humphrey', extra: { alt: 'University of Michigan' } },
    ],
    [
      'PopQA',
      { id: 4, subj: 'George Rankin', obj: 'politician', question: "What is George Rankin's occupation?", possible_answers: '["politician", "political leader"]' },
      { format: 'qa', text: "Q: What is George Rankin's occupation?\nA:", answer: 'politician', extra: { subj: 'George Rankin', obj: 'politician' } },
    ],
    [
      'IOI with names',
      { text: 'Then, Mary and John went to the store. John gave a drink to Mary', IO: 'Mary', S: 'John', TEMPLATE_IDX: 2 },
      { format: 'ioi', text: 'Then, Mary and John went to the store. John gave a drink to', answer: 'Mary', extra: { S: 'John', distractors: ['John'], TEMPLATE_IDX: 2 } },
    ],
    [
      'pairs of prompts for circuits',
      { clean_prefix: 'The dogs', patch_prefix: 'The dog', clean_answer: ' bark', patch_answer: ' barks' },
      { format: 'jsonl', text: 'The dogs', answer: 'bark', extra: { patch_prefix: 'The dog', patch_answer: ' barks' } },
    ],
  ])('%s', async (_, record, expected) => expectOne(record, expected))

  it('MQuAKE: every rewrite of a record', async () => {
    const other = { prompt: '{} was born in', subject: 'X', target_true: { str: 'Paris' }, target_new: { str: 'Rome' } }
    const { records } = await read([{ case_id: 1, requested_rewrite: [{ ...fact, target_true: { str: 'French' } }, other], questions: ['…'] }])
    expect(records).toMatchObject([
      { text: 'The mother tongue of Danielle Darrieux is', answer: 'French', extra: { case_id: 1, rewrite: 0 } },
      { text: 'X was born in', answer: 'Paris', extra: { rewrite: 1, target_new: 'Rome' } },
    ])
  })

  it('says what a rewrite lacks', async () => {
    const { broken } = await read([
      { requested_rewrite: { ...fact, subject: undefined, target_true: 'x' } },
      { requested_rewrite: { ...fact, prompt: 'no place', target_true: 'x' } },
      { prompt: '{} is', target_true: 'x' },
    ])
    expect(broken.map(({ reason }) => reason)).toEqual([
      'has a "requested_rewrite" that has a "subject" that is missing',
      'has a "requested_rewrite" that has a "prompt" that has no {} where the subject goes',
      'has a "prompt" that has a {} for the subject, and the record names none',
    ])
  })
})

const capital = 'What is the capital of France?'
const asked = 'Q: What is the capital of France?\nA:'
const cities = ['Rome', 'Paris', 'Oslo', 'Bern']
const wrong = ['Rome', 'Oslo', 'Bern']
const city = (more: object = {}): Expected => ({ format: 'choices', text: asked, answer: 'Paris', extra: { distractors: wrong, ...more } })

describe('options', () => {
  it.each<[string, object, Expected]>([
    ['MMLU', { question: capital, choices: cities, answer: 1, subject: 'geography' }, { ...city({ choices: cities, answer: 1 }), subject: 'geography' }],
    ['MMLU with a letter', { question: capital, choices: cities, answer: 'B' }, city({ answer: 'B' })],
    ['with a letter in brackets', { question: capital, options: cities, answer: '(B)' }, city()],
    ['with a number as text', { question: capital, options: cities, answer: '1' }, city()],
    ['with the text', { question: capital, options: cities, answer: 'Paris' }, city()],
    ['with letter and text', { question: capital, options: cities, answer: 'B. Paris' }, city()],
    ['with options in one text', { question: capital, choices: "['Rome', \"Paris\", 'Oslo', 'Bern']", answer: 1 }, city()],
    ['as numpy prints them', { question: capital, choices: "['Rome' 'Paris' 'Oslo'\n 'Bern']", answer: 1 }, city()],
    ['MMLU-Pro', { question_id: 1, question: capital, options: cities, answer: 'B', answer_index: 1, cot_content: '', category: 'x' }, city({ category: 'x' })],
    ['a column each', { question: capital, A: 'Rome', B: 'Paris', C: 'Oslo', D: 'Bern', answer: 'B' }, city({ B: 'Paris' })],
    ['a column each, by number', { Question: capital, option_1: 'Rome', option_2: 'Paris', option_3: 'Oslo', option_4: 'Bern', Answer: 2 }, city()],
    ['ARC', { id: 'x', question: capital, choices: { text: cities, label: ['A', 'B', 'C', 'D'] }, answerKey: 'B' }, city()],
    ['ARC, numbered', { id: 'x', question: capital, choices: { text: cities, label: ['1', '2', '3', '4'] }, answerKey: '2' }, city()],
    ['ARC as first published', { id: 'x', question: { stem: capital, choices: cities.map((text, i) => ({ text, label: 'ABCD'[i] })) }, answerKey: 'B' }, city()],
    ['OpenBookQA', { question_stem: capital, choices: { text: cities, label: ['A', 'B', 'C', 'D'] }, answerKey: 'B', fact1: 'f' }, city({ fact1: 'f' })],
    ['MedQA', { question: capital, options: { A: 'Rome', B: 'Paris', C: 'Oslo', D: 'Bern' }, answer: 'Paris', answer_idx: 'B' }, city()],
    ['MedMCQA', { question: capital, opa: 'Rome', opb: 'Paris', opc: 'Oslo', opd: 'Bern', cop: 1 }, city()],
    ['GPQA', { Question: capital, 'Correct Answer': 'Paris', 'Incorrect Answer 1': 'Rome', 'Incorrect Answer 2': 'Oslo', 'Incorrect Answer 3': 'Bern' }, city()],
    ['SciQ', { question: capital, correct_answer: 'Paris', distractor1: 'Rome', distractor2: 'Oslo', distractor3: 'Bern', support: '' }, city()],
    ['SciQ with its support', { question: capital, correct_answer: 'Paris', distractor1: 'Rome', distractor2: 'Oslo', distractor3: 'Bern', support: 'Facts.' }, { ...city(), text: `Facts.\n${asked}` }],
    ['RACE', { article: 'A story.', question: capital, options: cities, answer: 'B' }, { ...city(), text: `A story.\n${asked}` }],
    ['LogiQA', { context: 'A story.', query: capital, options: cities, correct_option: 1 }, { ...city(), text: `A story.\n${asked}` }],
    ['BIG-bench', { input: 'The capital of France is', target_scores: { Rome: 0, Paris: 1, Oslo: 0, Bern: 0 } }, { ...city(), text: 'The capital of France is' }],
    ['BIG-bench on the hub', { inputs: 'The capital of France is', targets: ['Paris'], multiple_choice_targets: cities, multiple_choice_scores: [0, 1, 0, 0] }, { ...city(), text: 'The capital of France is' }],
    ['a prompt with options', { prompt: 'The capital of France is', choices: cities, gold: 1 }, { ...city(), text: 'The capital of France is' }],
    ['HellaSwag', { ctx: 'A man sits. He', endings: ['runs.', 'sings.'], label: '1', activity_label: 'x' }, { format: 'choices', text: 'A man sits. He', answer: 'sings.', extra: { distractors: ['runs.'] } }],
    ['SWAG', { startphrase: 'A man', ending0: 'runs', ending1: 'sings', ending2: 'sits', ending3: 'lies', label: 0 }, { format: 'choices', text: 'A man', answer: 'runs', extra: { distractors: ['sings', 'sits', 'lies'] } }],
    ['PIQA', { goal: 'How to boil?', sol1: 'Use fire.', sol2: 'Use ice.', label: 0 }, { format: 'choices', text: 'Q: How to boil?\nA:', answer: 'Use fire.', extra: { distractors: ['Use ice.'] } }],
    ['COPA', { premise: 'The man fell.', choice1: 'It rained.', choice2: 'It was icy.', question: 'cause', label: 1 }, { format: 'choices', text: 'The man fell because', answer: 'It was icy.', extra: { distractors: ['It rained.'] } }],
    ['SocialIQA', { context: 'Jo ran.', question: 'Why?', answerA: 'late', answerB: 'bored', answerC: 'ill', label: '1' }, { format: 'choices', text: 'Jo ran.\nQ: Why?\nA:', answer: 'late', extra: { distractors: ['bored', 'ill'] } }],
    ['αNLI', { obs1: 'He left.', obs2: 'He wept.', hyp1: 'He fell.', hyp2: 'He won.', label: 1 }, { format: 'choices', text: 'He left.', answer: 'He fell.', extra: { obs2: 'He wept.' } }],
    ['StoryCloze', { InputSentence1: 'a.', InputSentence2: 'b.', InputSentence3: 'c.', InputSentence4: 'd.', RandomFifthSentenceQuiz1: 'e.', RandomFifthSentenceQuiz2: 'f.', AnswerRightEnding: 2 }, { format: 'choices', text: 'a. b. c. d.', answer: 'f.', extra: { distractors: ['e.'] } }],
    ['a query that is a prompt', { query: 'Question: x?\nAnswer:', choices: cities, gold: [1] }, { ...city(), text: 'Question: x?\nAnswer:' }],
    ['several right ones', { question: capital, choices: cities, answer: ['B', 'C'] }, { ...city(), extra: { distractors: ['Rome', 'Bern'], answers: ['Paris', 'Oslo'] } }],
    ['a test set without answers', { question: capital, choices: cities, answer: -1 }, { format: 'choices', text: asked, answer: null }],
    ['a number as an option', { question: '2+2?', choices: [3, 4], answer: 1 }, { format: 'choices', text: 'Q: 2+2?\nA:', answer: '4', extra: { distractors: ['3'] } }],
  ])('%s', async (_, record, expected) => expectOne(record, expected))

  it.each([
    ['a number behind the last', { answer: 5 }, 'has a "answer" that is 5, and its 4 options are numbered from 0'],
    ['a letter behind the last', { answer: 'E' }, 'has a "answer" that is "E", which is neither the letter, the number nor the text of an option'],
    ['another text', { answer: 'Berlin' }, 'has a "answer" that is "Berlin", which is neither the letter, the number nor the text of an option'],
    ['an object', { answer: {} }, 'has a "answer" that is an object where the letter, the number or the text of an option was expected'],
    ['two fields that disagree', { answer: 'Paris', answer_idx: 2 }, 'has a "answer_idx" that names "Oslo", and "answer" names "Paris"'],
    ['a letter that is an option elsewhere', { choices: ['B', 'A', 'C'], answer: 'A' }, 'has a "answer" that can mean the option "A" and, by its place, "B"'],
    ['a number that is an option elsewhere', { choices: ['1', '2', '0'], answer: '1' }, 'has a "answer" that can mean the option "1" and, by its place, "2"'],
    ['options that are none', { choices: 5, answer: 1 }, 'has a "choices" that is a number that holds no options; a list of texts, or one text by letter, was expected'],
  ])('%s is refused', async (_, record, reason) => {
    const { broken } = await read([{ question: capital, choices: cities, ...record }])
    expect(broken.map((each) => each.reason)).toEqual([reason])
  })

  it('are counted from where the file counts them', async () => {
    const numbered = (answers: readonly number[]) => read(answers.map((answer) => ({ question: capital, choices: cities, answer })))
    expect((await numbered([1, 4, 2])).records.map(({ answer }) => answer)).toEqual(['Rome', 'Bern', 'Paris'])
    expect((await numbered([1, 0, 2])).records.map(({ answer }) => answer)).toEqual(['Paris', 'Rome', 'Oslo'])
    expect((await numbered([1, 0, 4])).broken.map(({ reason }) => reason)).toEqual(['has a "answer" that is 4, and its 4 options are numbered from 0'])
  })
})

describe('sentences', () => {
  const maria = { sentence: 'Sarah was a better surgeon than Maria so _ got the easier cases.', option1: 'Sarah', option2: 'Maria' }
  it.each<[string, object, Expected]>([
    ['WinoGrande', { ...maria, answer: '2' }, { format: 'winogrande', text: 'Sarah was a better surgeon than Maria so', answer: 'Maria', extra: { distractors: ['Sarah'], ...maria } }],
    ['WinoGrande, as a number', { ...maria, answer: 1 }, { format: 'winogrande', text: 'Sarah was a better surgeon than Maria so', answer: 'Sarah' }],
    ['WinoGrande without an answer', { ...maria, answer: '' }, { format: 'winogrande', text: 'Sarah was a better surgeon than Maria so', answer: null }],
    ['WinoGrande, blank first', { ...maria, sentence: '_ won.', answer: '1' }, { format: 'winogrande', text: 'Q: _ won.\nA:', answer: 'Sarah' }],
    ['BLiMP, one word', { sentence_good: 'The cats sleep here.', sentence_bad: 'The cats sleeps here.', UID: 'x' }, { format: 'blimp', text: 'The cats', answer: 'sleep', extra: { distractors: ['sleeps'], sentence_good: 'The cats sleep here.', UID: 'x' } }],
    ['BLiMP, last word', { sentence_good: 'The cats sleep.', sentence_bad: 'The cats sleeps.' }, { format: 'blimp', text: 'The cats', answer: 'sleep', extra: { distractors: ['sleeps'] } }],
    ['BLiMP, other order', { sentence_good: 'Who should Derek hug after shocking Richard?', sentence_bad: 'Who should Derek hug Richard after shocking?' }, { format: 'blimp', text: 'Who should Derek hug', answer: 'after shocking Richard', extra: { distractors: ['Richard after shocking'] } }],
    ['BLiMP, two prefixes', { sentence_good: 'These casseroles disgust Kayla.', sentence_bad: 'This casseroles disgust Kayla.' }, { format: 'blimp', text: 'These', answer: 'casseroles', extra: { contrast: 'This' } }],
    ['BLiMP, a word more', { sentence_good: 'Ann did not leave.', sentence_bad: 'Ann did leave.' }, { format: 'blimp', text: 'Ann did', answer: 'not leave', extra: { distractors: ['leave'] } }],
    ['BLiMP, nothing shared', { sentence_good: 'Cats sleep.', sentence_bad: 'Dog barks!' }, { format: 'blimp', text: 'Cats sleep.', answer: null }],
    ['a pair by other names', { good: 'The cats sleep.', bad: 'The cats sleeps.' }, { format: 'blimp', text: 'The cats', answer: 'sleep' }],
    ['LAMBADA', { text: 'He gave it to her, said Helen', domain: null }, { format: 'lambada', text: 'He gave it to her, said', answer: 'Helen' }],
    ['LAMBADA with its word', { context: 'He gave it to her, said', target_word: 'Helen' }, { format: 'jsonl', text: 'He gave it to her, said', answer: 'Helen' }],
  ])('%s', async (_, record, expected) => expectOne(record, expected))
})

describe('questions', () => {
  it.each<[string, object, Expected]>([
    ['with an answer', { question: 'Why?', answer: 'Because.' }, { format: 'qa', text: 'Q: Why?\nA:', answer: 'Because.' }],
    ['with several', { question: 'Why?', answer: ['A', 'B'] }, { format: 'qa', text: 'Q: Why?\nA:', answer: 'A', extra: { answer: ['A', 'B'] } }],
    ['TriviaQA', { question: 'Who?', answer: { value: 'Ann', aliases: ['Anne'], type: 'x' } }, { format: 'qa', text: 'Q: Who?\nA:', answer: 'Ann', extra: { answer: { value: 'Ann' } } }],
    ['SQuAD', { context: 'Ann came.', question: 'Who?', answers: { text: ['Ann'], answer_start: [0] } }, { format: 'qa', text: 'Ann came.\nQ: Who?\nA:', answer: 'Ann' }],
    ['BoolQ', { passage: 'Ann came.', question: 'did ann come', answer: true }, { format: 'qa', text: 'Ann came.\nQ: did ann come\nA:', answer: 'yes', extra: { answer: true } }],
    ['TruthfulQA on the hub', { type: 'x', category: 'y', question: 'Why?', best_answer: 'Because.', correct_answers: ['Because.'], incorrect_answers: ['No.'] }, { format: 'truthfulqa', text: 'Q: Why?\nA:', answer: 'Because.', extra: { incorrect_answers: ['No.'] } }],
    ['TruthfulQA, mc2 alone', { question: 'Why?', mc2_targets: { choices: ['No.', 'Because.', 'So.'], labels: [0, 1, 1] } }, { format: 'truthfulqa', text: 'Q: Why?\nA:', answer: 'Because.' }],
  ])('%s', async (_, record, expected) => expectOne(record, expected))
})

describe('logs of lm-evaluation-harness', () => {
  const log = (more: object) => ({ doc_id: 0, doc: { q: 'x' }, resps: [[[-1.5, false]]], ...more })
  it.each<[string, object, Expected]>([
    ['options', { target: '1', arguments: [['Q: x\nA:', ' no'], ['Q: x\nA:', ' yes']] }, { format: 'harness', text: 'Q: x\nA:', answer: 'yes', extra: { distractors: ['no'], doc: { q: 'x' } } }],
    ['options, by a number', { target: 0, arguments: [['Q: x\nA:', ' no'], ['Q: x\nA:', ' yes']] }, { format: 'harness', text: 'Q: x\nA:', answer: 'no' }],
    ['options of newer versions', { target: 1, arguments: { gen_args_0: { arg_0: 'Q: x\nA:', arg_1: ' no' }, gen_args_1: { arg_0: 'Q: x\nA:', arg_1: ' yes' } } }, { format: 'harness', text: 'Q: x\nA:', answer: 'yes' }],
    ['options and the same without their context', { target: 1, arguments: [['Q: x\nA:', ' no'], ['Q: x\nA:', ' yes'], ['A:', ' no'], ['A:', ' yes']] }, { format: 'harness', text: 'Q: x\nA:', answer: 'yes', extra: { distractors: ['no'] } }],
    ['contexts that differ', { target: 0, arguments: [['It is good', ' here.'], ['It is bad', ' here.']] }, { format: 'harness', text: 'It is good', answer: 'here.', extra: { contrast: ['It is bad'] } }],
    ['one continuation', { target: 'Helen', arguments: [['said', ' Helen']] }, { format: 'harness', text: 'said', answer: 'Helen' }],
    ['a generation', { target: '18', arguments: [['Q: x\nA:', { until: ['\n'] }]] }, { format: 'harness', text: 'Q: x\nA:', answer: '18' }],
    ['a text alone', { target: '', arguments: [['All of it.']] }, { format: 'harness', text: 'All of it.', answer: null }],
  ])('%s', async (_, record, expected) => expectOne(log(record), expected))

  it('without arguments are read as the record that they log', async () => {
    const doc = { question: capital, choices: cities, answer: 1 }
    await expectOne({ doc_id: 4, doc, target: '1', resps: [] }, { format: 'harness', text: asked, answer: 'Paris', extra: { doc_id: 4, doc, distractors: wrong } })
    const { broken } = await read([{ doc, target: '1' }, { doc: { ...doc, answer: 9 }, target: '' }, { doc: { x: 1 }, target: '' }])
    expect(broken.map(({ reason }) => reason)).toEqual([
      'has a "doc" that has a "answer" that is 9, and its 4 options are numbered from 0',
      'has a "doc" that is no record of a known format, and there are no "arguments" beside it',
    ])
  })

  it('that name no option are refused', async () => {
    const { broken } = await read([log({ target: '7', arguments: [['a', ' b'], ['a', ' c']] }), log({ target: 'x', arguments: 5 })])
    expect(broken.map(({ reason }) => reason)).toEqual([
      'has a "target" that is "7", which is neither the number nor the text of one of the 2 options',
      'has a "arguments" that is no list of contexts and continuations',
    ])
  })
})

describe('everyone\'s own prompts', () => {
  it.each<[string, object, Expected]>([
    ['an answer with blanks around it', { prompt: 'a', answer: ' b ' }, { format: 'jsonl', text: 'a', answer: 'b' }],
    ['a number', { prompt: '2+2=', answer: 4 }, { format: 'jsonl', text: '2+2=', answer: '4', extra: { answer: 4 } }],
    ['capital letters', { Prompt: 'a', Answer: 'b', Subject: 'c' }, { format: 'jsonl', text: 'a', answer: 'b', subject: 'c' }],
    ['an answer and a target', { prompt: 'a', answer: 'b', target: 'c' }, { format: 'jsonl', text: 'a', answer: 'b', extra: { target: 'c' } }],
    ['input and target', { input: 'a', target: 'b' }, { format: 'jsonl', text: 'a', answer: 'b' }],
    ['prompt and completion', { prompt: 'a', completion: ' b' }, { format: 'jsonl', text: 'a', answer: 'b' }],
    ['an instruction', { instruction: 'Say it.', input: '', output: 'a' }, { format: 'jsonl', text: 'Say it.', answer: 'a' }],
    ['an instruction with its input', { instruction: 'Say it.', input: 'b', output: 'a' }, { format: 'jsonl', text: 'Say it.\nb', answer: 'a' }],
    ['a preference', { prompt: 'a', chosen: 'b', rejected: 'c' }, { format: 'jsonl', text: 'a', answer: 'b', extra: { rejected: 'c' } }],
    ['a blank answer', { prompt: 'a', answer: '' }, { format: 'jsonl', text: 'a', answer: null }],
  ])('%s', async (_, record, expected) => expectOne(record, expected))

  it('with an answer of no known form are refused', async () => {
    const { broken } = await read([{ prompt: 'a', answer: { x: 1 } }])
    expect(broken[0]?.reason).toBe('has a "answer" that is an object of no known form; text, a number or a list of texts was expected')
  })
})

describe('chats', () => {
  const user = { role: 'user', content: 'Where is the tower?' }

  it('what an assistant says last is the answer, and the messages before it are kept', async () => {
    const system = { role: 'system', content: 'Be short.' }
    await expectOne({ messages: [system, user, { role: 'assistant', content: 'Paris' }], source: 'a' }, {
      format: 'jsonl', text: 'Where is the tower?', answer: 'Paris', extra: { messages: [system, user], source: 'a' },
    })
  })

  it('a chat that waits for its answer may have one under its own name, in parts', async () => {
    await expectOne({ conversation: [{ role: 'user', content: [{ type: 'text', text: 'Where ' }, { type: 'text', text: 'is it?' }] }], answer: 'Rome' }, {
      format: 'jsonl', text: 'Where is it?', answer: 'Rome', extra: { conversation: [{ role: 'user' }] },
    })
  })

  it('a text beside the messages is the prompt', async () => {
    await expectOne({ prompt: 'The tower is in', messages: [user] }, { format: 'jsonl', text: 'The tower is in', answer: null, extra: { messages: [user] } })
  })

  it('what is no chat is refused with the form that was expected', async () => {
    const { broken, records } = await read([{ messages: [user] }, { messages: 'hello' }, { messages: [{ role: 'user', content: ' ' }] }])
    expect(records).toHaveLength(1)
    expect(broken.map(({ reason }) => reason)).toEqual([
      expect.stringContaining('is no chat; expected [{"role": "user"'), expect.stringContaining('ends in a message without text')])
  })
})
