import { useSyncExternalStore } from 'react'
import { onKey, readKey } from './key.ts'

export const useKey = (): string => useSyncExternalStore(onKey, readKey)
