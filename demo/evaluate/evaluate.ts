export async function evaluate(say: (line: string) => void): Promise<void> { say('') }
