/**
 * A user's notes on a graph: pinned nodes, groups of them (supernodes), and own labels. They are in the address, and
 * can be saved with the graph.
 */
import type { GraphAnnotationsInput, GraphPartsFragment } from '../../api/generated.ts'
import type { GraphState } from './question.ts'

export interface Notes {
  pinned: readonly string[]
  groups: readonly { label: string; nodes: readonly string[] }[]
  words: readonly { node: string; text: string }[]
}
export const noNotes: Notes = { pinned: [], groups: [], words: [] }

/**
 * In an address, semicolons separate entries and commas their parts. Names of feature sets are part of ids and may
 * contain any character.
 */
const NONE = '-'
const escaped = (part: string): string => part.replace(/[%,;]/g, (sign) => encodeURIComponent(sign)).replace(/^-/, '%2D')
const unescaped = (part: string): string => {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}
const writeEntries = (entries: readonly (readonly string[])[]): string =>
  entries.length === 0 ? NONE : entries.map((parts) => parts.map(escaped).join(',')).join(';')
const readEntries = (text: string): string[][] =>
  text === '' || text === NONE ? [] : text.split(';').map((entry) => entry.split(',').map(unescaped))

/** null if the address has no notes. */
export function notesInAddress({ pins, groups, words }: Pick<GraphState, 'pins' | 'groups' | 'words'>): Notes | null {
  if (pins === '' && groups === '' && words === '') return null
  return {
    pinned: readEntries(pins).flatMap((parts) => parts),
    groups: readEntries(groups).flatMap(([label, ...nodes]) => (label === undefined || nodes.length === 0 ? [] : [{ label, nodes }])),
    words: readEntries(words).flatMap(([node, text]) => (node === undefined || text === undefined ? [] : [{ node, text }])),
  }
}

export const notesForAddress = ({ pinned, groups, words }: Notes): Pick<GraphState, 'pins' | 'groups' | 'words'> => ({
  pins: writeEntries(pinned.length === 0 ? [] : [pinned]),
  groups: writeEntries(groups.map(({ label, nodes }) => [label, ...nodes])),
  words: writeEntries(words.map(({ node, text }) => [node, text])),
})

export const notesOf = ({ pinned, supernodes, labels }: GraphPartsFragment['annotations']): Notes => ({
  pinned, groups: supernodes.map(({ label, nodes }) => ({ label, nodes })), words: labels.map(({ node, text }) => ({ node, text })),
})

export const notesInput = ({ pinned, groups, words }: Notes): GraphAnnotationsInput => ({
  pinned: [...pinned], supernodes: groups.map(({ label, nodes }) => ({ label, nodes: [...nodes] })), labels: words.map(({ node, text }) => ({ node, text })),
})

export const sameNotes = (a: Notes, b: Notes): boolean => JSON.stringify(notesInput(a)) === JSON.stringify(notesInput(b))

/** Nodes that are pinned, alone or in a group. */
export const keptOf = ({ pinned, groups }: Notes): string[] => [...new Set([...pinned, ...groups.flatMap(({ nodes }) => nodes)])]

/** A node that is pinned no more is in no group. */
export function togglePin(notes: Notes, node: string): Notes {
  if (!keptOf(notes).includes(node)) return { ...notes, pinned: [...notes.pinned, node] }
  return { ...ungrouped(notes, [node]), pinned: notes.pinned.filter((each) => each !== node) }
}

/** Takes nodes out of all groups; a group without nodes is removed. */
function ungrouped(notes: Notes, nodes: readonly string[]): Notes {
  const groups = notes.groups.map((group) => ({ ...group, nodes: group.nodes.filter((node) => !nodes.includes(node)) }))
  return { ...notes, groups: groups.filter((group) => group.nodes.length > 0) }
}

/** Pins nodes and puts them into the group of this name and into no other. An existing group gets them in addition. */
export function group(notes: Notes, label: string, nodes: readonly string[]): Notes {
  const rest = ungrouped(notes, nodes)
  const pinned = [...notes.pinned, ...nodes.filter((node) => !notes.pinned.includes(node))]
  const known = rest.groups.find((each) => each.label === label)
  const groups = known
    ? rest.groups.map((each) => (each === known ? { label, nodes: [...each.nodes, ...nodes] } : each))
    : [...rest.groups, { label, nodes: [...nodes] }]
  return { ...rest, pinned, groups }
}

export const dissolve = (notes: Notes, label: string): Notes => ({ ...notes, groups: notes.groups.filter((each) => each.label !== label) })

/** An empty text removes the label. */
export function say(notes: Notes, node: string, text: string): Notes {
  const others = notes.words.filter((each) => each.node !== node)
  return { ...notes, words: text.trim() === '' ? others : [...others, { node, text: text.trim() }] }
}
