type Environment = Readonly<Record<string, string | undefined>>

export function hasGlibc(): boolean
export function allocatorVariables(environment: Environment, onGlibc?: () => boolean): Record<string, string> | null
export function withoutAllocatorVariables(environment: Record<string, string | undefined>): void
