/** A graph as circuit-tracer and Neuronpedia write it, with fields that only they have, its nodes in no order of computation. */
import { cantor } from '../../src/graph/document.ts'

export const foreignFile = () => ({
  metadata: {
    slug: 'x', scan: 'gemma-2-2b', prompt_tokens: ['<bos>', 'Hi'], prompt: 'Hi', node_threshold: 0.8, schema_version: 1,
    info: { creator_name: 'Ada', generator: { name: 'circuit-tracer', version: '0.4.1', url: 'https://github.com/safety-research/circuit-tracer' } },
    feature_details: { neuronpedia_source_set: 'gemmascope-transcoder-16k' },
  },
  qParams: { pinnedIds: ['3_17_1', 'gone'], supernodes: [['greeting', '3_17_1', '5_2_1']], linkType: 'both', clickedId: '3_17_1', sg_pos: '1 2' },
  nodes: [
    { node_id: '27_99_1', feature: 99, layer: '27', ctx_idx: 1, feature_type: 'logit', jsNodeId: 'L_99-1', clerp: 'Output "there"', token_prob: 0.7, is_target_logit: true },
    { node_id: '5_2_1', feature: cantor(5, 2), layer: '5', ctx_idx: 1, feature_type: 'cross layer transcoder', jsNodeId: '5_2-0', clerp: '', influence: 0.7, activation: 1.5 },
    { node_id: '3_17_1', feature: cantor(3, 17), layer: '3', ctx_idx: 1, feature_type: 'cross layer transcoder', jsNodeId: '3_17-0', clerp: 'hello', influence: 0.4, activation: 2.5 },
    { node_id: 'E_42_1', feature: 1, layer: 'E', ctx_idx: 1, feature_type: 'embedding', jsNodeId: 'E_42-1', clerp: 'Emb: Hi', influence: 0.9 },
    { node_id: '0_3_1', feature: -1, layer: '3', ctx_idx: 1, feature_type: 'mlp reconstruction error', jsNodeId: '3_1-0', clerp: '', reverse_ctx_idx: 0 },
  ],
  links: [
    { source: '3_17_1', target: '27_99_1', weight: 2 }, { source: 'E_42_1', target: '3_17_1', weight: 3.0000000000000004 },
    { source: '0_3_1', target: '3_17_1', weight: -1 }, { source: '3_17_1', target: '5_2_1', weight: 0.25 }, { source: '5_2_1', target: '27_99_1', weight: -0.125 },
  ],
  // Of a later version.
  more: { things: [1, null, 'x'] },
})
