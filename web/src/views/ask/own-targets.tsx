/** Says that two prompts are not asked about the same: without a named target, each has its own next token. */

/** `names`: of both targets. */
export function OwnTargets({ names: [first, second] }: { names: readonly string[] }) {
  if (first === second) return null
  return <p className="note">The prompts have targets of their own, {first} and {second}. Choose one above to ask both about the same.</p>
}
