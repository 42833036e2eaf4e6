/** Colour for a signed share: red pushes towards the target, blue against it; readable by colour-blind people too. */

/** 256-colour backgrounds from faint to strong; black text is legible on each. */
const TOWARDS = [224, 217, 210, 203, 196] as const
const AGAINST = [189, 153, 117, 75, 33] as const
const RESET = '\x1b[0m'

/** Shares below this get no colour, since the faintest one could not be seen. */
const FAINTEST = 0.04

/** `share` in -1 … 1, relative to the largest of what is shown together. */
export function tint(text: string, share: number): string {
  const strength = Math.min(1, Math.abs(share))
  if (!(strength >= FAINTEST)) return text
  const ramp = share > 0 ? TOWARDS : AGAINST
  const step = Math.min(ramp.length - 1, Math.floor(strength * ramp.length))
  return `\x1b[30;48;5;${ramp[step]}m${text}${RESET}`
}

export const bold = (text: string): string => `\x1b[1m${text}${RESET}`
export const dim = (text: string): string => `\x1b[2m${text}${RESET}`

/** What https://no-color.org asks for, and a terminal that can show it. */
export function wantsColour(isTerminal: boolean, environment: Readonly<Record<string, string | undefined>>): boolean {
  if (environment['NO_COLOR']) return false
  if (environment['FORCE_COLOR'] && environment['FORCE_COLOR'] !== '0') return true
  return isTerminal && environment['TERM'] !== 'dumb'
}
