/** The four languages that the world is told in. */
export const tongues = ['en', 'fr', 'de', 'es'] as const
export type Tongue = (typeof tongues)[number]
/** One text per language. */
export type Told = Readonly<Record<Tongue, string>>

export const told = (en: string, fr: string, de: string, es: string): Told => ({ en, fr, de, es })
/** The same in all of them. */
export const name = (text: string): Told => told(text, text, text, text)
