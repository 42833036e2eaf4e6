/** Random numbers that are the same in every run. */
export class Random {
  private state: number
  constructor(seed: number) {
    this.state = seed >>> 0
  }

  /** [0, 1): mulberry32 */
  uniform(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0
    let t = this.state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }

  /** Mean 0, variance 1. */
  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.uniform())) * Math.cos(2 * Math.PI * this.uniform())
  }

  /** 0 … below − 1 */
  integer(below: number): number {
    return Math.floor(this.uniform() * below)
  }

  normals(count: number, scale = 1, mean = 0): Float32Array {
    return Float32Array.from({ length: count }, () => mean + scale * this.normal())
  }
}
