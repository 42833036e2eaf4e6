/** How byte-level BPE (GPT-2, Llama 3, Qwen) spells bytes: each byte is one printable character. */

/** Printable Latin-1 bytes stand for themselves; the other 68 are the characters from U+0100 on, in order. */
export const byteOfCharacter: ReadonlyMap<string, number> = (() => {
  const bytes = new Map<string, number>()
  let others = 0
  for (let byte = 0; byte < 256; byte++) {
    const printable = (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae
    bytes.set(String.fromCodePoint(printable ? byte : 0x100 + others++), byte)
  }
  return bytes
})()
