/// Measurements, for `gurn bench`.
extension SIMDExecutor {
  /// The median time of each layer over some rounds on whatever the values hold, in seconds, with the node that it computes.
  ///
  /// A sum that a convolution writes itself has no layer of its own. Run once before: an idle network of zeros is no measure.
  package func layerSeconds(rounds: Int) -> [(node: Int, seconds: Double)] {
    precondition(rounds > 0, "a median needs rounds")
    let clock = ContinuousClock()
    var samples = [[Duration]](repeating: [], count: layers.count)
    for _ in 0..<rounds {
      for index in layers.indices {
        let begin = clock.now
        kernels.pointee.run(layers.baseAddress! + index, batch)
        samples[index].append(clock.now - begin)
      }
    }
    return zip(nodes, samples).map { ($0, $1.sorted()[rounds / 2] / .seconds(1)) }
  }
}

/// What the CPU can do at most, for comparison.
extension InstructionSet {
  /// Multiply-adds a second of one core, in registers: the best of some runs of a millisecond or so.
  package func multiplyAddsPerSecond(runs: Int = 20) -> Double {
    let clock = ContinuousClock()
    let rounds = 100_000
    var best = Duration.seconds(60)
    // Kept, so that the work is.
    var result: Float = 0
    for _ in 0..<runs {
      let begin = clock.now
      result += kernels.pointee.multiply_adds(rounds, 0.9999, 0.5)
      best = min(best, clock.now - begin)
    }
    precondition(result.isFinite, "a chain of contractions grew")
    return Double(rounds * kernels.pointee.multiply_adds_a_round) / (best / .seconds(1))
  }
}
