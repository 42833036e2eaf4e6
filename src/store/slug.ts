/** Short public names of models and datasets. */
import { UserError } from '../errors.ts'

const FORM = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/

export function checkSlug(slug: string, what: 'model' | 'dataset'): string {
  if (FORM.test(slug)) return slug
  throw new UserError(
    'BAD_INPUT',
    `${JSON.stringify(slug)} cannot be the id of a ${what}; expected at most 100 letters, digits, dots, dashes and ` +
      'underscores, beginning with a letter or digit.',
  )
}

/** Makes a slug from the name of a folder or file: `Llama 3 (8B)` → `Llama-3-8B`. */
export function slugFrom(name: string, fallback: string): string {
  const slug = name
    .normalize('NFKD')
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+|-+$/g, '')
    .slice(0, 100)
  return FORM.test(slug) ? slug : fallback
}

/** `name`, or the first of `name-2`, `name-3` … that is free. */
export function freeSlug(slug: string, taken: ReadonlySet<string>): string {
  if (!taken.has(slug)) return slug
  for (let n = 2; ; n++) {
    const candidate = `${slug.slice(0, 95)}-${n}`
    if (!taken.has(candidate)) return candidate
  }
}
