/** A number with its noun as a sentence has them: `1 token`, `1,024 tokens`. */
export const counted = (count: number, noun: string): string => `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`
