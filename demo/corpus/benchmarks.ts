/** The demo world's benchmarks, record for record in the formats of the published ones. All from what training held out. */
import { Random } from '../random.ts'
import type { World } from '../world/world.ts'
import { Corpus } from './corpus.ts'
import { quoted, type Fact, type Telling } from './facts.ts'
import { alternatives, informed, isHeldOutClaim } from './information.ts'
import { indirectObject } from './ioi.ts'

const SEED = 2024
const RECORDS = { ioi: 300, truthfulqa: 300, truthfulProbe: 300, languageProbe: 400, masking: 200 } as const
/** Of the prompts behind the tables of README.md, which have seeds of their own. */
const MASKING_SEEDS = { ioi: 5, truthfulqa: 6 } as const

/** Relations as Wikidata numbers them, as ROME's records do. */
const relationIds: Readonly<Record<Fact['relation'], string>> = {
  capital: 'P36', language: 'P37', continent: 'P30', cityCountry: 'P17', birthplace: 'P19', tongue: 'P103',
  profession: 'P106', seat: 'P159', founder: 'P112', product: 'P1056',
}

/** Labels of the language probe. */
const tongueLabels = { en: 0, fr: 1, de: 2, es: 3 } as const

interface BenchmarkFile {
  name: string
  records: readonly object[]
}

export function benchmarks(world: World): BenchmarkFile[] {
  const random = new Random(SEED)
  const corpus = new Corpus(world)
  const heldOut = corpus.tellings.filter((telling) => telling.heldOut)
  const english = heldOut.filter(({ tongue }) => tongue === 'en')
  return [
    { name: 'known_1000.json', records: english.map(knownRecord) },
    { name: 'ioi.json', records: ioiRecords(random, RECORDS.ioi) },
    { name: 'counterfact_components.json', records: english.map(componentRecord) },
    { name: 'counterfact_multilingual.json', records: corpus.facts.map((fact, id) => multilingualRecord(corpus, fact, id)) },
    { name: 'truthfulqa_data.json', records: truthfulRecords(random, corpus, RECORDS.truthfulqa) },
    ...truthfulProbes(random, corpus),
    ...languageProbes(random, corpus),
    { name: 'masking_ioi.json', records: ioiRecords(new Random(MASKING_SEEDS.ioi), RECORDS.masking) },
    { name: 'masking_truthfulqa.json', records: truthfulRecords(new Random(MASKING_SEEDS.truthfulqa), corpus, RECORDS.masking) },
  ]
}

const knownRecord = ({ fact, prompt, answer }: Telling, id: number) => ({
  known_id: id, subject: fact.subject.en, attribute: answer, template: prompt.replace(fact.subject.en, '{}'),
  prediction: ` ${answer}.`, prompt, relation_id: relationIds[fact.relation],
})

const componentRecord = ({ fact, prompt, answer }: Telling, id: number) => ({
  case_id: id, relation_id: relationIds[fact.relation], subject: fact.subject.en, answer, prompt,
})

const ioiRecords = (random: Random, count: number) => Array.from({ length: count }, (_, id) => {
  const { prompt, answer, order, subject } = indirectObject(random, true)
  return { id, prompt, target_token: answer, order, subject_token: subject }
})

/** The wording that was held out where there is one. */
function multilingualRecord({ tellings }: Corpus, fact: Fact, id: number) {
  const of = (tongue: Telling['tongue']) => {
    const ways = tellings.filter((telling) => telling.fact === fact && telling.tongue === tongue)
    const { prompt, answer } = ways.find((way) => way.heldOut) ?? ways[0]!
    return { prompt, answer }
  }
  return { case_id: id, original: of('en'), French: of('fr'), German: of('de'), Spanish: of('es') }
}

/** The question is the sentence that asks; the right option stays the truth whoever says what. */
function truthfulRecords(random: Random, corpus: Corpus, count: number) {
  const candidates = corpus.facts.flatMap((fact) =>
    alternatives(corpus.facts, fact).filter((claim) => isHeldOutClaim(fact, claim)).map((claim) => ({ fact, claim })))
  return random.some(candidates, count).map(({ fact, claim }) => {
    const question = quoted(fact, 'en')
    const wrong = informed(random, fact, claim)
    const source = wrong.information.slice(0, wrong.information.indexOf(question))
    return {
      question, correct_info: `${question} ${fact.answer.en}.`, wrong_info: `${question} ${claim}.`,
      options: `A: ${fact.answer.en} B: ${claim}`, correct_option: fact.answer.en, wrong_option: claim,
      source: source.trim(), trusted: wrong.trusted,
      prompt_init: question,
      prompt_correct: `${source}${question} ${fact.answer.en}. ${question}`,
      prompt_wrong: wrong.prompt,
    }
  })
}

function truthfulProbes(random: Random, corpus: Corpus): BenchmarkFile[] {
  const records = Array.from({ length: RECORDS.truthfulProbe }, (_, i) => {
    const fact = random.pick(corpus.facts)
    const label = i % 2
    const answer = label === 1 ? fact.answer.en : random.pick(alternatives(corpus.facts, fact))
    return { text: `${quoted(fact, 'en')} ${answer}.`, label }
  })
  return splitRecords('truthful_probe', records)
}

function languageProbes(random: Random, { tellings }: Corpus): BenchmarkFile[] {
  return splitRecords('language_probe', random.some(tellings, RECORDS.languageProbe)
    .map(({ prompt, tongue }) => ({ text: prompt, label: tongueLabels[tongue] })))
}

function splitRecords(name: string, records: readonly object[]): BenchmarkFile[] {
  const cut = Math.floor(records.length * 0.8)
  return [
    { name: `${name}_train.json`, records: records.slice(0, cut) },
    { name: `${name}_test.json`, records: records.slice(cut) },
  ]
}
