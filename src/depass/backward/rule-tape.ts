/**
 * The tape that backward passes are recorded on, with one of two rules:
 *
 *  gradient  the derivative itself
 *  lrp       attention-aware layer-wise relevance propagation (AttnLRP, Achtibat et al. 2024, https://arxiv.org/abs/2402.05602)
 *            as a changed derivative, so that input · derivative is the relevance. What a gate multiplies (a norm's scale,
 *            the sigmoid of SiLU, the erf of GELU) takes the gate as given (their identity and norm rules). A product of two
 *            factors that both depend on the input gives half to each (their uniform rule)
 */
import { Tape, type Taped } from '../../tensor/gradient.ts'
import type { Ops } from '../../tensor/ops.ts'

export const backwardRules = ['gradient', 'lrp'] as const
export type BackwardRule = (typeof backwardRules)[number]

export class RuleTape<T> extends Tape<T> {
  private readonly under: Ops<T>
  private readonly rule: BackwardRule
  /** In attention a tanh is a soft cap, which LRP replaces by its ratio of output to input; in an MLP a tanh is a gate. */
  private readonly tanhIsGate: boolean

  constructor(ops: Ops<T>, rule: BackwardRule, { tanhIsGate }: { tanhIsGate: boolean }) {
    super(ops)
    this.under = ops
    this.rule = rule
    this.tanhIsGate = tanhIsGate
  }

  override rsqrt(a: Taped<T>) {
    return this.gate(super.rsqrt(a))
  }

  override sigmoid(a: Taped<T>) {
    return this.gate(super.sigmoid(a))
  }

  override erf(a: Taped<T>) {
    return this.gate(super.erf(a))
  }

  override tanh(a: Taped<T>) {
    if (this.rule === 'gradient') return super.tanh(a)
    if (this.tanhIsGate) return this.given(this.under.tanh(a.value), a.shape)
    // tanh(a) = a · (tanh(a) / a), with the ratio taken as given; the ratio is 1 where a is 0.
    const { under } = this
    const isZero = under.smallerThan(a.value, 1e-20)
    const safe = under.where(isZero, under.scalar(1), a.value)
    const ratio = under.where(isZero, under.scalar(1), under.div(under.tanh(a.value), safe))
    return this.mul(a, this.given(ratio, a.shape))
  }

  /** The unchanged value, with a share of its derivative: 1/2 for each factor of a product. */
  shared(a: Taped<T>, share: number): Taped<T> {
    if (this.rule === 'gradient') return a
    const kept = this.mul(a, this.scalar(share))
    return this.add(kept, this.given(this.under.mul(a.value, this.under.scalar(1 - share)), a.shape))
  }

  /** With the rule LRP, a gate is taken as given. */
  private gate(a: Taped<T>): Taped<T> {
    return this.rule === 'gradient' ? a : this.given(a.value, a.shape)
  }
}
