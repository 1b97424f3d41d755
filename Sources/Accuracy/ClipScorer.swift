import FaceCore

/// Compares a track with the reference of its clip.
///
/// A frame counts where the reference has a certain face and the track has one within 0.1 s; tracked values between rows
/// are read along straight lines.
package struct ClipScorer {
  private let reference: FaceTable
  private let track: FaceTable
  private let times: [Double]
  /// For every frame of the reference: whether a tracked row near it holds a face; which row.
  private let isTracked: [Bool]
  private let nearest: [Int]
  /// Whether the frame counts.
  private let counts: [Bool]
  private let axes: [(reference: [Double], curve: Curve)]
  private let channels: [(reference: [Double], curve: Curve)]

  /// A reference channel that moves less than this says nothing.
  private static let leastDeviation = 0.03
  private static let axisNames = ["yaw", "pitch", "roll"]

  package init(reference: FaceTable, track: FaceTable) {
    self.reference = reference
    self.track = track
    let times = reference.times
    self.times = times
    let near = Self.nearest(times, track.times)
    nearest = near
    let tracked = times.indices.map { index in
      !track.times.isEmpty && track.isPresent[near[index]] && abs(times[index] - track.times[near[index]]) < 0.1
    }
    isTracked = tracked
    let counts = times.indices.map { reference.isPresent[$0] && reference.isCertain[$0] && tracked[$0] }
    self.counts = counts
    func pair(_ values: [Double], _ tracked: [Double]) -> (reference: [Double], curve: Curve) {
      (zip(values, counts).map { $1 ? $0 : .nan }, Curve(track.times, tracked, where: track.isPresent))
    }
    axes = (0..<3).map { pair(reference.angles[$0], Statistics.unwrapped(track.angles[$0])) }
    channels = (0..<52).map { pair(reference.weights[$0], track.weights[$0]) }
  }

  /// The place of the entry of `rows` next to each of `times`; both ascend.
  private static func nearest(_ times: [Double], _ rows: [Double]) -> [Int] {
    var row = 0
    return times.map { time in
      while row + 1 < rows.count, abs(rows[row + 1] - time) < abs(rows[row] - time) { row += 1 }
      return row
    }
  }

  /// All figures.
  package func score() -> ClipScore {
    var score = ClipScore()
    presence(&score)
    rotation(&score)
    let active = activeChannels
    score.lag = lag(active).known
    expressions(active, &score)
    blinks(&score)
    jitter(&score)
    return score
  }

  private func presence(_ score: inout ClipScore) {
    let with = times.indices.filter { reference.isPresent[$0] && reference.isCertain[$0] }
    let without = times.indices.filter { !reference.isPresent[$0] && reference.isCertain[$0] }
    score.frames = times.count
    score.facesInReference = with.count
    score.absentInReference = without.count
    score.recall = Statistics.mean(with.map { isTracked[$0] ? 1 : 0 }).known
    score.falsePresence = Statistics.mean(without.map { isTracked[$0] ? 1 : 0 }).known
    if let first = with.first, let found = with.first(where: { isTracked[$0] }) {
      score.acquisition = times[found] - times[first]
    }
    let overlaps = with.filter { isTracked[$0] }.map { frame in
      Self.overlap(reference.box.map { $0[frame] }, track.box.map { $0[nearest[frame]] })
    }
    score.boxOverlap = Statistics.mean(overlaps).known
  }

  /// Intersection over union of two boxes x, y, width, height.
  private static func overlap(_ a: [Double], _ b: [Double]) -> Double {
    guard (a + b).allSatisfy(\.isFinite) else { return .nan }
    let width = max(0, min(a[0] + a[2], b[0] + b[2]) - max(a[0], b[0]))
    let height = max(0, min(a[1] + a[3], b[1] + b[3]) - max(a[1], b[1]))
    return width * height / (a[2] * a[3] + b[2] * b[3] - width * height + 1e-9)
  }

  /// The errors of one axis over the frames, degrees, NaN where it does not count.
  private func errors(_ axis: Int) -> [Double] {
    zip(axes[axis].curve.read(times), axes[axis].reference).map { tracked, truth in
      (tracked - truth).isFinite ? Statistics.wrapped(tracked - truth) : .nan
    }
  }

  private func rotation(_ score: inout ClipScore) {
    for axis in 0..<3 {
      let errors = errors(axis).filter(\.isFinite)
      guard errors.count > 5 else { continue }
      let offset = Statistics.quantile(errors, 0.5)
      score.axes[Self.axisNames[axis]] = .init(
        rawError: Statistics.mean(errors.map { abs($0) }),
        error: Statistics.mean(errors.map { abs(Statistics.wrapped($0 - offset)) }), offset: offset)
    }
    score.rotationRawError = Statistics.mean(score.axes.values.map(\.rawError)).known
    score.rotationError = Statistics.mean(score.axes.values.map(\.error)).known
  }

  /// For every frame: the reference's yaw and the mean error over the axes with the offsets removed, degrees; frames that
  /// don't count are left out.
  package var rotationErrors: [(yaw: Double, error: Double)] {
    let errors = (0..<3).map { self.errors($0) }
    let offsets = errors.map { Statistics.quantile($0, 0.5) }
    return times.indices.compactMap { frame in
      let all = (0..<3).map { abs(Statistics.wrapped(errors[$0][frame] - offsets[$0])) }
      return all.allSatisfy(\.isFinite) ? (axes[0].reference[frame], Statistics.mean(all)) : nil
    }
  }

  /// Channels that move in the reference.
  private var activeChannels: [Blendshape] {
    guard counts.count(where: { $0 }) >= 10 else { return [] }
    return Blendshape.allCases.filter {
      Statistics.deviation(channels[$0.rawValue].reference) > Self.leastDeviation
    }
  }

  /// Seconds by which the track is late: where the mean correlation of what moves most is highest, within half a second.
  private func lag(_ active: [Blendshape]) -> Double {
    let told: [Blendshape] = [
      .jawOpen, .eyeBlinkLeft, .eyeBlinkRight, .mouthSmileLeft, .mouthSmileRight, .browInnerUp, .mouthPucker,
    ]
    let curves =
      axes.filter { Statistics.deviation($0.reference) > 1.5 }
      + told.filter(active.contains).map { channels[$0.rawValue] }
    guard counts.count(where: { $0 }) > 20, !curves.isEmpty else { return .nan }
    let step = Statistics.quantile(zip(times.dropFirst(), times).map { $0 - $1 }, 0.5) / 4
    guard step > 0 else { return .nan }
    let lags = (0...Int((1 + 1e-9) / step)).map { -0.5 + Double($0) * step }
    var sum = [Double](repeating: 0, count: lags.count)
    var used = 0
    for curve in curves {
      let values = lags.map { Statistics.correlation(curve.reference, curve.curve.read(times, shift: $0)) }
      guard values.allSatisfy(\.isFinite), let best = values.max(), best > 0.4 else { continue }
      used += 1
      for index in sum.indices { sum[index] += values[index] }
    }
    guard used > 0, let best = sum.max(), let index = sum.firstIndex(of: best) else { return .nan }
    guard index > 0, index < sum.count - 1 else { return lags[index] }
    // The summit of the parabola through the best and its neighbours.
    let bend = sum[index - 1] - 2 * best + sum[index + 1]
    return lags[index] + (abs(bend) > 1e-12 ? 0.5 * (sum[index - 1] - sum[index + 1]) / bend : 0) * step
  }

  private func expressions(_ active: [Blendshape], _ score: inout ClipScore) {
    for channel in active {
      let (truth, curve) = channels[channel.rawValue]
      let tracked = curve.read(times)
      score.channels[channel.name] = .init(
        correlation: Statistics.correlation(truth, tracked).known,
        alignedCorrelation: Statistics.correlation(truth, curve.read(times, shift: score.lag ?? 0)).known,
        gain: Statistics.slope(truth, tracked).known,
        meanError: Statistics.mean(zip(truth, tracked).map { abs($0 - $1) }), deviation: Statistics.deviation(truth))
    }
    let all = score.channels.values
    let core = ClipScore.core.compactMap { score.channels[$0.name] }
    score.correlation = Statistics.mean(all.map { $0.correlation ?? .nan }).known
    score.alignedCorrelation = Statistics.mean(all.map { $0.alignedCorrelation ?? .nan }).known
    score.coreCorrelation = Statistics.mean(core.map { $0.correlation ?? .nan }).known
    score.alignedCoreCorrelation = Statistics.mean(core.map { $0.alignedCorrelation ?? .nan }).known
    score.coreGain = Statistics.quantile(core.map { $0.gain ?? .nan }, 0.5).known
    score.coreError = Statistics.mean(core.map(\.meanError)).known
  }

  private func blinks(_ score: inout ClipScore) {
    let (left, right) = (Blendshape.eyeBlinkLeft.rawValue, Blendshape.eyeBlinkRight.rawValue)
    let reference = zip(channels[left].reference, channels[right].reference).map { ($0 + $1) / 2 }
    let tracked = zip(zip(channels[left].curve.read(times), channels[right].curve.read(times)), counts).map {
      $1 ? ($0.0 + $0.1) / 2 : .nan
    }
    let events = BlinkEvents.find(times, reference, above: 0.5)
    func match(_ threshold: Double) -> BlinkEvents.Match {
      BlinkEvents.match(events, BlinkEvents.find(times, tracked, above: threshold))
    }
    let plain = match(0.5)
    score.blinks = plain
    score.blinkF1 = plain.f1.known
    guard !events.isEmpty else { return }
    for step in 0..<17 {
      let threshold = 0.1 + 0.05 * Double(step)
      let f1 = match(threshold).f1
      guard f1.isFinite, f1 >= score.blinkBestF1 ?? -1 else { continue }
      (score.blinkBestF1, score.blinkBestThreshold) = (f1, threshold)
    }
  }

  private func jitter(_ score: inout ClipScore) {
    guard times.count > 1 else { return }
    let core = ClipScore.core.map(\.rawValue)
    func change(_ values: [Double], _ frame: Int) -> Double { values[frame + 1] - values[frame] }
    let calm = (0..<times.count - 1).map { frame in
      counts[frame] && counts[frame + 1] && reference.angles.allSatisfy { abs(change($0, frame)) < 0.8 }
        && core.allSatisfy { abs(change(reference.weights[$0], frame)) < 0.06 }
    }
    let still = calm.indices.filter { calm[max(0, $0 - 3)..<min(calm.count, $0 + 4)].allSatisfy { $0 } }
    score.stillFrames = still.count
    guard still.count >= 10 else { return }
    func rms(_ curves: [[Double]]) -> Double {
      Statistics.mean(curves.flatMap { curve in still.map { change(curve, $0) * change(curve, $0) } }).squareRoot()
    }
    score.rotationJitter = rms(axes.map { $0.curve.read(times) }).known
    score.weightJitter = rms(core.map { channels[$0].curve.read(times) }).known
  }

  /// A channel's values in the reference and in the track with the lag removed, NaN where a frame does not count.
  package func curves(_ channel: Blendshape, lag: Double) -> (reference: [Double], tracked: [Double]) {
    let (truth, curve) = channels[channel.rawValue]
    return (truth, curve.read(times, shift: lag))
  }
}
