/** Every kind of export. If one is missing here, the program does not compile. */
import type { ExportWhat } from '../request.ts'
import type { ExportKind } from '../table.ts'
import { attributions } from './attributions.ts'
import { contributions } from './contributions.ts'
import { examples } from './examples.ts'
import { features } from './features.ts'
import { graph } from './graph.ts'

export const kinds: Readonly<Record<ExportWhat, ExportKind>> = { contributions, attributions, features, examples, graph }
