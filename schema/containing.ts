/** Texts that contain another, letter by letter. */

/** `contains` becomes LIKE, in which these characters are wildcards, so they are escaped. */
const literal = (text: string): string => text.replace(/[\\%_]/g, String.raw`\$&`)

/** As it is written. */
export const containsExactly = (text: string) => ({ contains: literal(text) })

/** In capitals or not. */
export const containsText = (text: string) => ({ contains: literal(text), mode: 'insensitive' }) as const
