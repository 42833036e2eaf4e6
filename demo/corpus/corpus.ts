/** The stream of training documents: an endless mixture, drawn from a seed, that leaves out what is held out. */
import type { Random } from '../random.ts'
import { tongues, type Tongue } from '../world/language.ts'
import type { World } from '../world/world.ts'
import type { Sampled } from './document.ts'
import { factsOf, tellings, type Fact, type Telling } from './facts.ts'
import { alternatives, informed, isHeldOutClaim } from './information.ts'
import { indirectObject } from './ioi.ts'
import { story } from './stories.ts'

/** Shares of the mixture; facts are told in English as often as in the three other languages together. */
const shares = { indirectObject: 0.25, information: 0.15, story: 0.06 } as const
const ENGLISH = 0.42

/** Relations in words. */
const topics: Readonly<Record<Fact['relation'], string>> = {
  capital: "a country's capital", language: "a country's language", continent: "a country's continent",
  cityCountry: "a city's country", birthplace: "a person's birthplace", tongue: "a person's language",
  profession: "a person's profession", seat: "a company's seat", founder: "a company's founder",
  product: "a company's product",
}

export class Corpus {
  readonly facts: readonly Fact[]
  readonly tellings: readonly Telling[]
  private readonly world: World
  private readonly trained: ReadonlyMap<Tongue, readonly Telling[]>
  private readonly claims: ReadonlyMap<Fact, readonly string[]>

  constructor(world: World) {
    this.world = world
    this.facts = factsOf(world)
    this.tellings = tellings(this.facts)
    this.trained = new Map(tongues.map((tongue) => [
      tongue, this.tellings.filter((telling) => telling.tongue === tongue && !telling.heldOut)]))
    this.claims = new Map(this.facts.map((fact) => [
      fact, alternatives(this.facts, fact).filter((claim) => !isHeldOutClaim(fact, claim))]))
  }

  sample(random: Random): Sampled {
    const drawn = random.next()
    if (drawn < shares.indirectObject) return { ...indirectObject(random, false), about: 'an indirect object', tongue: 'en' }
    if (drawn < shares.indirectObject + shares.information) return this.informed(random)
    if (drawn < shares.indirectObject + shares.information + shares.story) {
      return { ...story(random, this.world), about: 'a story', tongue: 'en' }
    }
    return this.telling(random)
  }

  private telling(random: Random): Sampled {
    const tongue = random.chance(ENGLISH) ? 'en' : random.pick(tongues.slice(1))
    const { fact, prompt, answer } = random.pick(this.trained.get(tongue) ?? [])
    return { prompt, answer, rest: '.', about: topics[fact.relation], tongue }
  }

  private informed(random: Random): Sampled {
    const fact = random.pick(this.facts)
    const wrong = this.claims.get(fact) ?? []
    const claim = wrong.length === 0 || random.chance(0.4) ? fact.answer.en : random.pick(wrong)
    return { ...informed(random, fact, claim), about: 'what a source says', tongue: 'en' }
  }
}
