/** Names and trades. People are invented; every one has a gender, since three of the four languages ask for it. */
import { told, type Told } from './language.ts'

export type Gender = 'f' | 'm'

/** First names of one token each: the names of indirect-object sentences and stories. */
export const firstNames: Readonly<Record<Gender, readonly string[]>> = {
  f: ['Mary', 'Alice', 'Clara', 'Emma', 'Julia', 'Laura', 'Nina', 'Rosa', 'Sarah', 'Vera', 'Anna', 'Diana', 'Eva',
    'Helen', 'Irene', 'Jane', 'Kate', 'Lucy', 'Maria', 'Olga', 'Paula', 'Ruth', 'Sofia', 'Tina', 'Ella'],
  m: ['John', 'Peter', 'Paul', 'James', 'Mark', 'David', 'Tom', 'Henry', 'Simon', 'Martin', 'Adam', 'Bruno', 'Carl',
    'Daniel', 'Eric', 'Frank', 'George', 'Hugo', 'Ivan', 'Jack', 'Leo', 'Max', 'Oscar', 'Robert', 'Victor'],
}

/** Surnames are made of two of these, so that they are split into tokens. */
export const surnameStarts = ['Bar', 'Cal', 'Dor', 'Fen', 'Gar', 'Hol', 'Kel', 'Lam', 'Mor', 'Nor', 'Ros', 'Sel',
  'Tam', 'Val', 'Wes', 'Zel'] as const
export const surnameEnds = ['ben', 'dale', 'ford', 'gren', 'kin', 'low', 'man', 'nett', 'ric', 'ston', 'vik',
  'well'] as const

export interface Profession {
  f: Told
  m: Told
}

const profession = (en: string, fr: string, frF: string, de: string, es: string, esF: string): Profession => ({
  m: told(en, fr, de, es), f: told(en, frF, `${de}in`, esF),
})

export const professions: readonly Profession[] = [
  profession('teacher', 'professeur', 'professeure', 'Lehrer', 'profesor', 'profesora'),
  profession('painter', 'peintre', 'peintre', 'Maler', 'pintor', 'pintora'),
  profession('singer', 'chanteur', 'chanteuse', 'Sänger', 'cantante', 'cantante'),
  profession('doctor', 'médecin', 'médecin', 'Mediziner', 'médico', 'médica'),
  profession('baker', 'boulanger', 'boulangère', 'Bäcker', 'panadero', 'panadera'),
  profession('farmer', 'fermier', 'fermière', 'Landwirt', 'granjero', 'granjera'),
  profession('writer', 'écrivain', 'écrivaine', 'Schriftsteller', 'escritor', 'escritora'),
  profession('lawyer', 'avocat', 'avocate', 'Jurist', 'abogado', 'abogada'),
  profession('dancer', 'danseur', 'danseuse', 'Tänzer', 'bailarín', 'bailarina'),
  profession('cook', 'cuisinier', 'cuisinière', 'Koch', 'cocinero', 'cocinera'),
]

export const products: readonly Told[] = [
  told('cars', 'voitures', 'Autos', 'coches'),
  told('clocks', 'horloges', 'Uhren', 'relojes'),
  told('shoes', 'chaussures', 'Schuhe', 'zapatos'),
  told('pianos', 'pianos', 'Klaviere', 'pianos'),
  told('lamps', 'lampes', 'Lampen', 'lámparas'),
  told('boats', 'bateaux', 'Boote', 'barcos'),
  told('toys', 'jouets', 'Spielzeuge', 'juguetes'),
  told('bikes', 'vélos', 'Fahrräder', 'bicicletas'),
  told('hats', 'chapeaux', 'Hüte', 'sombreros'),
  told('chairs', 'chaises', 'Stühle', 'sillas'),
]

/** Companies are made of two of these. */
export const companyStarts = ['Alto', 'Bolt', 'Cano', 'Delta', 'Ever', 'Luma', 'Nova', 'Orbi'] as const
export const companyEnds = ['cor', 'dyne', 'tec', 'mark', 'lux'] as const
