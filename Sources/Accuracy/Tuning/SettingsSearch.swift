import FaceCore
import Foundation
import SignalFilters

/// Searches a group's settings for the best trade of jitter for lag on a session.
///
/// The cost of settings is the weighted mean of the logarithms of jitter and lag, so that halving one may cost doubling the
/// other at equal weights; lags below ``leastLag`` count alike, and what is worse than the published filter costs four times
/// as much. Settings that overshoot twice as far as what they are compared with,
/// and lids that do not close within two frames, are out. The search changes one or two settings at a time by steps that
/// shrink (a random local search); equal seeds give equal results.
package struct SettingsSearch {
  /// What counts how much; not both 0.
  package struct Weights: Equatable, Sendable {
    package var jitter: Double
    package var lag: Double

    package init(jitter: Double = 1, lag: Double = 1) {
      self.jitter = jitter
      self.lag = lag
    }

    /// `jitter:lag` weighs both alike, `jitter` or `lag` only one, `2:1` by numbers from 0; nil for anything else.
    package init?(_ text: String) {
      switch text {
      case "jitter:lag": self.init()
      case "jitter": self.init(jitter: 1, lag: 0)
      case "lag": self.init(jitter: 0, lag: 1)
      default:
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map { Double($0) ?? .nan }
        guard parts.count == 2, parts.allSatisfy({ $0.isFinite && $0 >= 0 }), parts[0] + parts[1] > 0 else {
          return nil
        }
        self.init(jitter: parts[0], lag: parts[1])
      }
    }
  }

  /// What a search came to.
  package struct Outcome: Sendable {
    package var settings: FilterSettings
    package var figures: GroupFigures
  }

  /// Nobody sees less, milliseconds.
  private static let leastLag = 5.0
  /// Nor this much of the reference's jitter.
  private static let leastJitterShare = 0.02

  private let weights: Weights
  private let tries: Int

  /// - Parameter tries: how many settings are tried for each group.
  package init(_ weights: Weights, tries: Int) {
    self.weights = weights
    self.tries = tries
  }

  /// The best settings found, beginning at `start`; nil where the session says nothing about the group.
  package func best(
    _ group: FilterGroup, from start: FilterSettings, session: TuningSession, measure: TuningMeasure,
    published: GroupFigures, afterTry: () throws -> Void = {}
  ) throws -> Outcome? {
    let run = GroupRun(group, session.frames)
    func outcome(_ settings: FilterSettings) throws -> (Outcome, Double)? {
      let figures = measure.figures(group, try run.curves(settings))
      guard let cost = cost(figures, published), try group != .lids || Self.closesInTime(settings) else { return nil }
      return (Outcome(settings: settings, figures: figures), cost)
    }
    var random = SplitMix(state: UInt64(group.hashSeed))
    var best: (outcome: Outcome, cost: Double)?
    if let first = try outcome(start) { best = (first.0, first.1) }
    for index in 0..<tries {
      try afterTry()
      let size = 1.2 * (1 - Double(index) / Double(tries)) + 0.1
      let settings = Self.changed(best?.outcome.settings ?? start, size: size, &random)
      guard let next = try outcome(settings), next.1 < best?.cost ?? .infinity else { continue }
      best = (next.0, next.1)
    }
    return best?.outcome
  }

  /// Lower is better; nil where figures are missing or the overshoot is too large.
  private func cost(_ figures: GroupFigures, _ published: GroupFigures) -> Double? {
    guard let jitter = figures.jitter, let lag = figures.lagMilliseconds, let unit = published.jitter, unit > 0 else {
      return nil
    }
    if let overshoot = figures.overshoot, let usual = published.overshoot, overshoot > 2 * max(usual, 0.02) {
      return nil
    }
    func price(_ share: Double) -> Double { log(share) * (share > 1 ? 4 : 1) }
    let steadiness = price(max(jitter / unit, Self.leastJitterShare))
    let promptness = price(max(abs(lag), Self.leastLag) / max(published.lagMilliseconds ?? 100, Self.leastLag))
    return (weights.jitter * steadiness + weights.lag * promptness) / (weights.jitter + weights.lag)
  }

  /// Whether an eye that closes from one frame to the next is at 90 % with the frame after, at 30 frames a second.
  static func closesInTime(_ settings: FilterSettings) throws(SignalFilterError) -> Bool {
    var filter = try OneEuroFilter(settings: settings, maximumStepSeconds: FilterBank.stepSeconds)
    for frame in 0...16 {
      _ = filter.filter(frame < 15 ? 0 : 1, at: CaptureTime(seconds: Double(frame) / 30))
    }
    return filter.prompt >= 0.9
  }

  /// The same settings with one to three of them scaled by up to about e^`size`.
  private static func changed(_ settings: FilterSettings, size: Double, _ random: inout SplitMix) -> FilterSettings {
    var new = settings
    new.filter = .deadband
    if new.predictSeconds == 0, random.unit() < 0.3 { new.predictSeconds = 0.1 }
    for _ in 0...Int(random.unit() * 3) {
      let factor = exp(size * random.normal())
      switch Int(random.unit() * 8) {
      case 0: new.oneEuro.minCutoffHz = scaled(new.oneEuro.minCutoffHz, factor, 0.05...10)
      case 1: new.oneEuro.beta = scaled(max(new.oneEuro.beta, 0.01), factor, 0.01...20)
      case 2: new.oneEuro.derivativeCutoffHz = scaled(new.oneEuro.derivativeCutoffHz, factor, 0.3...10)
      case 3: new.deadband = scaled(new.deadband, factor, 0.002...0.15)
      case 4: new.restCutoffHz = scaled(new.restCutoffHz, factor, 0.05...2)
      case 5: new.predictSeconds = new.predictSeconds > 0 && random.unit() < 0.3 ? 0 : 0.15
      case 6: new.predictHz = scaled(new.predictHz, factor, 0.3...6)
      default: new.predictSpeed = scaled(max(new.predictSpeed, 0.01), factor, 0.05...5)
      }
    }
    return new
  }

  /// A setting times a factor within a range, with two digits: more would be a pretence.
  private static func scaled(_ value: Double, _ factor: Double, _ range: ClosedRange<Double>) -> Double {
    let product = min(max(value * factor, range.lowerBound), range.upperBound)
    let power = pow(10, floor(log10(product)) - 1)
    // Through text, for the shortest decimal.
    return Double(String(format: "%.6g", (product / power).rounded() * power)) ?? product
  }
}

extension FilterGroup {
  /// A number of its own for each group.
  fileprivate var hashSeed: Int { FilterGroup.allCases.firstIndex(of: self)! + 1 }
}
