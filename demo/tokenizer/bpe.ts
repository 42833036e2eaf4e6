/** Byte-pair encoding learned from counted words (Sennrich et al. 2016), on bytes as GPT-2 writes them. */

/** GPT-2's printable character for every byte. */
export const byteCharacters: readonly string[] = (() => {
  const printable = (byte: number) => (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174
  let next = 256
  return Array.from({ length: 256 }, (_, byte) => String.fromCharCode(printable(byte) ? byte : next++))
})()

/** GPT-2's split of a text into words, each with the space before it. */
const WORDS = /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+/gu

export const wordsOf = (text: string): string[] => text.match(WORDS) ?? []

/** A word as characters that stand for its bytes. */
export const asBytes = (word: string): string[] => Array.from(Buffer.from(word, 'utf8'), (byte) => byteCharacters[byte]!)

/** Merges in the order in which they apply, at most `limit`. Equal counts are decided by the text of the pair. */
export function learnMerges(counts: ReadonlyMap<string, number>, limit: number): [string, string][] {
  const words = [...counts].map(([word, count]) => ({ symbols: asBytes(word), count }))
  const merges: [string, string][] = []
  while (merges.length < limit) {
    const best = mostFrequentPair(words)
    if (best === null) break
    merges.push(best)
    for (const word of words) word.symbols = merged(word.symbols, best)
  }
  return merges
}

function mostFrequentPair(words: readonly { symbols: string[]; count: number }[]): [string, string] | null {
  const pairs = new Map<string, number>()
  for (const { symbols, count } of words) {
    for (let i = 1; i < symbols.length; i++) {
      const pair = `${symbols[i - 1]} ${symbols[i]}`
      pairs.set(pair, (pairs.get(pair) ?? 0) + count)
    }
  }
  let best: string | null = null
  let most = 0
  for (const [pair, count] of pairs) {
    if (count > most || (count === most && best !== null && pair < best)) [best, most] = [pair, count]
  }
  const [left, right] = best?.split(' ') ?? []
  return left === undefined || right === undefined ? null : [left, right]
}

export function merged(symbols: readonly string[], [left, right]: readonly [string, string]): string[] {
  const made: string[] = []
  for (let i = 0; i < symbols.length; i++) {
    if (symbols[i] === left && symbols[i + 1] === right) made.push(left + symbols[++i]!)
    else made.push(symbols[i]!)
  }
  return made
}
