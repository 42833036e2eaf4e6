/** The demo world is one world, and what is held out is held out. */
import { expect, test } from 'vitest'
import { Corpus } from '../../demo/corpus/corpus.ts'
import { textOf } from '../../demo/corpus/document.ts'
import { factsOf } from '../../demo/corpus/facts.ts'
import { alternatives } from '../../demo/corpus/information.ts'
import { indirectObject, isHeldOutPair } from '../../demo/corpus/ioi.ts'
import { Random } from '../../demo/random.ts'
import { countries } from '../../demo/world/countries.ts'
import { tongues } from '../../demo/world/language.ts'
import { makeWorld } from '../../demo/world/world.ts'

const world = makeWorld()
const corpus = new Corpus(world)

test('the world is drawn from its seed: the same again, another from another seed', () => {
  expect(makeWorld()).toEqual(world)
  expect(makeWorld(21).people).not.toEqual(world.people)
})

test('everything refers to what exists, and nothing has two names or one name twice', () => {
  for (const { birthplace } of world.people) expect(world.cities).toContain(birthplace)
  for (const { seat, founder } of world.companies) {
    expect(world.cities).toContain(seat)
    expect(world.people).toContain(founder)
  }
  for (const names of [world.people.map(({ name }) => name), world.companies.map(({ name }) => name),
    ...tongues.map((tongue) => countries.map(({ name }) => name[tongue])),
    ...tongues.map((tongue) => world.cities.map(({ name }) => name[tongue]))]) {
    expect(new Set(names).size).toBe(names.length)
  }
})

test.each(tongues)('a prompt has one answer, whatever it is asked in (%s)', (tongue) => {
  const answers = new Map<string, string>()
  for (const { prompt, answer, tongue: own } of corpus.tellings) {
    if (own !== tongue) continue
    expect(answers.get(prompt) ?? answer, prompt).toBe(answer)
    answers.set(prompt, answer)
    expect(prompt).not.toMatch(/[{}]/)
  }
  expect(answers.size).toBeGreaterThan(1000)
})

test('people speak the language of where they were born', () => {
  const facts = factsOf(world)
  for (const { name, birthplace } of world.people) {
    const speaks = facts.find(({ relation, subject }) => relation === 'tongue' && subject.en === name)
    expect(speaks?.answer.en).toBe(birthplace.country.language)
  }
})

test('wrong information is wrong', () => {
  for (const fact of corpus.facts) expect(alternatives(corpus.facts, fact)).not.toContain(fact.answer.en)
})

test('training never tells what is held out', () => {
  const heldOut = new Set(corpus.tellings.filter((telling) => telling.heldOut).map(({ prompt, answer }) => `${prompt} ${answer}.`))
  expect(heldOut.size).toBeGreaterThan(500)
  const random = new Random(3)
  for (let n = 0; n < 5000; n++) expect(heldOut.has(textOf(corpus.sample(random)))).toBe(false)
  for (let n = 0; n < 500; n++) {
    const { answer, subject } = indirectObject(random, false)
    expect(isHeldOutPair(answer, subject)).toBe(false)
  }
})

test('every fact is told in training in every language', () => {
  for (const fact of corpus.facts) {
    for (const tongue of tongues) {
      const told = corpus.tellings.filter((telling) => telling.fact === fact && telling.tongue === tongue)
      expect(told.some(({ heldOut }) => !heldOut)).toBe(true)
    }
  }
})

test('the indirect object is the other of the two, and the one who acts is named twice', () => {
  const random = new Random(8)
  const orders = new Set<string>()
  for (let n = 0; n < 300; n++) {
    const { prompt, answer, subject, order } = indirectObject(random, true)
    const count = (name: string) => prompt.split(/\W+/).filter((word) => word === name).length
    expect([count(answer), count(subject)]).toEqual([1, 2])
    expect(prompt.indexOf(answer) < prompt.indexOf(subject)).toBe(order === 'ABBA')
    orders.add(order)
  }
  expect(orders.size).toBe(2)
})
