/** One consistent world, drawn from a seed: who lives where, who speaks and does what, who founded what. */
import { Random } from '../random.ts'
import { countries, type Country } from './countries.ts'
import type { Told } from './language.ts'
import {
  companyEnds, companyStarts, firstNames, products, professions, surnameEnds, surnameStarts, type Gender, type Profession,
} from './people.ts'

interface City {
  name: Told
  country: Country
}

interface Person {
  name: string
  gender: Gender
  birthplace: City
  profession: Profession
}

interface Company {
  name: string
  seat: City
  founder: Person
  product: Told
}

export interface World {
  countries: readonly Country[]
  cities: readonly City[]
  people: readonly Person[]
  companies: readonly Company[]
}

const WORLD_SEED = 20
const PEOPLE = 64
const COMPANIES = 32

export function makeWorld(seed = WORLD_SEED): World {
  const random = new Random(seed)
  const cities = countries.flatMap((country) => [country.capital, country.city].map((name): City => ({ name, country })))
  const people = makePeople(random, cities)
  const names = random.some(companyStarts.flatMap((start) => companyEnds.map((end) => start + end)), COMPANIES)
  const founders = random.some(people, COMPANIES)
  const companies = names.map((name, i): Company => ({
    name, founder: founders[i]!, seat: random.pick(cities), product: products[i % products.length]!,
  }))
  return { countries, cities, people, companies }
}

/** Surnames differ from person to person, first names repeat. */
function makePeople(random: Random, cities: readonly City[]): Person[] {
  const surnames = random.some(surnameStarts.flatMap((start) => surnameEnds.map((end) => start + end)), PEOPLE)
  const births = random.shuffled([...cities, ...cities])
  return surnames.map((surname, i): Person => {
    const gender: Gender = i % 2 === 0 ? 'f' : 'm'
    return {
      name: `${random.pick(firstNames[gender])} ${surname}`,
      gender,
      birthplace: births[i]!,
      profession: professions[random.below(professions.length)]!,
    }
  })
}
