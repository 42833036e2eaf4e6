/** What the bundled demo has, by the names that `npm start` gives it, and the file of each dataset in `demo/data`. */

export const DEMO_MODEL = 'demo'

export const demoDatasets = {
  'demo-facts': 'known_1000.json',
  'demo-ioi': 'ioi.json',
  'demo-counterfact': 'counterfact_components.json',
  'demo-multilingual': 'counterfact_multilingual.json',
  'demo-truthful': 'truthfulqa_data.json',
} as const

/** What probes are trained and tested on. Only the paper's experiments need them, so only their preset adds them. */
export const demoProbeDatasets = {
  'demo-truths-train': 'truthful_probe_train.json',
  'demo-truths-test': 'truthful_probe_test.json',
  'demo-languages-train': 'language_probe_train.json',
  'demo-languages-test': 'language_probe_test.json',
} as const

/** Feature sets, which are folders of `demo/saes`. */
export const demoSources = ['1-res', '2-res'] as const
