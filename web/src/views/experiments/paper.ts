/** What the paper shows for each experiment, so that readers find its figures and can compare. */
interface InPaper {
  where: string
  says: string
}

const PAPER: Readonly<Record<string, InPaper>> = {
  'token-faithfulness': { where: 'Figure 1, Appendix B', says: 'DePass drops the answer most under patch-top; under recover-top all methods are alike.' },
  rules: { where: 'Appendix A', says: 'Softmax before linear-norm before linear-weighted.' },
  'component-masking': { where: 'Figure 3, Appendix D.1', says: 'Top components of DePass are needed most, bottom ones least.' },
  'component-distribution': { where: 'Appendix D.3.1', says: 'A few heads stand out in middle and late layers.' },
  truthfulness: { where: 'Table 1, Figures 12 and 14', says: 'DePass masking brings back more right answers than TACS.' },
  'language-subspace': { where: 'Table 2, Figure 4, Appendix E', says: 'Languages are told apart; inside speaks the language, outside the fact.' },
  words: { where: 'Appendix B.3', says: 'Words’ scores follow those of their tokens.' },
  cases: { where: 'Figure 2, Appendices C.4 and D.3.2', says: 'Single prompts in full.' },
  cost: { where: 'Table 11, Appendix D.2', says: 'DePass is 44 to 81 times as fast as one ablated pass per neuron.' },
}

/** null of an experiment that the paper does not have. */
export const inPaper = (name: string): InPaper | null => PAPER[name] ?? null
