/** Finds a repeated key in a JSON object, because `JSON.parse` silently keeps the last of its values. */

const QUOTE = 0x22
const BACKSLASH = 0x5c

/** The first repeated key of the outermost object, or null. `text` is valid JSON and an object. */
export function repeatedKey(text: string): string | null {
  const seen = new Set<string>()
  let depth = 0
  /** Whether the next string is a key. */
  let expectsKey = false
  for (let at = 0; at < text.length; at++) {
    switch (text[at]) {
      case '{':
        expectsKey = ++depth === 1
        break
      case '[':
        depth++
        break
      case '}':
      case ']':
        depth--
        break
      case ',':
        expectsKey = depth === 1
        break
      case '"': {
        const end = endOfString(text, at)
        if (expectsKey) {
          const key: unknown = JSON.parse(text.slice(at, end + 1))
          if (seen.has(String(key))) return String(key)
          seen.add(String(key))
          expectsKey = false
        }
        at = end
        break
      }
    }
  }
  return null
}

/** The index of the quote that closes the string opened at `from`. */
function endOfString(text: string, from: number): number {
  let at = from + 1
  while (text.charCodeAt(at) !== QUOTE) at += text.charCodeAt(at) === BACKSLASH ? 2 : 1
  return at
}
