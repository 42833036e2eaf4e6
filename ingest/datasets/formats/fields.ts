/**
 * The fields of a record, found by what their names say: `Best Answer`, `best_answer` and `bestAnswer` are one name,
 * since every publisher spells in his own way.
 */
export class Fields {
  #own = new Map<string, string>()
  #exact: ReadonlySet<string>

  constructor(readonly names: readonly string[]) {
    this.#exact = new Set(names)
    for (const name of names) {
      const plain = plainName(name)
      // If a record has two spellings of a name, the plain one counts.
      if (!this.#own.has(plain) || name === plain) this.#own.set(plain, name)
    }
  }

  /** The first of `wanted` that the record has, as the record spells it; null if it has none. */
  find(...wanted: readonly string[]): string | null {
    for (const name of wanted) {
      const own = this.#own.get(name)
      if (own !== undefined) return own
    }
    return null
  }

  has(...all: readonly string[]): boolean {
    return all.every((name) => this.#own.has(name))
  }

  /** Whether the record has all these names with exactly this spelling. */
  hasExactly(...all: readonly string[]): boolean {
    return all.every((name) => this.#exact.has(name))
  }

  hasOne(...some: readonly string[]): boolean {
    return some.some((name) => this.#own.has(name))
  }
}

/** Without regard to case, blanks, dashes, dots and underscores. */
export const plainName = (name: string): string => name.trim().toLowerCase().replace(/[\s_.-]+/g, '')

export type Raw = Readonly<Record<string, unknown>>

/** An object's fields without those that became the prompt itself. (Records with a field `__proto__` are refused.) */
export function otherFields(record: Raw, used: readonly (string | null)[]): Record<string, unknown> {
  const rest: Record<string, unknown> = {}
  // Builds a new object instead of deleting from a copy, because objects stay slow once a field was deleted.
  for (const name of Object.keys(record)) if (!used.includes(name)) rest[name] = record[name]
  return rest
}
