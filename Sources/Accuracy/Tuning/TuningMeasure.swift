import SignalFilters

/// How steady, how late and how far beyond the mark a group's curves are. Means over its channels; nil where the session
/// says nothing.
package struct GroupFigures: Equatable, Sendable {
  /// Root mean square of the change a frame while the reference is still: weights, or degrees.
  package var jitter: Double?
  /// Milliseconds by which the curves come after the reference, at the highest correlation.
  package var lagMilliseconds: Double?
  /// How far curves leave the range that the reference has within 0.2 s, at the worst hundredth of the frames: a share of
  /// the channel's own range.
  package var overshoot: Double?
}

/// Measures curves against a session's reference.
package struct TuningMeasure: Sendable {
  private let times: [Double]
  private let interval: Double
  private let reference: TuningCurves
  /// For lag: what the curves are late against.
  private let origin: TuningCurves
  /// For each channel whether it stands still from a frame to the next; a movement echoes in a filter for a while.
  private var isStill: [TuningChannel: [Bool]] = [:]

  /// Frames count as still this long after the last movement and before the next, seconds.
  private static let echoSeconds = 0.5
  private static let foreSeconds = 0.1
  private static let longestLag = 0.5

  package init(_ session: TuningSession) {
    times = session.times
    interval = session.interval
    reference = session.reference
    origin = session.hasTruth ? session.reference : session.raw
    for channel in TuningChannel.all { isStill[channel] = stillness(channel, isSmoothed: !session.hasTruth) }
  }

  /// The figures of a group's curves.
  package func figures(_ group: FilterGroup, _ curves: TuningCurves) -> GroupFigures {
    let channels = TuningChannel.all.filter { $0.group == group && !reference[$0].isEmpty }
    let squares = channels.flatMap { restChanges($0, curves[$0]) }.map { $0 * $0 }
    let moving = channels.filter { Statistics.deviation(reference[$0]) > $0.leastDeviation }
    return GroupFigures(
      jitter: squares.count >= 10 ? Statistics.mean(squares).squareRoot() : nil,
      lagMilliseconds: Statistics.mean(moving.map { lag($0, curves[$0]) * 1000 }).known,
      overshoot: Statistics.mean(moving.map { overshoot($0, curves[$0]) }).known)
  }

  /// The changes from frame to frame while the channel is still.
  private func restChanges(_ channel: TuningChannel, _ curve: [Double]) -> [Double] {
    guard let still = isStill[channel] else { return [] }
    return still.indices.compactMap { still[$0] ? (curve[$0 + 1] - curve[$0]).known : nil }
  }

  private func stillness(_ channel: TuningChannel, isSmoothed: Bool) -> [Bool] {
    let curve = reference[channel]
    guard curve.count > 1 else { return [] }
    // What is left of noise in a smoothed curve moves faster than a truth that is still.
    let limit = channel.stillSpeed * (isSmoothed ? 5 : 1)
    let isMoving = (0..<curve.count - 1).map { frame in
      !(abs(curve[frame + 1] - curve[frame]) <= limit * max(1e-9, times[frame + 1] - times[frame]))
    }
    let (echo, fore) = (Int(Self.echoSeconds / interval), Int(Self.foreSeconds / interval))
    var still = [Bool](repeating: true, count: isMoving.count)
    for frame in isMoving.indices where isMoving[frame] {
      for other in max(0, frame - fore)...min(isMoving.count - 1, frame + echo) { still[other] = false }
    }
    return still
  }

  /// Seconds by which a curve is late: the shift of the highest correlation; NaN where nothing correlates.
  private func lag(_ channel: TuningChannel, _ values: [Double]) -> Double {
    let curve = Curve(times, values, where: [Bool](repeating: true, count: times.count))
    func correlation(_ shift: Double) -> Double {
      Statistics.correlation(origin[channel], curve.read(times, shift: shift))
    }
    let steps = Int(Self.longestLag / interval)
    let coarse = (-steps / 2...steps).map { Double($0) * interval }
    guard let start = coarse.max(by: { correlation($0) < correlation($1) }) else { return .nan }
    let fine = (-8...8).map { start + Double($0) / 8 * interval }
    let values = fine.map(correlation)
    guard let best = values.max(), best > 0.4, let place = values.firstIndex(of: best) else { return .nan }
    guard place > 0, place < fine.count - 1 else { return fine[place] }
    // The summit of the parabola through the best and its neighbours.
    let bend = values[place - 1] - 2 * best + values[place + 1]
    let part = abs(bend) > 1e-12 ? 0.5 * (values[place - 1] - values[place + 1]) / bend : 0
    return fine[place] + part * interval / 8
  }

  private func overshoot(_ channel: TuningChannel, _ values: [Double]) -> Double {
    let truth = reference[channel]
    let reach = Int(0.2 / interval)
    let excess = truth.indices.map { frame in
      let near = truth[max(0, frame - reach)...min(truth.count - 1, frame + reach)]
      guard let low = near.min(), let high = near.max() else { return Double.nan }
      return max(0, values[frame] - high, low - values[frame])
    }
    let finite = truth.filter(\.isFinite)
    let range = (finite.max() ?? 0) - (finite.min() ?? 0)
    return Statistics.quantile(excess, 0.99) / range
  }
}
