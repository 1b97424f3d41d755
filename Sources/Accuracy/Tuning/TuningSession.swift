import FaceCore
import Foundation
import SignalFilters

/// What filters are tuned on: the raw frames of a session, and what is true where that is known.
package struct TuningSession: Sendable {
  /// What a filter gets, in the order of time.
  package let frames: [FaceObservation]
  /// Seconds from the session's start.
  package let times: [Double]
  package let raw: TuningCurves
  /// The truth at the frames' times; without one, the raw curves smoothed without delay.
  package let reference: TuningCurves
  package let hasTruth: Bool

  /// A Gaussian of this deviation, seconds, stands for the truth where there is none.
  private static let smoothingSeconds = 0.1

  /// The truth of a session with noise added to it, or as it is where `noise` is nil.
  package init(truth: FaceTable, noise: NetworkNoise?) {
    var noise = noise
    let clean = truth.observations
    let frames = clean.map { $0.isPresent ? noise?.added(to: $0) ?? $0 : $0 }
    self.init(frames: frames, reference: TuningCurves(truth), hasTruth: true)
  }

  /// A track, with the truth of its session where that is known.
  package init(track: FaceTable, truth: FaceTable?) {
    let frames = track.observations
    guard let truth else {
      let raw = Self.curves(frames)
      var smooth = TuningCurves()
      for channel in TuningChannel.all { smooth[channel] = Self.smoothed(raw[channel], track.times) }
      self.init(frames: frames, reference: smooth, hasTruth: false)
      return
    }
    let known = TuningCurves(truth)
    var reference = TuningCurves()
    for channel in TuningChannel.all {
      reference[channel] = Curve(truth.times, known[channel], where: truth.isPresent).read(track.times)
    }
    self.init(frames: frames, reference: reference, hasTruth: true)
  }

  private init(frames: [FaceObservation], reference: TuningCurves, hasTruth: Bool) {
    self.frames = frames
    times = frames.map(\.time.seconds)
    raw = Self.curves(frames)
    self.reference = reference
    self.hasTruth = hasTruth
  }

  /// The usual time between two frames, seconds.
  var interval: Double {
    let steps = zip(times.dropFirst(), times).map { $0 - $1 }
    let median = Statistics.quantile(steps, 0.5)
    return median.isFinite && median > 0 ? median : 1.0 / 30
  }

  /// The same session seen at `hz` frames a second; every `dropping`th frame is left out. Between its frames it runs
  /// along straight lines.
  func resampled(hz: Double, dropping: Int? = nil) -> [FaceObservation] {
    guard let first = times.first, let last = times.last else { return [] }
    var next = 0
    return (0...Int((last - first) * hz)).compactMap { index in
      if let dropping, index % dropping == dropping - 1 { return nil }
      let time = first + Double(index) / hz
      while next + 2 < times.count, times[next + 1] < time { next += 1 }
      guard next + 1 < times.count else { return nil }
      let share = Float((time - times[next]) / max(1e-9, times[next + 1] - times[next]))
      return frames[next].mixed(with: frames[next + 1], share: share, at: CaptureTime(seconds: time))
    }
  }

  static func curves(_ frames: [FaceObservation]) -> TuningCurves {
    var curves = TuningCurves()
    for frame in frames { curves.append(frame) }
    for channel in TuningChannel.all where channel.isAngle {
      curves[channel] = Statistics.unwrapped(curves[channel])
    }
    return curves
  }

  private static func smoothed(_ values: [Double], _ times: [Double]) -> [Double] {
    values.indices.map { index in
      guard values[index].isFinite else { return .nan }
      var (sum, weight) = (0.0, 0.0)
      func add(_ other: Int) -> Bool {
        let distance = (times[other] - times[index]) / smoothingSeconds
        guard abs(distance) < 3, values[other].isFinite else { return false }
        let share = exp(-distance * distance / 2)
        sum += share * values[other]
        weight += share
        return true
      }
      for other in stride(from: index, through: 0, by: -1) where !add(other) { break }
      for other in index + 1..<max(index + 1, values.count) where !add(other) { break }
      return sum / weight
    }
  }
}

extension FaceTable {
  /// The rows as the tracker would hand them on; gaze and position are not in a table.
  var observations: [FaceObservation] {
    times.indices.map { row in
      var face = FaceObservation.absent(at: CaptureTime(seconds: times[row]))
      let head = angles.map { Float($0[row] * .pi / 180) }
      guard isPresent[row], head.allSatisfy(\.isFinite) else { return face }
      face.isPresent = true
      face.confidence = confidence[row].isFinite ? Float(confidence[row]) : 1
      for channel in 0..<52 {
        face.weights[channel] = weights[channel][row].isFinite ? Float(weights[channel][row]) : 0
      }
      face.pose.rotation = Quaternion(yaw: head[0], pitch: head[1], roll: head[2])
      return face
    }
  }
}

extension FaceObservation {
  /// This face and the next in parts; the nearer one decides whether there is a face.
  fileprivate func mixed(with next: FaceObservation, share: Float, at time: CaptureTime) -> FaceObservation {
    guard isPresent, next.isPresent else {
      var face = share < 0.5 ? self : next
      face.time = time
      return face
    }
    var face = self
    face.time = time
    face.confidence += share * (next.confidence - confidence)
    for index in 0..<52 { face.weights[index] += share * (next.weights[index] - weights[index]) }
    let turn = (pose.rotation.conjugate * next.pose.rotation).rotationVector
    face.pose.rotation = (pose.rotation * Quaternion(rotationVector: turn * share)).normalized
    return face
  }
}
