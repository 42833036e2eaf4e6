/** Text that is safe and legible in a terminal: prompts and vocabularies hold line breaks, tabs and escape sequences. */

/** Every control character becomes its picture (U+2400 …), so that no token can move the cursor or set a colour. */
export const visible = (text: string): string =>
  text
    .replace(/\r?\n/g, '⏎')
    // eslint-disable-next-line no-control-regex
    .replace(/[\x00-\x1f]/g, (control) => String.fromCharCode(0x2400 + control.charCodeAt(0)))
    .replace(/[\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, '�')

/** A token by its text, or by its bytes where it is only a part of a character. */
export const tokenName = (token: { text: string; label?: string } | undefined): string => withBlanks(token?.label ?? token?.text ?? '')

/** With the blanks at its ends to be seen: ` Paris` → `␣Paris`. */
export const withBlanks = (text: string): string => visible(text).replace(/^ +| +$/g, (blanks) => '␣'.repeat(blanks.length))
