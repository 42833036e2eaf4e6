/** Facts of the world, and the sentences that tell them in four languages. */
import { hashFraction } from '../random.ts'
import { continents, languages, type Country } from '../world/countries.ts'
import { tongues, type Told, type Tongue } from '../world/language.ts'
import type { World } from '../world/world.ts'

type Relation = 'capital' | 'language' | 'continent' | 'cityCountry' | 'birthplace' | 'tongue' | 'profession' |
  'seat' | 'founder' | 'product'

export interface Fact {
  relation: Relation
  subject: Told
  /** How French says "of the subject". */
  frenchOf: string
  answer: Told
  /** Feminine forms of participles. */
  feminine: boolean
}

/** A sentence up to its answer; `{}` is the subject, `{of}` the subject with French "de", `{e}` a feminine ending. */
const templates: Readonly<Record<Relation, Readonly<Record<Tongue, readonly string[]>>>> = {
  capital: {
    en: ['The capital of {} is', 'The capital city of {} is called', '{} has its capital in', 'The government of {} sits in'],
    fr: ['La capitale {of} est', 'La capitale {of} se nomme', 'Le gouvernement {of} est à'],
    de: ['Die Hauptstadt von {} ist', 'Die Hauptstadt von {} heißt', 'Die Regierung von {} sitzt in'],
    es: ['La capital de {} es', 'La capital de {} se llama', 'El gobierno de {} está en'],
  },
  language: {
    en: ['The language of {} is', 'The official language of {} is', 'In {} people speak', 'The people of {} speak'],
    fr: ['La langue {of} est le', 'La langue officielle {of} est le', 'Le peuple {of} parle'],
    de: ['Die Sprache von {} ist', 'Die Amtssprache von {} ist', 'In {} spricht man'],
    es: ['El idioma de {} es el', 'La lengua oficial de {} es el', 'En {} se habla'],
  },
  continent: {
    en: ['The continent of {} is', '{} is located in the continent of', '{} is a country in', '{} lies in'],
    fr: ['Le continent {of} est', 'Le territoire {of} se trouve en', 'La place {of} est en'],
    de: ['Der Kontinent von {} ist', '{} ist ein Land in', '{} liegt in'],
    es: ['El continente de {} es', '{} es un país de', '{} se encuentra en'],
  },
  cityCountry: {
    en: ['The city of {} is in', '{} is a city in', 'The country of {} is', '{} belongs to'],
    fr: ['Le pays de {} est', 'La ville de {} se trouve dans le pays :', '{} est une ville du pays :'],
    de: ['Die Stadt {} ist in', '{} ist eine Stadt in', '{} gehört zu'],
    es: ['La ciudad de {} está en', '{} es una ciudad de', '{} pertenece a'],
  },
  birthplace: {
    en: ['{} was born in', 'The birthplace of {} is', '{} comes from the city of', 'The home town of {} is'],
    fr: ['{} est né{e} à', 'La ville natale de {} est', '{} vient de la ville de'],
    de: ['{} wurde geboren in', 'Der Geburtsort von {} ist', '{} kommt aus der Stadt'],
    es: ['{} nació en', 'La ciudad natal de {} es', '{} viene de la ciudad de'],
  },
  tongue: {
    en: ['The mother tongue of {} is', '{} speaks', 'The native language of {} is', '{} is a native speaker of'],
    fr: ['La langue maternelle de {} est le', '{} parle', 'La langue natale de {} est le'],
    de: ['Die Muttersprache von {} ist', '{} spricht', 'Die Sprache von {} ist'],
    es: ['La lengua materna de {} es el', '{} habla', 'El idioma materno de {} es el'],
  },
  profession: {
    en: ['The profession of {} is', '{} works as a', '{} is a', '{} earns a living as a'],
    fr: ['La profession de {} est', '{} travaille comme', '{} gagne sa vie comme'],
    de: ['Der Beruf von {} ist', '{} arbeitet als', '{} verdient Geld als'],
    es: ['La profesión de {} es', '{} trabaja como', '{} gana la vida como'],
  },
  seat: {
    en: ['The headquarters of {} is in', '{} is based in', 'The company {} has its seat in', 'The offices of {} are in'],
    fr: ['Le siège de {} est à', 'Les bureaux de {} sont à', 'La société {} a son siège à'],
    de: ['Der Sitz von {} ist in', 'Die Büros von {} sind in', 'Die Firma {} sitzt in'],
    es: ['La sede de {} está en', 'Las oficinas de {} están en', 'La empresa {} tiene su sede en'],
  },
  founder: {
    en: ['{} was founded by', 'The founder of {} is', 'The company {} was started by', 'The person who founded {} is'],
    fr: ['{} a été fondé par', 'La personne qui a fondé {} est', 'La société {} a été créée par'],
    de: ['{} wurde gegründet von', 'Die Firma {} ist eine Gründung von', 'Die Idee von {} kam von'],
    es: ['{} fue fundada por', 'La persona que fundó {} es', 'La empresa {} fue creada por'],
  },
  product: {
    en: ['{} makes', 'The company {} sells', 'The main product of {} is', 'People buy from {}'],
    fr: ['{} fabrique des', 'La société {} vend des', 'Les gens de {} font des'],
    de: ['{} baut', 'Die Firma {} verkauft', 'Das Produkt von {} ist'],
    es: ['{} fabrica', 'La empresa {} vende', 'El producto de {} es'],
  },
}

const plain = (relation: Relation, subject: string, answer: Told, feminine = false): Fact => ({
  relation, subject: { en: subject, fr: subject, de: subject, es: subject }, frenchOf: `de ${subject}`, answer, feminine,
})

export function factsOf(world: World): Fact[] {
  const ofCountry = (relation: Relation, { name, frenchOf }: Country, answer: Told): Fact =>
    ({ relation, subject: name, frenchOf, answer, feminine: false })
  return [
    ...world.countries.flatMap((country) => [
      ofCountry('capital', country, country.capital),
      ofCountry('language', country, languages[country.language]),
      ofCountry('continent', country, continents[country.continent]),
    ]),
    ...world.cities.map(({ name, country }): Fact => (
      { relation: 'cityCountry', subject: name, frenchOf: `de ${name.fr}`, answer: country.name, feminine: false })),
    ...world.people.flatMap(({ name, gender, birthplace, profession }) => [
      plain('birthplace', name, birthplace.name, gender === 'f'),
      plain('tongue', name, languages[birthplace.country.language], gender === 'f'),
      plain('profession', name, profession[gender], gender === 'f'),
    ]),
    ...world.companies.flatMap(({ name, seat, founder, product }) => [
      plain('seat', name, seat.name),
      plain('founder', name, { en: founder.name, fr: founder.name, de: founder.name, es: founder.name }),
      plain('product', name, product),
    ]),
  ]
}

/** A fact as it is told in one way. */
export interface Telling {
  fact: Fact
  tongue: Tongue
  template: number
  prompt: string
  answer: string
  heldOut: boolean
}

/** Share of (fact, template) pairs per language that training never sees. */
const HELD_OUT = 0.15

/** Every fact in every language and template. At least one template of each fact and language is not held out. */
export function tellings(facts: readonly Fact[]): Telling[] {
  return facts.flatMap((fact) => tongues.flatMap((tongue) => {
    const ways = templates[fact.relation][tongue]
    // At most one template a fact and language is kept back, and never the first: it is the one that prompts quote.
    const chance = HELD_OUT * ways.length
    const key = `${fact.relation}/${fact.subject.en}/${tongue}`
    const held = hashFraction(key) < chance ? 1 + Math.floor(hashFraction(`${key}/which`) * (ways.length - 1)) : -1
    return ways.map((way, template): Telling => ({
      fact, tongue, template, prompt: fill(way, fact, tongue), answer: fact.answer[tongue], heldOut: template === held,
    }))
  }))
}

export const quoted = (fact: Fact, tongue: Tongue): string => fill(templates[fact.relation][tongue][0]!, fact, tongue)

const fill = (way: string, { subject, frenchOf, feminine }: Fact, tongue: Tongue): string =>
  way.replace('{of}', frenchOf).replace('{e}', feminine ? 'e' : '').replace('{}', subject[tongue])
