/** What the server says may not have been meant; for two prompts, of which. */

const NAMES = ['First prompt', 'Second prompt'] as const

/** `of`: one answer, or the two that are compared. */
export function Warnings({ of }: { of: readonly ({ warnings: readonly string[] } | null)[] }) {
  const all = of.flatMap((answer, at) => (answer?.warnings ?? []).map((warning) => (of.length > 1 ? `${NAMES[at]}: ${warning}` : warning)))
  return all.map((warning) => (
    <p key={warning} className="note">
      {warning}
    </p>
  ))
}
